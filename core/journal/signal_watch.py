"""Notices in what is written to the journal that the engine has decided something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from core.ports import Journal

_SIGNALS = frozenset({"decision", "denied"})


class SignalWatch:
    """A journal like the one it passes everything on to."""

    def __init__(self, journal: Journal, on_signal: Callable[[], object]) -> None:
        """`on_signal` is called at every decision but HOLD, refused ones too, in its thread."""
        self._journal, self._on_signal = journal, on_signal
        self.commit, self.close = journal.commit, journal.close

    def record(self, kind: str, time: datetime, fields: Mapping[str, Any]) -> None:
        self._journal.record(kind, time, fields)
        if kind in _SIGNALS:
            self._on_signal()
