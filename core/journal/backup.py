"""Copies of the journal, one a day: whole, packed, and never in the way of who writes it."""

from __future__ import annotations

import gzip
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path

from config.schema import Applies, Options, option, section
from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Message, Noted, Severity

logger = logging.getLogger(__name__)

FOLDER = "backups"
_NAME = "journal-{}.sqlite.gz"
_PATIENCE_S = 10.0
_FAILED = Text(
    "매매일지를 백업하지 못했습니다: {}. 디스크의 빈 공간과 폴더 권한을 확인하십시오",
    "the journal was not backed up: {}; look at the disk's free space and the folder's rights",
)


@section("journal")
class BackupOptions(Options):
    backups_kept: int = option(
        20,
        ge=0,
        le=1000,
        unit=Text("개", "files"),
        title=Text("매매일지 백업 보관", "Journal backups kept"),
        help=Text(
            "장이 끝나면 매매일지를 홈 폴더의 backups에 하루 하나씩 압축해 둡니다. 이 수를 넘으면 "
            "오래된 것부터 지웁니다. 0이면 백업하지 않습니다.",
            "After the session the journal is packed into the home folder's backups, one file a "
            "day; beyond this many the oldest are deleted. 0 makes none.",
        ),
        applies=Applies.NEXT_START,
    )


def back_up(journal: Path, folder: Path, day: date, keep: int) -> Path:
    """Copy the journal as it is now and pack it; delete the oldest copies beyond `keep`.

    It may be written meanwhile: the copy is of one moment. A copy of the same day is replaced only
    by a whole new one.

    Raises:
        JournalError: It can't be read, or the copy can't be written.
    """
    copy = folder / _NAME.format(day.isoformat())
    raw, packed = copy.with_suffix(".copying"), copy.with_suffix(".packing")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(journal, raw)
        with raw.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target)
        packed.replace(copy)
        _prune(folder, keep)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{journal} -> {copy}: {error}") from error
    finally:
        for left in (raw, packed):
            with suppress(OSError):  # where there is no folder there is nothing left in it
                left.unlink(missing_ok=True)
    return copy


def backups(folder: Path) -> list[Path]:
    """Return all copies there, oldest first."""
    return sorted(folder.glob(_NAME.format("????-??-??")))


class Backups:
    """Makes copies on a thread of its own; that one failed is posted, that one was made logged."""

    def __init__(
        self, journal: Path, home: Path, keep: int, post: Callable[[Message], None]
    ) -> None:
        self._journal, self._folder, self._keep, self._post = journal, home / FOLDER, keep, post
        self._thread: threading.Thread | None = None

    def has_copy(self, day: date) -> bool:
        return (self._folder / _NAME.format(day.isoformat())).exists()

    def start(self, now: datetime, day: date) -> None:
        """Begin to copy the journal as the one of `day`, unless a copy is being made."""
        if not self._keep or (self._thread is not None and self._thread.is_alive()):
            return
        self._thread = threading.Thread(
            target=self._run, args=(now, day), name="journal backup", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Wait for a copy that is being made, but not for ever."""
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _run(self, now: datetime, day: date) -> None:
        try:
            logger.info(
                "journal backed up: %s", back_up(self._journal, self._folder, day, self._keep)
            )
        except JournalError as error:
            self._post(Noted(now, Severity.ERROR, _FAILED.format(error)))


def _copy(journal: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    path = f"{journal.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as source, closing(sqlite3.connect(target)) as to:
        source.backup(to)  # all pages in one read: a writer makes none of it begin anew


def _prune(folder: Path, keep: int) -> None:
    for old in backups(folder)[:-keep]:
        old.unlink()
