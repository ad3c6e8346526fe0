"""A whole demo day by the window's driver, as fast as it goes: nobody watching cries wolf."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date

from broker import wires
from config.schema import Settings
from core.clock import SimClock
from core.domain.messages import (
    Event,
    InvariantsChecked,
    Noted,
    PhaseChanged,
    Severity,
    Shutdown,
    Start,
    SymbolState,
    SymbolStateChanged,
    VitalsUpdated,
    WindowBeat,
)
from core.domain.session import Phase
from core.drivers import Inbox, run_live
from core.engine import Engine
from core.engine.outside import Outside
from core.journal import NullJournal
from core.sessions import open_calendar
from core.simulation.setup import DemoDay, demo_venue
from tests.builders import SEOUL

PATIENCE_S = 300
VALUES = {"strategy.buy_threshold": 0.5, "market.symbols": ["005930", "000660", "005380"]}


class Audience:
    """Takes the engine's batches where the window does, and beats as the window does."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.events: list[Event] = []

    def take(self, events: Sequence[Event]) -> None:
        self._inbox.put(WindowBeat())
        self.events += events
        if any(isinstance(e, PhaseChanged) and e.phase is Phase.AFTER_CLOSE for e in events):
            self._inbox.put(Shutdown())

    def said(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def test_a_day_at_full_speed_with_books_and_beats() -> None:
    settings, calendar = Settings(VALUES), open_calendar("XKRX", SEOUL)
    session = calendar.session(date(2026, 11, 23))
    assert session is not None
    venue = demo_venue(DemoDay(session, 1), settings, calendar, 10_000_000, publishes_books=True)
    inbox, clock = Inbox(), SimClock(venue.start)
    wire = wires.simulated(venue, inbox, clock)
    broker = wire.connection
    outside = Outside(clock, broker, broker, NullJournal(), calendar)
    engine = Engine(settings, outside, settings.value("market.symbols"), "t")
    audience = Audience(inbox)
    inbox.put(Start())
    args = (engine, inbox, clock, audience.take, wire.tells_time)
    thread = threading.Thread(target=run_live, args=args, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    wire.close()
    assert not thread.is_alive()
    assert engine.counts.trades > 0 and engine.counts.errors == 0
    assert audience.said(VitalsUpdated), "the day was long enough to be watched"
    states = {event.state for event in audience.said(SymbolStateChanged)}  # type: ignore[attr-defined]
    assert states & {SymbolState.DEAD, SymbolState.SUSPECT} == set()
    lamps = [lamp for e in audience.said(InvariantsChecked) for lamp in e.lamps]  # type: ignore[attr-defined]
    assert lamps and all(lamp.is_ok for lamp in lamps)
    errors = [e for e in audience.said(Noted) if e.severity is Severity.ERROR]  # type: ignore[attr-defined]
    assert errors == []
