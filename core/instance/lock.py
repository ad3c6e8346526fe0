"""One instance works on a home folder; the operating system frees the lock of a dead one.

Two locked files: `instance.lock` is held by whoever runs the terminal, `takeover.lock` by a
`flatten` that had to act for a terminal which hangs and so can't let go. `instance.json` says who
is in charge; a terminal that comes to life again finds another name there and must not trade.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from config.files import write_atomically
from config.text import Text
from core.domain.errors import InstanceError

_INSTANCE, _TAKEOVER, _RECORD = "instance.lock", "takeover.lock", "instance.json"
_IN_USE = Text(
    "{}: {}이(가) 쓰고 있습니다. 그 터미널을 먼저 닫거나, --home으로 다른 폴더를 쓰거나, "
    "'app.py flatten'으로 보유를 모두 파세요",
    "{} is in use by {}. Close that terminal first, work in another folder with --home, or sell "
    "everything it holds with 'app.py flatten'",
)
_SOMEBODY = Text("다른 프로그램", "another process")
_UNUSABLE = Text(
    "{}: 쓸 수 없습니다({}). 폴더 권한과 디스크를 확인하거나 --home으로 다른 폴더를 고르세요",
    "{} can't be used ({}); check the folder's rights and the disk, or choose another folder with "
    "--home",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is in charge of a home folder."""

    pid: int
    started: str  # ISO 8601
    role: str  # the command: "gui", "headless", "flatten"
    token: str  # tells apart two processes that had the same pid

    def __str__(self) -> str:
        return f"process {self.pid} ({self.role}, since {self.started})"


class InstanceLock:
    """Holds a home folder until released, at the latest when the process ends."""

    def __init__(
        self, home: Path, owner: Owner, files: list[IO[bytes]], has_rival: bool = False
    ) -> None:
        """`has_rival`: the instance it was taken over from is alive."""
        self._home, self._owner, self._files = home, owner, files
        self._has_rival = has_rival

    @property
    def is_mine(self) -> bool:
        """Whether nobody took the folder over; ask before every round of orders after a pause."""
        owner = owner_of(self._home)
        return owner is None or owner.token == self._owner.token

    @property
    def owner(self) -> Owner | None:
        """Who is in charge now."""
        return owner_of(self._home)

    def sign(self) -> None:
        """Say in the folder who is in charge from now on; may raise OSError."""
        record = {name: getattr(self._owner, name) for name in Owner.__slots__}
        write_atomically(self._home / _RECORD, json.dumps(record), mode=0o600)

    def release(self) -> None:
        """Let go; may be called twice.

        The record stays where the former owner lives: when it comes to itself it must find it.
        """
        if self._files and self.is_mine and not self._has_rival:
            (self._home / _RECORD).unlink(missing_ok=True)
        for file in self._files:
            file.close()
        self._files.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def acquire(home: Path, now: datetime, role: str) -> InstanceLock:
    """Take `home` for this process; makes the folder where it is missing.

    Raises:
        InstanceError: Another process has it (the text says which and what to do), or the folder
            can't be written.
    """
    held = _locked(home, _INSTANCE)
    takeover = None if held is None else _locked(home, _TAKEOVER)
    if held is None or takeover is None:
        if held:
            held.close()
        raise _in_use(home)
    takeover.close()
    lock = InstanceLock(home, _owner(now, role), [held])
    try:
        lock.sign()
    except OSError as error:
        lock.release()
        raise _unusable(home, error) from error
    return lock


def take_over(home: Path, now: datetime, role: str) -> InstanceLock:
    """Take `home` although its instance may still be alive; for `flatten`, when nobody answers.

    Raises:
        InstanceError: Another process is just doing the same, or the folder can't be used.
    """
    takeover = _locked(home, _TAKEOVER)
    if takeover is None:
        raise _in_use(home)
    free = _locked(home, _INSTANCE)  # of a dead instance; of a living one it stays held
    files = [takeover] if free is None else [takeover, free]
    lock = InstanceLock(home, _owner(now, role), files, has_rival=free is None)
    try:
        lock.sign()
    except OSError as error:
        # On a full disk. Getting out matters more than being seen by a terminal that hangs.
        _log.error("%s", _unusable(home, error))
    return lock


def owner_of(home: Path) -> Owner | None:
    """Return who was last in charge of `home`; None where nobody left a record that can be read."""
    try:
        return Owner(**json.loads((home / _RECORD).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_in_use(home: Path) -> bool:
    """Return whether a living process holds `home`; changes nothing."""
    held = [_locked(home, name) for name in (_INSTANCE, _TAKEOVER) if (home / name).exists()]
    for file in held:
        if file:
            file.close()
    return any(file is None for file in held)


def _owner(now: datetime, role: str) -> Owner:
    return Owner(os.getpid(), now.isoformat(timespec="seconds"), role, secrets.token_hex(8))


def _locked(home: Path, name: str) -> IO[bytes] | None:
    """Return the opened and locked file, None where another process has it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / name).open("ab")
    except OSError as error:
        raise _unusable(home, error) from error
    try:
        _lock(file)
    except (BlockingIOError, PermissionError):
        file.close()
        return None
    except OSError as error:
        file.close()
        raise _unusable(home, error) from error
    return file


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _in_use(home: Path) -> InstanceError:
    return InstanceError(_IN_USE.format(home, owner_of(home) or _SOMEBODY))


def _unusable(home: Path, error: OSError) -> InstanceError:
    return InstanceError(_UNUSABLE.format(home, error.strerror))
