"""What the engine knew when something was wrong, and who keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from config.text import Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """Frozen objects, turned into text elsewhere."""

    code: str  # of what was wrong
    reason: Text
    time: datetime
    messages: tuple[object, ...]  # the last ones that entered, oldest first
    state: Mapping[str, Any]
    settings: Mapping[str, Any]  # masked


class EvidenceKeeper(Protocol):
    """Keeps evidence where a person finds it; what became of it is posted as `Noted`."""

    def keep(self, evidence: Evidence) -> None:
        """Begin to write `evidence`; returns at once, and never raises."""
        ...
