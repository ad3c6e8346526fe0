"""An engine on a fake broker, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.schema import Settings
from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.messages import (
    Event,
    ForeignOrderSeen,
    Noted,
    Severity,
    Start,
    TimePassed,
)
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
)
from core.engine import Engine
from core.engine.day_memory import DayMemory
from core.engine.outside import Outside
from core.journal import MemoryJournal
from core.sessions import open_calendar
from core.sessions.calendar import TradingCalendar
from tests import builders
from tests.builders import OPEN, SEOUL
from tests.fakes import FakeBroker


@pytest.fixture(scope="session")
def calendar() -> TradingCalendar:
    return open_calendar("XKRX", SEOUL)


SAMSUNG = builders.SAMSUNG.symbol


class Desk:
    """One engine to play with: `tick`, `minutes`, `drain`, and what it said."""

    def __init__(
        self,
        calendar: TradingCalendar,
        symbols: list[str],
        values: dict[str, Any],
        memory: DayMemory | None = None,
        broker: Callable[[SimClock], FakeBroker] = FakeBroker,
    ) -> None:
        self.clock = SimClock(OPEN)
        self.broker = broker(self.clock)
        self.broker.instruments = {
            s: Instrument(s, s, builders.SAMSUNG.previous_close) for s in symbols
        }
        self.journal = MemoryJournal()
        self.settings = Settings({"market.symbols": symbols, **values})
        outside = Outside(
            self.clock,
            self.broker,
            self.broker,
            self.journal,
            calendar,
            day_memory=memory or DayMemory(),
        )
        self.engine = Engine(self.settings, outside, symbols, "t")
        self.events: list[Event] = []

    def open(self) -> None:
        self.engine.open()
        self.engine.handle(Start())
        self.drain()

    def drain(self) -> None:
        while self.broker.inbox:
            self.engine.handle(self.broker.inbox.popleft())
        self.events += self.engine.take_events()

    def tell(self, message: Any) -> None:
        self.engine.handle(message)
        self.drain()

    def tick(
        self,
        price: float,
        second: float = 0,
        quantity: int = 10,
        symbol: str = "005930",
        side: Side | None = None,
    ) -> None:
        """Print a trade `second` seconds after the open; the clock goes along."""
        time = OPEN + timedelta(seconds=second)
        self.pass_to(time)
        self.tell(Tick(symbol, time, price, quantity, side))

    def pass_to(self, moment: datetime) -> None:
        """Move the clock, with every wake-up on the way."""
        while self.engine.wakeup <= moment:
            due = self.engine.wakeup
            self.clock.move_to(due)
            self.tell(TimePassed(due))
        self.clock.move_to(moment)

    def said(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def make_desk(calendar: TradingCalendar) -> Any:
    """Return a function that makes an opened desk."""

    def make(symbols: tuple[str, ...] = ("005930",), /, **values: Any) -> Desk:
        desk = Desk(calendar, list(symbols), {k.replace("__", "."): v for k, v in values.items()})
        desk.open()
        return desk

    return make


@pytest.fixture
def desk(make_desk: Any) -> Desk:
    opened: Desk = make_desk()
    return opened


EAGER = {
    # Two rising bars are enough for a signal, so that a test can make one by hand.
    "strategy__ema_short": 2,
    "strategy__ema_long": 3,
    "strategy__bb_period": 2,
    "strategy__rsi_period": 2,
    "strategy__buy_threshold": 0.5,
    "strategy__sell_threshold": 0.5,
    "strategy__rsi_overbought": 100,
    "strategy__rsi_oversold": 0,
}


def fall_then_rise(desk: Desk, symbol: str = "005930", start: int = 0) -> None:
    """Print minutes of falling, then rising prices: the short average crosses the long one."""
    for minute, price in enumerate((70_000, 69_900, 69_800, 69_700, 70_300)):
        desk.tick(price, start + minute * 60 + 55, symbol=symbol)  # fresh when the bar closes
    desk.pass_to(OPEN + timedelta(seconds=start + 5 * 60 + 1))


@pytest.fixture
def bought(make_desk: Any) -> Desk:
    """A desk that holds a position of its own making."""
    desk: Desk = make_desk(**EAGER)
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    assert desk.broker.held["005930"] > 0
    return desk


HAND = OrderId("K261123-77")


def by_hand(
    side: Side = Side.BUY,
    quantity: int = 10,
    symbol: str = SAMSUNG,
    price: int = 70_000,
    filled: int = 0,
) -> Order:
    """An order the trader made in the HTS, working at the broker."""
    intent = OrderIntent(
        symbol, side, quantity, Reason.FOREIGN, OPEN, price, OrderKind.LIMIT, price
    )
    return Order(HAND, intent, OrderStatus.ACCEPTED, BrokerOrderId("77"), filled)


def place_by_hand(desk: Desk, order: Order) -> Order:
    """Let the broker work on `order` and tell of it."""
    desk.broker.working[order.id] = order
    desk.tell(ForeignOrderSeen(order))
    return order


def notes(desk: Desk, severity: Severity = Severity.WARNING) -> list[str]:
    """Return what the engine noted with this severity, in English."""
    return [note.text.en for note in desk.said(Noted) if note.severity is severity]
