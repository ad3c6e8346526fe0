"""Prepare this machine, then run the tests: `python3 installer/test.py [ARGUMENTS OF pytest]`.

On Windows `py installer\\test.py`. Windows open on Qt's offscreen platform: no display is needed.
"""

import os
import sys

if sys.version_info < (3, 8):  # noqa: UP036 - says so instead of failing on syntax
    sys.exit("This needs Python 3.8 or later to start; better install Python 3.11.")
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from installer import console, environment, launch
from installer.layout import HERE


def main(arguments: "list[str]") -> int:
    """Return the exit code of pytest (on POSIX it takes the place of this process)."""
    environment.ensure(HERE, environment.TEST)
    os.chdir(str(HERE.root))  # paths among the arguments are those of the checkout
    return launch.hand_over(
        [str(HERE.python), "-m", "pytest", *arguments], {"QT_QPA_PLATFORM": "offscreen"}
    )


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
