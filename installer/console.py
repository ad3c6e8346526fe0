"""What the set-up says, always on stderr, and how it ends."""

from __future__ import annotations

import signal
import sys
from typing import Any, Callable

FAILED, WRONG_USAGE, INTERRUPTED, TERMINATED = 1, 2, 130, 143


class SetUpError(Exception):
    """Why the set-up cannot go on and what to do about it; shown without a traceback."""

    def __init__(self, text: str, exit_code: int = FAILED) -> None:
        super().__init__(text)
        self.exit_code = exit_code


def say(text: str) -> None:
    """Write a line for the person at the terminal; stdout belongs to the program."""
    print(text, file=sys.stderr, flush=True)


def guarded(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Return the exit code of `main(arguments)`, with expected failures told in plain words."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return main(arguments)
    except SetUpError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted. The next start does what is left.")
        return INTERRUPTED


def _terminate(_signal: int, _frame: Any) -> None:
    # An exception, so that a running pip is ended too and the lock is given back.
    raise SystemExit(TERMINATED)
