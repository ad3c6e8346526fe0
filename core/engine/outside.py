"""The world outside the engine, as app.py wires it."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.engine.day_memory import DayMemory
from core.ports import Broker, Clock, Journal, MarketFeed, Predictor
from core.sessions import TradingCalendar


@dataclass(frozen=True, slots=True)
class Outside:
    """What an engine is wired to."""

    clock: Clock
    feed: MarketFeed
    broker: Broker
    journal: Journal
    calendar: TradingCalendar
    predictor: Predictor | None = None
    day_memory: DayMemory = field(default_factory=DayMemory)
