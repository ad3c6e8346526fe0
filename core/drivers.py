"""What turns the engine's crank: live in its own thread, or in step with a simulated venue."""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from core.clock import ScaledClock, SimClock, monotonic, wait
from core.domain.market import OrderBook
from core.domain.messages import CancelOrder, Event, Flatten, Message, Shutdown, Stop, TimePassed
from core.engine import Engine

logger = logging.getLogger(__name__)

Publish = Callable[[Sequence[Event]], None]

FRAME_S = 1 / 30
"""Shortest time between two batches of events: views are drawn no faster."""

_URGENT = (Flatten, Stop, CancelOrder, Shutdown)
_BATCH = 256  # messages handled before urgent ones are looked for again
_QUIET_STEPS = 4096  # at full speed, steps between two batches of events


class Inbox:
    """The one way into a running engine; `put` may be called from any thread.

    Commands that reduce risk overtake everything. Order books are conflated to the newest of each
    symbol; trades and reports are never dropped.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._urgent: deque[Message] = deque()
        self._normal: deque[Message] = deque()
        self._books: dict[str, OrderBook] = {}
        self._is_idle = True  # the consumer has handled all it took

    def put(self, message: Message) -> None:
        with self._changed:
            if isinstance(message, OrderBook):
                self._books[message.symbol] = message
            elif isinstance(message, _URGENT):
                self._urgent.append(message)
            else:
                self._normal.append(message)
            self._changed.notify_all()

    def take(self, timeout_s: float) -> list[Message]:
        """Return up to 256 messages, urgent ones first; wait for the first or the time-out."""
        with self._changed:
            self._is_idle = True
            if not self._is_filled():
                self._changed.notify_all()  # for `wait_drained`
                self._changed.wait_for(self._is_filled, timeout_s)
            self._is_idle = not self._is_filled()
            return self._next_batch()

    def wait_drained(self, timeout_s: float) -> bool:
        """Wait until all that was put has been handled; return whether it was in time."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._is_idle and not self._is_filled(), timeout_s
            )

    def _is_drained(self) -> bool:
        return self._is_idle and not self._is_filled()

    def _is_filled(self) -> bool:
        return bool(self._urgent or self._normal or self._books)

    def _next_batch(self) -> list[Message]:
        batch: list[Message] = list(self._urgent)
        self._urgent.clear()
        count = min(_BATCH, len(self._normal))
        batch.extend(self._normal.popleft() for _ in range(count))
        batch.extend(self._books.values())
        self._books.clear()
        return batch


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

    A handler that raises is logged and stops entries (`Engine.fault`); the rest goes on, since
    exits matter most when something is wrong.
    """
    engine.open()
    next_frame = monotonic()
    while not engine.is_shut_down:
        frame_in = max(next_frame - monotonic(), 0.0)
        due_in = math.inf if feed_tells_time else clock.seconds_until(engine.wakeup)
        for message in inbox.take(min(frame_in, due_in)):
            _handle(engine, message)
        if not feed_tells_time and clock.now() >= engine.wakeup:
            _handle(engine, TimePassed(clock.now()))
        if monotonic() >= next_frame:
            publish(engine.take_events())
            next_frame = monotonic() + FRAME_S
    engine.close()
    publish(engine.take_events())


def _handle(engine: Engine, message: Message) -> None:
    try:
        engine.handle(message)
    except Exception as error:
        logger.exception("handling %s", type(message).__name__)
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
        self._interrupted = threading.Event()

    def interrupt(self) -> None:
        """End the present and every later wait; safe in a signal handler."""
        self._interrupted.set()

    def wait_for(self, moment: datetime) -> None:
        if self._clock is not None:
            wait(self._interrupted, self._clock.seconds_until(moment))


def run_stepped(
    engine: Engine,
    venue: SteppedVenue,
    clock: SimClock,
    pace: Pace,
    inbox: deque[Message],
    publish: Publish,
    until: datetime | None = None,
) -> None:
    """Run engine and venue in this thread, in market time: the same every time.

    Ends at `Shutdown`, at market time `until`, or when the venue has nothing more and nothing is
    being closed. At one timestamp the venue goes first, then the clock's own doings.

    Args:
        inbox: Where the venue posts; commands may be appended from a signal handler.
        publish: Gets batches of events; at full speed only now and then.
    """
    engine.open()
    _drain(engine, inbox)
    steps = 0
    while not engine.is_shut_down:
        due = venue.next_time()
        if due is None and not engine.is_closing and until is None:
            break
        moment = min(due or engine.wakeup, engine.wakeup)
        if until is not None and moment > until:
            break
        pace.wait_for(moment)
        clock.move_to(moment)
        if due is not None and due <= engine.wakeup:
            venue.step()
        else:
            inbox.append(TimePassed(moment))
        _drain(engine, inbox)
        steps += 1
        if steps % _QUIET_STEPS == 0:
            publish(engine.take_events())
    if until is not None:
        clock.move_to(until)
    engine.close()
    publish(engine.take_events())


def _drain(engine: Engine, inbox: deque[Message]) -> None:
    handle, take = engine.handle, inbox.popleft
    while inbox:
        handle(take())
