"""The world outside the engine, as app.py wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.clock import monotonic
from core.engine.day_memory import DayMemory
from core.engine.evidence import EvidenceKeeper
from core.ports import Broker, Clock, Journal, MarketFeed, Predictor
from core.sessions import TradingCalendar


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
