"""The inbox and the two drivers."""

from __future__ import annotations

import math
import threading
from collections import deque
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from config.text import Text
from core import drivers
from core.clock import SimClock
from core.domain.errors import HandlerError
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    CancelOrder,
    Event,
    Flatten,
    Heartbeat,
    Message,
    Shutdown,
    Start,
    TimePassed,
)
from core.domain.order import OrderId
from core.drivers import Inbox, Pace, run_live, run_stepped
from tests.builders import OPEN, a_tick

WAIT_S = 5.0  # far longer than anything here takes


class ScriptedEngine:
    """Stands where the engine stands; remembers what it was given."""

    def __init__(self, wakeup: datetime | None = None) -> None:
        self.handled: list[Message] = []
        self.wakeup = wakeup or OPEN + timedelta(days=1)
        self.is_shut_down = self.is_closing = self.is_opened = self.is_closed = False
        self.raised: list[Exception] = []
        self.faults = SimpleNamespace(first=None, count=0)
        self.fails_on: type | None = None

    def open(self) -> None:
        self.is_opened = True

    def handle(self, message: Message) -> None:
        self.handled.append(message)
        if self.fails_on is not None and isinstance(message, self.fails_on):
            raise ZeroDivisionError("bug")
        if isinstance(message, TimePassed):
            self.wakeup = message.now + timedelta(days=1)
        self.is_shut_down = self.is_shut_down or isinstance(message, Shutdown)

    def fault(self, error: Exception) -> None:
        self.raised.append(error)
        self.faults = SimpleNamespace(first=Text.of(repr(error)), count=len(self.raised))

    def take_events(self) -> list[Event]:
        return [Heartbeat(OPEN, {}, True)]

    def close(self) -> None:
        self.is_closed = True


class ScriptedVenue:
    """Posts one tick at each of its times."""

    def __init__(self, times: list[datetime], inbox: deque[Message]) -> None:
        self.times, self.inbox = deque(times), inbox

    def next_time(self) -> datetime | None:
        return self.times[0] if self.times else None

    def step(self) -> None:
        self.inbox.append(a_tick(time=self.times.popleft()))


def a_book(price: int, symbol: str = "005930") -> OrderBook:
    return OrderBook(symbol, OPEN, (), ((price, 1),))  # type: ignore[arg-type]


def test_what_reduces_risk_overtakes_what_waits() -> None:
    inbox = Inbox()
    waiting: list[Message] = [a_tick(), Start()]
    urgent: list[Message] = [CancelOrder(OrderId("1")), Flatten("button")]
    for message in [*waiting, *urgent]:
        inbox.put(message)
    assert inbox.take(0) == [*urgent, *waiting]


def test_books_are_conflated_and_ticks_never_dropped() -> None:
    inbox = Inbox()
    for price in range(1_000):
        inbox.put(a_book(price))
        inbox.put(a_tick(price))
    taken: list[Message] = []
    while batch := inbox.take(0):
        assert len(batch) <= 257
        taken += batch
    assert [t.price for t in taken if not isinstance(t, OrderBook)] == list(range(1_000))  # type: ignore[union-attr]
    assert [b.bids for b in taken if isinstance(b, OrderBook)] == [((999, 1),)]


def test_nothing_within_the_time_out_is_an_empty_batch() -> None:
    assert Inbox().take(0.0) == []


def test_drained_means_handled_and_not_only_taken() -> None:
    inbox = Inbox()
    inbox.put(a_tick())
    assert not inbox.wait_drained(0)
    inbox.take(0)
    assert not inbox.wait_drained(0)  # taken, but the consumer has not come back
    drained = threading.Event()
    waiter = threading.Thread(target=lambda: inbox.wait_drained(WAIT_S) and drained.set())
    waiter.start()
    inbox.take(0)
    waiter.join(WAIT_S)
    assert drained.is_set()


