"""Where recordings are kept: one file for each session of the journal, the oldest go first."""

from __future__ import annotations

import logging
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from config.text import Text
from core.blackbox.errors import RecordingError

logger = logging.getLogger(__name__)

ENDING = ".box"
_NAME = re.compile(r"session-(\d{6,})-(\d{8})T\d{6}(-\d+)?\.box")
_DAY_S = 86_400
_LEFT_FREE = 200 << 20  # bytes of the disk that the journal is to find free
_LOOK_EVERY = 8 << 20  # bytes written between two looks at the room left


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be kept, and for how long."""

    most_bytes: int
    most_days: int


class Shelf:
    """The folder `blackbox` of a home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "blackbox"

    def new_path(self, session: int, began: datetime) -> Path:
        """Return the name of a session's recording, in a folder that is there.

        Raises:
            OSError: The folder can't be made.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        stem = f"session-{session:06d}-{began:%Y%m%dT%H%M%S}"
        path, number = self.folder / f"{stem}.box", 1
        while path.exists():
            number += 1
            path = self.folder / f"{stem}-{number}.box"
        return path

    def find(self, session: int | None = None) -> Path:
        """Return the recording of a session, of the last one recorded where None is named.

        Raises:
            RecordingError: There is none.
        """
        found = [p for p in self._files() if session is None or _session_of(p) == session]
        if not found:
            raise RecordingError(_none(self.folder, session))
        return found[-1]

    def has(self, session: int) -> bool:
        """Return whether there is a recording of a session."""
        return any(_session_of(path) == session for path in self._files())

    def newest_first(self) -> list[Path]:
        """Return all recordings, that made last before the others."""
        return self._files()[::-1]

    def find_day(self, day: date) -> Path:
        """Return the last recording that was begun on `day`, by the market's time.

        Raises:
            RecordingError: There is none.
        """
        found = [path for path in self._files() if _day_of(path) == f"{day:%Y%m%d}"]
        if not found:
            raise RecordingError(_none_on(self.folder, day))
        return found[-1]

    def prune(self, limits: Limits, now_s: float) -> None:
        """Delete what is too old, then the oldest until the rest has room."""
        files = self._files()
        for path in files:
            if now_s - path.stat().st_mtime > limits.most_days * _DAY_S:
                _delete(path)
        self.shrink(limits.most_bytes)

    def shrink(self, most_bytes: int, writing: Path | None = None) -> None:
        """Delete the oldest until all take at most `most_bytes`; never the one being written.

        Raises:
            OSError: That one alone is larger.
        """
        files = [path for path in self._files() if path != writing]
        used = sum(path.stat().st_size for path in self._files())
        for path in files:
            if used <= most_bytes:
                return
            used -= path.stat().st_size
            _delete(path)
        if used > most_bytes:
            raise OSError(f"the recording needs more than the {most_bytes >> 20:,} MB allowed")

    def _files(self) -> list[Path]:
        """Return all recordings, those made first before the others."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
        return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))


class Room:
    """Makes room while a recording grows."""

    def __init__(self, shelf: Shelf, path: Path, limits: Limits) -> None:
        self._shelf, self._path, self._limits = shelf, path, limits
        self._seen = 0

    def __call__(self, size: int) -> None:
        """Delete older recordings where needed; raises OSError where that is not enough."""
        if size - self._seen < _LOOK_EVERY:
            return
        self._seen = size
        self._shelf.shrink(self._limits.most_bytes, self._path)
        check_free(self._path.parent)


def check_free(folder: Path) -> None:
    """Raise OSError where a recording would take the journal's last space."""
    free = shutil.disk_usage(folder).free
    if free < _LEFT_FREE:
        raise OSError(f"only {free >> 20:,} MB are free on the disk of {folder}")


def _session_of(path: Path) -> int:
    matched = _NAME.fullmatch(path.name)
    return int(matched[1]) if matched else -1


def _day_of(path: Path) -> str:
    matched = _NAME.fullmatch(path.name)
    return matched[2] if matched else ""


def _delete(path: Path) -> None:
    logger.info("the recording %s is deleted to make room", path.name)
    path.unlink(missing_ok=True)


def _none(folder: Path, session: int | None) -> Text:
    how = "journal.record_messages=sessions"
    if session is None:
        return Text(
            f"{folder}: 녹화가 없습니다. 설정 {how}이면 실전·모의·데모를 녹화합니다",
            f"{folder}: there is no recording; with the setting {how} live, paper and demo runs "
            "are recorded",
        )
    return Text(
        f"{folder}: 세션 {session}의 녹화가 없습니다. 녹화하지 않았거나 지워졌습니다 (설정 {how})",
        f"{folder}: there is no recording of session {session}: it was not recorded, or was "
        f"deleted since (setting {how})",
    )


def _none_on(folder: Path, day: date) -> Text:
    return Text(
        f"{folder}: {day}에 시작한 녹화가 없습니다. 녹화하지 않았거나 지워졌습니다",
        f"{folder}: no recording was begun on {day}: it was not recorded, or was deleted since",
    )
