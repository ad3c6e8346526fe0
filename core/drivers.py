"""What turns the engine's crank: live in its own thread, or in step with a simulated venue."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.clock import ScaledClock, SimClock, monotonic, wait
from core.domain.errors import HandlerError
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AskForDay,
    CancelOrder,
    Event,
    Flatten,
    Message,
    Pulsed,
    Shutdown,
    Stop,
    TimePassed,
)
from core.engine import Engine

Publish = Callable[[Sequence[Event]], None]

FRAME_S = 1 / 30
"""Shortest time between two batches of events: views are drawn no faster."""

_URGENT = frozenset({Flatten, Stop, CancelOrder, Shutdown})
_BATCH = 256  # messages handled before urgent ones are looked for again
_LOOK_S = 0.1  # how often a wait looks whether it was interrupted
_PULSE_S = 1.0  # between two beats of real time
_LAST_WORD = timedelta(minutes=1)  # of market time in which the broker may list its day
_QUIET_STEPS = 4096  # at full speed, steps between two batches of events


class Inbox:
    """The one way into a running engine; `put` may be called from any thread.

    Commands that reduce risk overtake everything. Order books are conflated to the newest of each
    symbol; trades and reports are never dropped.

    A tick's way in takes no lock, since appending to a deque and storing in a dict are atomic. The
    lock is for sleeping: the consumer says that it will before it looks a last time whether
    something has come, and `put` looks for that after it has added its message.
    """

    def __init__(self) -> None:
        self._urgent: deque[Message] = deque()
        self._normal: deque[Message] = deque()
        self._books: dict[str, OrderBook] = {}
        self._changed = threading.Condition()
        self._is_sleeping = False
        self._is_idle = True  # the consumer has handled all it took

    def put(self, message: Message) -> None:
        if isinstance(message, OrderBook):
            self._books[message.symbol] = message
        elif type(message) in _URGENT:
            self._urgent.append(message)
        else:
            self._normal.append(message)
        if self._is_sleeping:
            with self._changed:
                self._changed.notify_all()

    def take(self, timeout_s: float) -> list[Message]:
        """Return up to 256 messages, urgent ones first; wait for the first or the time-out."""
        with self._changed:
            if not self._is_filled():
                self._sleep(timeout_s)
            self._is_idle = False  # before anything is taken out, for `wait_drained`
            batch = self._next_batch()
            self._is_idle = not batch
            return batch

    def wait_drained(self, timeout_s: float) -> bool:
        """Wait until all that was put has been handled; return whether it was in time."""
        with self._changed:
            return self._changed.wait_for(self._is_drained, timeout_s)

    def _sleep(self, timeout_s: float) -> None:
        self._is_idle = self._is_sleeping = True
        self._changed.notify_all()  # for `wait_drained`
        self._changed.wait_for(self._is_filled, timeout_s)
        self._is_sleeping = False

    def _is_drained(self) -> bool:
        return self._is_idle and not self._is_filled()

    def _is_filled(self) -> bool:
        return bool(self._urgent or self._normal or self._books)

    def _next_batch(self) -> list[Message]:
        batch = _taken(self._urgent, len(self._urgent))
        batch += _taken(self._normal, min(_BATCH, len(self._normal)))
        # One by one: a book that comes meanwhile must not be lost.
        batch += [self._books.pop(symbol) for symbol in tuple(self._books)]
        return batch


def _taken(lane: deque[Message], count: int) -> list[Message]:
    take = lane.popleft
    return [take() for _ in range(count)]


class PacedClock(Protocol):
    """A clock that can say how long to wait in real time."""

    def now(self) -> datetime: ...

    def seconds_until(self, moment: datetime) -> float: ...


def run_live(
    engine: Engine, inbox: Inbox, clock: PacedClock, publish: Publish, feed_tells_time: bool = False
) -> None:
    """Run the engine in this thread until `Shutdown`; the window's driver.

    With `feed_tells_time` the feed posts `TimePassed` in step with its ticks; otherwise `clock` is
    looked at here.

    A handler that raises is told to the engine (`Engine.fault`), which stops entries; the rest goes
    on, since exits matter most when something is wrong. Once a second the engine is told of the
    real time, as nothing else tells it whether window and broker are alive.
    """
    engine.open()
    next_frame = next_pulse = monotonic()
    while not engine.is_shut_down:
        frame_in = max(next_frame - monotonic(), 0.0)
        due_in = math.inf if feed_tells_time else clock.seconds_until(engine.wakeup)
        handle_all(engine, inbox.take(min(frame_in, due_in)))
        if not feed_tells_time and clock.now() >= engine.wakeup:
            handle_all(engine, [TimePassed(clock.now())])
        if monotonic() >= next_pulse:
            next_pulse = monotonic() + _PULSE_S
            handle_all(engine, [Pulsed(monotonic())])
        if monotonic() >= next_frame:
            publish(engine.take_events())
            next_frame = monotonic() + FRAME_S
    engine.close()
    publish(engine.take_events())


def handle_all(engine: Engine, messages: Sequence[Message]) -> None:
    """Have the engine handle every message; one whose handler raises keeps none of the rest."""
    for message in messages:
        try:
            engine.handle(message)
        except Exception as error:
            engine.fault(error)


class SteppedVenue(Protocol):
    """A simulated venue (core.simulation.venue) as this driver sees it."""

    def next_time(self) -> datetime | None: ...

    def step(self) -> None: ...


class Pace:
    """Keeps market time in step with real time, or does not wait at all."""

    def __init__(self, start: datetime, speed: float) -> None:
        """`speed` market seconds a real second; `math.inf` never waits."""
        self._clock = None if math.isinf(speed) else ScaledClock(start, speed)
        self._is_interrupted = False
        self._pause = threading.Event()  # never set

    def interrupt(self) -> None:
        """End the present wait within a tenth of a second, and every later one.

        For signal handlers: they run in the middle of anything, so they may not set an event, whose
        lock the code they interrupted may hold.
        """
        self._is_interrupted = True

    def wait_for(self, moment: datetime) -> None:
        if self._clock is None:
            return
        while not self._is_interrupted and (left_s := self._clock.seconds_until(moment)):
            wait(self._pause, min(left_s, _LOOK_S))


def run_stepped(
    engine: Engine,
    venue: SteppedVenue,
    clock: SimClock,
    pace: Pace,
    inbox: deque[Message],
    publish: Publish,
    until: datetime | None = None,
    at_end: Callable[[bool], Sequence[Message]] | None = None,
) -> None:
    """Run engine and venue in this thread, in market time: the same every time.

    Ends at `Shutdown`, at market time `until`, or when the venue has nothing more and nothing is
    being closed. At one timestamp the venue goes first, then the clock's own doings. A handler that
    raises is told to the engine as in `run_live`: the run goes on to its end, where it is said.

    Args:
        inbox: Where the venue posts; commands may be appended from a signal handler.
        publish: Gets batches of events; at full speed only now and then.
        at_end: Called before the engine is closed with whether the broker has listed its day; what
            it returns is handled. None: the broker is not asked.

    Raises:
        HandlerError: Some handler has raised; the engine was closed in good order.
    """
    engine.open()
    _drain(engine, inbox)
    next_time, step, move_to = venue.next_time, venue.step, clock.move_to
    handle, take = engine.handle, inbox.popleft
    steps = 0
    while not engine.is_shut_down:
        moment, wakeup = next_time(), engine.wakeup
        if moment is None and not engine.is_closing and until is None:
            break
        is_venues_turn = moment is not None and moment <= wakeup
        if moment is None or not is_venues_turn:
            moment = wakeup
        if until is not None and moment > until:
            break
        pace.wait_for(moment)
        move_to(moment)
        if is_venues_turn:
            step()
        else:
            inbox.append(TimePassed(moment))
        while inbox:
            try:
                handle(take())
            except Exception as error:
                engine.fault(error)
        steps += 1
        if steps % _QUIET_STEPS == 0:
            publish(engine.take_events())
    clock.move_to(until or clock.now())
    if at_end is not None and not engine.is_shut_down:
        is_heard = _hear_last_word(engine, venue, clock, inbox)
        handle_all(engine, at_end(is_heard))
    _end(engine, publish)


def _hear_last_word(
    engine: Engine, venue: SteppedVenue, clock: SimClock, inbox: deque[Message]
) -> bool:
    """Have the broker list its day, and return whether it has; market data count no more."""
    handle_all(engine, [AskForDay()])
    latest = clock.now() + _LAST_WORD
    while engine.day_report.is_awaited:
        moment = venue.next_time()
        if moment is None or moment > latest:
            break
        clock.move_to(max(moment, clock.now()))
        venue.step()
        messages = [each for each in inbox if not isinstance(each, Tick | OrderBook)]
        inbox.clear()
        handle_all(engine, messages)
    return not engine.day_report.is_awaited


def _end(engine: Engine, publish: Publish) -> None:
    engine.close()
    publish(engine.take_events())
    if engine.faults.first is not None:
        raise HandlerError(engine.faults.first, engine.faults.count)


def _drain(engine: Engine, inbox: deque[Message]) -> None:
    handle, take = engine.handle, inbox.popleft
    while inbox:
        try:
            handle(take())
        except Exception as error:
            engine.fault(error)