def test_messages_of_many_threads_all_arrive() -> None:
    inbox = Inbox()

    def put(number: int) -> None:
        for price in range(500):
            inbox.put(a_tick(price, symbol=str(number)))

    threads = [threading.Thread(target=put, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken: list[Any] = []
    while batch := inbox.take(0):
        taken += batch
    for number in range(4):
        assert [t.price for t in taken if t.symbol == str(number)] == list(range(500))


def test_the_live_driver_ends_at_shutdown_and_closes_the_engine() -> None:
    engine, inbox, batches = ScriptedEngine(), Inbox(), []
    for message in (a_tick(), Shutdown()):
        inbox.put(message)
    run_live(engine, inbox, SimClock(OPEN), batches.append)  # type: ignore[arg-type]
    assert engine.is_opened and engine.is_closed
    assert a_tick() in engine.handled
    assert batches


def test_a_handler_that_raises_stops_entries_and_nothing_else() -> None:
    engine, inbox = ScriptedEngine(), Inbox()
    engine.fails_on = Start
    for message in (Start(), a_tick()):
        inbox.put(message)
    inbox.put(a_tick(1))
    # Shutdown is urgent, so it is put only after the others were handled.
    engine_thread = threading.Thread(
        target=lambda: run_live(engine, inbox, SimClock(OPEN), lambda batch: None)  # type: ignore[arg-type]
    )
    engine_thread.start()
    assert inbox.wait_drained(WAIT_S)
    inbox.put(Shutdown())
    engine_thread.join(WAIT_S)
    assert [type(error) for error in engine.raised] == [ZeroDivisionError]
    assert a_tick(1) in engine.handled


def test_the_live_driver_tells_the_time_when_it_is_due() -> None:
    engine, inbox, clock = ScriptedEngine(OPEN + timedelta(seconds=1)), Inbox(), SimClock(OPEN)
    clock.move_to(OPEN + timedelta(seconds=2))
    thread = threading.Thread(
        target=lambda: run_live(engine, inbox, clock, lambda batch: None)  # type: ignore[arg-type]
    )
    thread.start()
    assert inbox.wait_drained(WAIT_S)
    inbox.put(Shutdown())
    thread.join(WAIT_S)
    assert TimePassed(OPEN + timedelta(seconds=2)) in engine.handled


def test_a_feed_that_tells_the_time_is_not_overtaken_by_the_clock() -> None:
    engine, inbox, clock = ScriptedEngine(OPEN + timedelta(seconds=1)), Inbox(), SimClock(OPEN)
    clock.move_to(OPEN + timedelta(minutes=5))
    inbox.put(Shutdown())
    run_live(engine, inbox, clock, lambda batch: None, feed_tells_time=True)  # type: ignore[arg-type]
    assert not any(isinstance(message, TimePassed) for message in engine.handled)


def stepped(
    times: list[float], wakeup: float | None = None, until: float | None = None
) -> tuple[ScriptedEngine, SimClock]:
    """Run a venue with ticks at `times` (seconds after the open) to its end."""
    inbox: deque[Message] = deque()
    moments = [OPEN + timedelta(seconds=second) for second in times]
    engine = ScriptedEngine(None if wakeup is None else OPEN + timedelta(seconds=wakeup))
    clock = SimClock(OPEN)
    end = None if until is None else OPEN + timedelta(seconds=until)
    venue = ScriptedVenue(moments, inbox)
    run_stepped(engine, venue, clock, Pace(OPEN, math.inf), inbox, lambda batch: None, end)  # type: ignore[arg-type]
    return engine, clock


def test_stepping_goes_in_order_of_market_time() -> None:
    engine, clock = stepped([1, 2, 3], wakeup=2.5)
    kinds = [type(message).__name__ for message in engine.handled]
    assert kinds == ["Tick", "Tick", "TimePassed", "Tick"]
    assert clock.now() == OPEN + timedelta(seconds=3)
    assert engine.is_closed


def test_at_one_timestamp_the_market_goes_before_the_clock() -> None:
    engine, _ = stepped([1, 2], wakeup=2)
    kinds = [type(message).__name__ for message in engine.handled]
    assert kinds[:2] == ["Tick", "Tick"]


def test_stepping_ends_at_the_given_market_time() -> None:
    engine, clock = stepped([1, 2, 3], until=2)
    assert len(engine.handled) == 2
    assert clock.now() == OPEN + timedelta(seconds=2)


def test_stepping_goes_on_after_a_handler_has_raised_and_says_so_at_its_end() -> None:
    inbox: deque[Message] = deque()
    engine = ScriptedEngine()
    engine.fails_on = Tick
    venue = ScriptedVenue([OPEN, OPEN + timedelta(seconds=1)], inbox)
    with pytest.raises(HandlerError, match=r"2 internal errors.*bug"):
        run_stepped(
            engine,  # type: ignore[arg-type]
            venue,
            SimClock(OPEN),
            Pace(OPEN, math.inf),
            inbox,
            lambda batch: None,
        )
    assert len(engine.raised) == 2
    assert engine.is_closed


def test_shutdown_ends_stepping_at_once() -> None:
    inbox: deque[Message] = deque([Shutdown()])
    engine = ScriptedEngine()
    venue = ScriptedVenue([OPEN], inbox)
    run_stepped(
        engine,  # type: ignore[arg-type]
        venue,
        SimClock(OPEN),
        Pace(OPEN, math.inf),
        inbox,
        lambda batch: None,
    )
    assert engine.handled == [Shutdown()]


def test_an_interrupted_pace_waits_no_longer() -> None:
    pace = Pace(OPEN, 0.001)
    pace.interrupt()
    pace.wait_for(OPEN + timedelta(days=1))  # would last for years


def test_a_signal_may_come_at_any_point_of_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the wait holds its own lock; two Ctrl+C in a row hung a run for ever."""
    pace = Pace(OPEN, 0.001)

    def interrupted(event: threading.Event, timeout_s: float) -> bool:
        with event._cond:  # type: ignore[attr-defined]
            pace.interrupt()
        return False

    monkeypatch.setattr(drivers, "wait", interrupted)
    pace.wait_for(OPEN + timedelta(days=1))


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_is_above_zero(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Pace(OPEN, speed)
