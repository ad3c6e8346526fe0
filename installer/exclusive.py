"""One set-up at a time in one checkout."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import IO, Iterator

from installer.console import SetUpError, say

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        while True:
            # LK_LOCK tries once a second, ten times, and then gives up.
            with contextlib.suppress(OSError):
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return

    def _unlock(file: IO[str]) -> None:
        # Closing would free it too, but only some time later.
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold `path` locked; wait while another process does. The system frees it if we die.

    Raises:
        SetUpError: If the file cannot be made.
    """
    try:
        file = path.open("a")
    except OSError as error:
        raise SetUpError(
            f"Cannot write to {path.parent} ({error.strerror}).\n"
            "Put the program into a folder that you may write to and start again."
        ) from error
    with file:
        if not _try_lock(file):
            say("Another set-up is at work in this folder; waiting for it to end ...")
            _wait_for_lock(file)
        try:
            yield
        finally:
            _unlock(file)
