"""Prepare this machine, then run the tests: `python3 installer/test.py [ARGUMENTS OF pytest]`.

On Windows `py installer\\test.py`. Windows open on Qt's offscreen platform: no display is needed.
Without arguments all tests run, on all processors; with any, pytest gets just those.
"""

import os
import sys

if sys.version_info < (3, 8):  # noqa: UP036 - says so instead of failing on syntax
    sys.exit("This needs Python 3.8 or later to start; better install Python 3.11.")
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from installer import console, environment, launch
from installer.layout import HERE

# The tests of one file share what is dear to make, such as a day of trading.
PARALLEL = ("--dist", "loadfile", "-n")
MOST_WORKERS = 4  # each comes to hold some 900 MB
# Many tests wait for another process, which leaves a processor to somebody else's.
MORE_THAN_PROCESSORS = 1


def main(arguments: "list[str]") -> int:
    """Return the exit code of pytest (on POSIX it takes the place of this process)."""
    environment.ensure(HERE, environment.TEST)
    os.chdir(str(HERE.root))  # paths among the arguments are those of the checkout
    if not arguments:
        workers = min((os.cpu_count() or 1) + MORE_THAN_PROCESSORS, MOST_WORKERS)
        arguments = [*PARALLEL, str(workers)]
    return launch.hand_over(
        [str(HERE.python), "-m", "pytest", *arguments], {"QT_QPA_PLATFORM": "offscreen"}
    )


if __name__ == "__main__":
    sys.exit(console.guarded(main, sys.argv[1:]))
