"""Reads a journal without being able to change it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import SQLAlchemyError

from core.domain.errors import JournalError
from core.journal import tables
from core.journal.database import name_of, open_to_read, url_of
from core.journal.errors import explain

_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as it stands in the journal; see `core.journal.records` for the body's fields."""

    seq: int
    session: int
    time: datetime
    kind: str
    body: dict[str, Any]


def read(
    target: str | Path, kinds: Collection[str] = (), session: int | None = None
) -> Iterator[StoredRecord]:
    """Yield records in their order: of these kinds (none given: all), of one session or of all.

    Raises:
        JournalError: The journal can't be read, or a record isn't what a journal holds.
    """
    with reading(target) as db:
        for row in rows(db, kinds, session):
            try:
                yield parsed(row)
            except (ValueError, TypeError) as error:
                raise JournalError(f"record {row.seq} can't be understood ({error})") from error


def tail(target: str | Path, count: int) -> list[StoredRecord]:
    """Return the newest `count` records, oldest first; raises as `read` does."""
    newest = select(tables.records).order_by(tables.records.c.seq.desc()).limit(count)
    with reading(target) as db:
        return [parsed(row) for row in reversed(db.execute(newest).all())]


def last_session(target: str | Path) -> int:
    """Return the number of the newest session, 0 of an empty journal; raises as `read` does."""
    with reading(target) as db:
        return tables.read_head(db).sessions


@contextmanager
def reading(target: str | Path) -> Iterator[Connection]:
    """Open a journal for reading; its database errors become `JournalError`s that name it."""
    url = url_of(target)
    engine = open_to_read(url)
    try:
        with engine.connect() as db:
            if tables.version_of(db) == 0:
                raise JournalError("is empty: no journal was ever written there")
            yield db
    except SQLAlchemyError as error:
        raise explain(name_of(url), error) from error
    except JournalError as error:
        raise type(error)(f"journal {name_of(url)}: {error}") from error
    finally:
        engine.dispose()


def rows(
    db: Connection, kinds: Collection[str] = (), session: int | None = None
) -> Iterator[Row[Any]]:
    """Yield the table's rows as they are, in the order of their numbers."""
    records = tables.records
    query = select(records).order_by(records.c.seq)
    if kinds:
        query = query.where(records.c.kind.in_(list(kinds)))
    if session is not None:
        query = query.where(records.c.session == session)
    yield from db.execution_options(yield_per=_ROWS).execute(query)


def rows_from(db: Connection, seq: int) -> Iterator[Row[Any]]:
    """Yield the rows from number `seq` on, in order."""
    query = select(tables.records).where(tables.records.c.seq >= seq)
    ordered = query.order_by(tables.records.c.seq)
    yield from db.execution_options(yield_per=_ROWS).execute(ordered)


def parsed(row: Row[Any]) -> StoredRecord:
    """Return a row with its time and body read.

    Raises:
        ValueError, TypeError: They can't be.
    """
    body = json.loads(row.body)
    if not isinstance(body, dict):
        raise ValueError(f"body is a {type(body).__name__}")
    return StoredRecord(row.seq, row.session, datetime.fromisoformat(row.time), row.kind, body)
