"""Prepare this machine, then run the program: `python3 installer/run.py [ARGUMENTS OF app.py]`.

On Windows `py installer\\run.py`. What is ready stays as it is, so only the first start takes time.
"""

import os
import sys

if sys.version_info < (3, 8):  # noqa: UP036 - says so instead of failing on syntax
    sys.exit("This needs Python 3.8 or later to start; better install Python 3.11.")
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from installer import console, display, environment, launch
from installer.layout import HERE


def main(arguments: "list[str]") -> int:
    """Return the exit code of app.py (on POSIX it takes the place of this process)."""
    display.check(arguments, os.environ, sys.platform)
    environment.ensure(HERE, environment.RUN)
    return launch.hand_over([str(HERE.python), str(HERE.root / "app.py"), *arguments])


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
