"""A journal that writes nothing: each record must be the next one of a journal that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from config.text import Text
from core.blackbox.errors import DivergedError
from core.journal.encoding import dumps


class Row(Protocol):
    """A row of the journal's table, as it stands there."""

    seq: int
    time: str
    kind: str
    body: str


class ComparedJournal:
    """Compares bit for bit what an engine records with a session of a journal.

    Attributes:
        count: Records that were the same.
        unwritten: Records made after the journal's last one.
        has_ended: The journal's session ends with its end record.
    """

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = self.unwritten = 0
        self.has_ended = False

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        """Take the engine's next record; raises DivergedError where the journal has another."""
        row, made = next(self._rows, None), (kind, time.isoformat(), dumps(fields))
        if row is None:
            self._beyond(made)
            return
        found = (row.kind, row.time, row.body)
        if found != made:
            where = Text(f"매매일지 {row.seq}번 기록", f"record {row.seq} of the journal")
            raise DivergedError(where, " ".join(found), " ".join(made))
        self.count += 1
        self.has_ended = kind == "end"

    def rest(self) -> list[str]:
        """Return what the journal has beyond the records that were compared."""
        rest = list(self._rows)
        if rest:
            self.has_ended = rest[-1].kind == "end"
        return [f"{row.seq} {row.kind} {row.time} {row.body}" for row in rest]

    def _beyond(self, made: tuple[str, str, str]) -> None:
        """A killed program leaves records that it had not committed yet."""
        self.unwritten += 1
        if self.has_ended:
            where = Text("매매일지의 마지막 기록 뒤", "after the journal's last record")
            raise DivergedError(where, "-", " ".join(made))
