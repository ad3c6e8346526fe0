"""The journal on a database; written by one thread, the engine's."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from config.text import Text
from core.domain.errors import JournalError
from core.journal import tables
from core.journal.chain import link
from core.journal.database import file_of, name_of, open_to_write, url_of
from core.journal.encoding import dumps
from core.journal.errors import DamagedJournalError, explain
from core.journal.records import checked

BUSY_TIMEOUT_MS = 2_000


class Entry(NamedTuple):
    """A record on its way to the database."""

    kind: str
    time: datetime
    fields: Mapping[str, Any]


class SqlJournal:
    """Keeps the Journal port (`core.ports`): cheap `record`, durable `commit`.

    A failed commit keeps its batch; the next one writes old and new in order. Every commit takes up
    the chain where the database says it ends, so that another program (`app.py flatten` while this
    one hangs) can write to the same journal in between.
    """

    def __init__(self, target: str | Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Open or make the journal at a file path or database URL.

        Raises:
            DamagedJournalError: The file is not a journal or is damaged; see `open_or_set_aside`.
            NewerJournalError: A newer program wrote it.
            JournalError: It can't be opened or written.
        """
        url = url_of(target)
        self._name, self._file = name_of(url), file_of(url)
        self._batch: list[Entry] = []
        self._session: int | None = None
        self.engine = open_to_write(url, busy_timeout_ms)
        try:
            self._make_ready()
        except BaseException:
            self.engine.dispose()
            raise
        self._identity = _identity(self._file)

    @property
    def name(self) -> str:
        """The file's path, or the URL without its password."""
        return self._name

    @property
    def session(self) -> int | None:
        """The number of this run in the journal; None before the first commit."""
        return self._session

    @property
    def pending(self) -> int:
        """Records not yet on disk."""
        return len(self._batch)

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        """Add one record to the open batch; `fields` must not change afterwards."""
        self._batch.append(Entry(*checked(kind, time, fields)))

    def commit(self) -> None:
        """Make the open batch durable.

        Raises:
            JournalError: It couldn't be written, with the reason and what to do; the batch is kept.
        """
        if not self._batch:
            return
        if _identity(self._file) != self._identity:
            raise JournalError(
                Text(
                    f"매매일지 {self._name}: 파일이 옮겨지거나 지워졌습니다. 되돌려 놓거나 "
                    f"다시 시작하세요(메모리에 기록 {len(self._batch)}건)",
                    f"journal {self._name}: the file was moved or deleted while in use; put it "
                    f"back, or restart ({len(self._batch)} records wait in memory)",
                )
            )
        self._write(self._batch)
        self._batch = []

    def close(self) -> None:
        """Commit what is left and let go of the database.

        Raises:
            JournalError: The last records couldn't be written; they stand in the file it names.
        """
        try:
            self.commit()
        except JournalError as error:
            raise JournalError(f"{error}; {self._keep_elsewhere()}") from error
        finally:
            self.engine.dispose()

    def _make_ready(self) -> None:
        try:
            with self.engine.begin() as db:
                tables.migrate(db)
                _check_end(db)
                # A no-op, so that a journal that can't be written is known before the first order.
                db.execute(tables.head.update().values(version=tables.head.c.version))
        except SQLAlchemyError as error:
            raise explain(self._name, error) from error
        except JournalError as error:
            raise type(error)(f"journal {self._name}: {error}") from error

    def _write(self, batch: list[Entry]) -> None:
        try:
            with self.engine.begin() as db:
                session = self._append(db, batch)
        except SQLAlchemyError as error:
            raise explain(self._name, error) from error
        self._session = session

    def _append(self, db: Connection, batch: list[Entry]) -> int:
        end = tables.read_head(db)
        session = self._session or end.sessions + 1
        rows, seq, prev = [], end.seq, end.hash
        for kind, time, fields in batch:
            seq += 1
            row = (seq, session, time.isoformat(), kind, dumps(fields))
            rows.append((*row, prev, prev := link(prev, *row)))
        db.execute(tables.records.insert(), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
        db.execute(
            tables.head.update().values(sessions=max(session, end.sessions), seq=seq, hash=prev)
        )
        return session

    def _keep_elsewhere(self) -> str:
        """Save what a failed commit left, and say where it is."""
        place = self._file or Path.cwd() / "journal"
        stamp = self._batch[-1].time.strftime("%Y%m%dT%H%M%S")
        if _identity(self._file) != self._identity:
            rescue = unused(place.with_name(f"{place.name}.rescued-{stamp}"))
            try:
                self._write(self._batch)
                self._copy_to(rescue)
                return f"the whole journal was saved as {rescue}"
            except (JournalError, sqlite3.Error) as error:
                saved = self._save_batch(place, stamp)
                return f"what was in it can't be saved ({error}), {saved}"
        return self._save_batch(place, stamp)

    def _copy_to(self, path: Path) -> None:
        """Copy what our open handle still sees of a file that is no longer in its place."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()

    def _save_batch(self, place: Path, stamp: str) -> str:
        path = unused(place.with_name(f"{place.name}.unsaved-{stamp}.jsonl"))
        try:
            with path.open("x", encoding="utf-8") as file:
                file.writelines(dumps(entry) + "\n" for entry in self._batch)
        except OSError as error:
            return f"{len(self._batch)} records are lost, {path} can't be written either ({error})"
        return f"{len(self._batch)} records that couldn't be written are in {path}"


_COLUMNS = tuple(column.name for column in tables.records.columns)


def open_or_set_aside(
    path: Path, now: datetime, busy_timeout_ms: int = BUSY_TIMEOUT_MS
) -> tuple[SqlJournal, str]:
    """Open the journal; a damaged one is renamed and a new one begun.

    Returns:
        The journal and a note on what was set aside where, empty if nothing was. Nothing is ever
        overwritten or deleted.

    Raises:
        JournalError: It can't be opened for another reason.
    """
    try:
        return SqlJournal(path, busy_timeout_ms), ""
    except DamagedJournalError as error:
        aside = _set_aside(path, now)
        note = f"{error}: it was set aside as {aside} and a new journal begun"
        return SqlJournal(path, busy_timeout_ms), note


def _set_aside(path: Path, now: datetime) -> Path:
    aside = unused(path.with_name(f"{path.name}.corrupt-{now:%Y%m%dT%H%M%S}"))
    # SQLite's side files go first: left behind, they would be taken for the new journal's own.
    for suffix in ("-wal", "-shm", ""):
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.rename(aside.with_name(aside.name + suffix))
    return aside


def unused(path: Path) -> Path:
    """Return `path`, or the first of `path`-2, -3 ... that doesn't exist."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _check_end(db: Connection) -> None:
    """Look whether the last record is there and whole; `verify` looks at all of them."""
    end = tables.read_head(db)
    last = db.execute(tables.records.select().order_by(tables.records.c.seq.desc())).first()
    if last is None:
        whole = end.seq == 0
    else:
        whole = (end.seq, end.hash) == (last.seq, link(last.prev, *last[:5]))
    if not whole:
        raise DamagedJournalError(f"its last record (number {end.seq}) is missing or changed")


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Return what tells one file from another of the same name; None if there is none."""
    if file is None:
        return None
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
