"""Something wrong in a journal, with its place."""

from __future__ import annotations

from dataclasses import dataclass

from config.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    seq: int  # of the record where it shows
    time: str  # of that record, ISO 8601; empty where it is not known
    text: Text

    def __str__(self) -> str:
        return f"record {self.seq} ({self.time}): {self.text.en}"
