"""What watching over the engine costs: a tick's comparison of numbers, and a look at everything."""

from __future__ import annotations

import gc
import math
import statistics
from collections import deque
from datetime import timedelta
from time import perf_counter

import pytest

from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import Message, Start, TimePassed
from core.drivers import Pace, run_stepped
from core.engine import Engine
from tests.bench import tape, trading
from tests.bench.figures import Figures

pytestmark = pytest.mark.bench

SYMBOLS = 20
ROUNDS = 7
LOOKS = 2_000
MOST_OF_A_TICK = 1.05  # with watching, of the time without
MOST_OF_A_LOOK_US = 100.0


class Unwatched(Engine):
    """The same without a look at what has changed."""

    def handle(self, message: Message) -> None:
        self._clock.moment = None
        self.recent.append(message)
        self._handlers[type(message)](message)


def day_s(kind: type[Engine], ticks: list[Tick]) -> float:
    """Return the seconds of a stepped run over `ticks`."""
    clock = SimClock(trading.OPEN)
    engine, broker = trading.make_engine(tape.symbols(SYMBOLS), clock)
    engine.__class__ = kind
    inbox: deque[Message] = deque([Start()])
    broker.inbox = inbox
    venue = trading.TapeVenue(ticks, inbox)
    began = perf_counter()
    run_stepped(engine, venue, clock, Pace(clock.now(), math.inf), inbox, lambda events: None)
    return perf_counter() - began


def test_watching_every_message(figures: Figures) -> None:
    rows = [trading.local(row) for row in tape.rows(SYMBOLS, 60, 60, True)]
    ticks = [trading.tick_of(row) for row in rows]
    gc.collect()
    gc.freeze()
    pairs = [(day_s(Engine, ticks), day_s(Unwatched, ticks)) for _ in range(ROUNDS)]
    gc.unfreeze()
    ratio = statistics.median(watched / bare for watched, bare in pairs)
    figures.note(
        "a run of ticks, watched / not",
        f"{ratio:.3f}",
        f"<= {MOST_OF_A_TICK}",
        ratio <= MOST_OF_A_TICK,
    )


def an_engine() -> Engine:
    """Return one that holds every third of its symbols."""
    clock = SimClock(trading.OPEN)
    engine, broker = trading.make_engine(tape.symbols(SYMBOLS), clock)
    engine.open()
    while broker.inbox:
        engine.handle(broker.inbox.popleft())
    engine.handle(Start())
    return engine


def test_a_look_at_what_must_hold(figures: Figures) -> None:
    engine = an_engine()
    assert len(engine.account.portfolio) >= SYMBOLS // 3
    began = perf_counter()
    for _ in range(LOOKS):
        engine._look()
    look_us = (perf_counter() - began) / LOOKS * 1e6
    figures.note(
        f"a look at every invariant, {len(engine.account.portfolio)} positions",
        f"{look_us:.1f} us",
        f"<= {MOST_OF_A_LOOK_US:g} us",
        look_us <= MOST_OF_A_LOOK_US,
    )


def test_the_sentinels_look_at_every_symbol(figures: Figures) -> None:
    engine = an_engine()
    sentinel, now = engine._watch.timed[0], trading.OPEN
    began = perf_counter()
    for _ in range(LOOKS):
        now += timedelta(seconds=5)
        sentinel.advance(now)
    look_us = (perf_counter() - began) / LOOKS * 1e6
    figures.note(f"the sentinel's look at {SYMBOLS} symbols, each 5 s", f"{look_us:.1f} us")
    engine.handle(TimePassed(trading.OPEN))
