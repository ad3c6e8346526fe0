"""The world outside the engine, as app.py wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from core.clock import monotonic
from core.engine.day_memory import DayMemory
from core.engine.evidence import EvidenceKeeper
from core.ports import Broker, Clock, Journal, MarketFeed, Predictor
from core.sessions import TradingCalendar


class BackupKeeper(Protocol):
    """Keeps copies of the journal; what became of one that failed is posted as `Noted`."""

    def start(self, now: datetime, day: date) -> None:
        """Begin to copy the journal as the one of a trading day; returns at once, never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What an engine is wired to; nothing else may tell it anything, so that it can be replayed.

    Methods of what stands here return None or a value of a type with annotations: recording and
    replaying an engine (`core.blackbox`) works by them.
    """

    clock: Clock
    feed: MarketFeed
    broker: Broker
    journal: Journal
    calendar: TradingCalendar
    predictor: Predictor | None = None
    day_memory: DayMemory = field(default_factory=DayMemory)
    elapsed_s: Callable[[], float] = monotonic  # real seconds, for what market time can't tell
    evidence: EvidenceKeeper | None = None
    backups: BackupKeeper | None = None
