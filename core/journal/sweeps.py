"""What sweeps have found, in the journal's database; beside the records, not among them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from core.domain.errors import JournalError
from core.journal import tables
from core.journal.database import name_of, open_to_write, url_of
from core.journal.errors import explain

_BUSY_TIMEOUT_MS = 10_000  # a terminal may be trading on the same journal
_sweeps, _results = tables.sweeps, tables.sweep_results


@dataclass(frozen=True, slots=True)
class StoredSweep:
    """A sweep as the journal knows it."""

    id: int
    key: str
    began: datetime
    ended: datetime | None  # None while it runs, or where it was broken off
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredResult:
    """What one parameter set brought in one part of the data."""

    part: str  # "whole", or a window of a walk forward
    place: tuple[int, ...]  # in the grid
    body: dict[str, Any]


class SweepStore:
    """The sweeps of one journal; safe beside a terminal that writes to the same one.

    Every method raises JournalError where the database can't be used.
    """

    def __init__(self, target: str | Path) -> None:
        """Open or make the journal at a file path or database URL."""
        url = url_of(target)
        self.name = name_of(url)
        self._engine = open_to_write(url, _BUSY_TIMEOUT_MS)
        try:
            with self._db() as db:
                tables.migrate(db)
        except BaseException:
            self.close()
            raise

    def begin(self, key: str, body: Mapping[str, Any], now: datetime) -> int:
        """Add a sweep; return its number."""
        row = {"key": key, "began": now.isoformat(), "body": json.dumps(body)}
        with self._db() as db:
            made = db.execute(_sweeps.insert().values(**row)).inserted_primary_key
            assert made is not None
            return int(made[0])

    def unfinished(self, key: str) -> StoredSweep | None:
        """Return the newest sweep of the same key that was broken off, if any."""
        query = select(_sweeps).where(_sweeps.c.key == key, _sweeps.c.ended.is_(None))
        return self._newest(query)

    def last(self) -> StoredSweep | None:
        """Return the newest sweep of all."""
        return self._newest(select(_sweeps))

    def results(self, sweep: int) -> list[StoredResult]:
        """Return what was found so far, in order of parts and places as text."""
        query = select(_results).where(_results.c.sweep == sweep)
        with self._db() as db:
            rows = db.execute(query.order_by(_results.c.part, _results.c.place)).all()
        return [StoredResult(row.part, _place(row.place), json.loads(row.body)) for row in rows]

    def put(self, sweep: int, found: Sequence[StoredResult]) -> None:
        """Keep results, in one transaction; those of a set already known are replaced."""
        rows = [
            {
                "sweep": sweep,
                "part": one.part,
                "place": ",".join(map(str, one.place)),
                "body": json.dumps(one.body),
            }
            for one in found
        ]
        with self._db() as db:
            for row in rows:
                same = [_results.c[name] == row[name] for name in ("sweep", "part", "place")]
                db.execute(_results.delete().where(*same))
            if rows:
                db.execute(_results.insert(), rows)

    def end(self, sweep: int, now: datetime) -> None:
        """Note that nothing is missing any more."""
        with self._db() as db:
            this = _sweeps.c.id == sweep
            db.execute(_sweeps.update().where(this).values(ended=now.isoformat()))

    def close(self) -> None:
        self._engine.dispose()

    def _newest(self, query: Any) -> StoredSweep | None:
        with self._db() as db:
            row = db.execute(query.order_by(_sweeps.c.id.desc()).limit(1)).first()
        if row is None:
            return None
        ended = None if row.ended is None else datetime.fromisoformat(row.ended)
        began = datetime.fromisoformat(row.began)
        return StoredSweep(row.id, row.key, began, ended, json.loads(row.body))

    @contextmanager
    def _db(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as db:
                yield db
        except SQLAlchemyError as error:
            raise explain(self.name, error) from error
        except JournalError as error:
            raise type(error)(f"journal {self.name}: {error}") from error


def _place(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))
