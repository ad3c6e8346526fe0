"""Journals without a disk: none at all for backtests, and one in memory for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from core.journal.encoding import to_json
from core.journal.records import checked


class NullJournal:
    """Forgets everything."""

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        """Do nothing."""

    def commit(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class Kept(NamedTuple):
    """A record as it was given."""

    kind: str
    time: datetime
    fields: Mapping[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """What would stand in the journal."""
        body = to_json(self.fields)
        assert isinstance(body, dict)
        return body


class MemoryJournal:
    """Keeps records in memory; set `failure` to let every commit fail as a full disk would."""

    def __init__(self) -> None:
        self.committed: list[Kept] = []
        self.batch: list[Kept] = []
        self.failure: Exception | None = None

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        self.batch.append(Kept(*checked(kind, time, fields)))

    def commit(self) -> None:
        if self.failure is not None:
            raise self.failure
        self.committed += self.batch
        self.batch = []

    def close(self) -> None:
        self.commit()

    def of(self, kind: str) -> list[Kept]:
        """Return the committed records of one kind, oldest first."""
        return [kept for kept in self.committed if kept.kind == kind]
