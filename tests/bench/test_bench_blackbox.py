"""Ticks a second of an engine that is recorded, against the same engine that is not.

A demo day of the terminal's own market is far from this rate: it is what a recorded run costs at
most. What it costs at 10,000 ticks a second follows from the difference.
"""

from __future__ import annotations

import gc
import math
import statistics
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from config.schema import Settings
from core.blackbox.opening import Run, recorded_engine
from core.blackbox.tape import Tape
from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import Message, Start
from core.drivers import Pace, run_stepped
from core.engine import Engine
from core.engine.outside import Outside
from tests.bench import tape, trading
from tests.bench.figures import median_ratio

pytestmark = pytest.mark.bench

SYMBOLS = 20
MINUTES, PER_MINUTE = 60, 60
ROUNDS = 5
BUSY = 10_000  # ticks a second of a busy market
MOST_PCT = 25  # of one core that recording may take there


def spent_s(ticks: list[Tick], make: Callable[[Settings, Outside], Engine]) -> float:
    """Return the seconds of all processors that `run_stepped` takes with an engine of `make`."""
    clock = SimClock(trading.OPEN)
    plain, broker = trading.make_engine(tape.symbols(SYMBOLS), clock)
    engine = make(plain.settings, plain._outside)
    inbox: deque[Message] = deque()
    broker.inbox = inbox
    venue = trading.TapeVenue(ticks, inbox)
    inbox.append(Start())
    began = process_time()
    run_stepped(engine, venue, clock, Pace(clock.now(), math.inf), inbox, lambda events: None)
    spent = process_time() - began
    assert engine.counts.ticks == len(ticks)
    assert engine.counts.orders > 0
    return spent


def test_ticks_while_all_messages_are_recorded(figures, tmp_path):
    codes, rows = tape.symbols(SYMBOLS), tape.rows(SYMBOLS, MINUTES, PER_MINUTE, True)
    ticks = [trading.tick_of(trading.local(row)) for row in rows]
    tapes: list[Tape] = []

    def plain(settings: Settings, outside: Outside) -> Engine:
        return Engine(settings, outside, codes, "bench")

    def recorded(settings: Settings, outside: Outside) -> Engine:
        home = tmp_path / str(len(tapes))
        run = Run("1", "bench", 1, trading.OPEN, "bench", "")
        engine, made = recorded_engine(home, settings, outside, codes, run, 0.0)
        tapes.append(made)
        return engine

    gc.collect()
    gc.freeze()
    spent_s(ticks, plain)
    without, with_ = [], []
    for _ in range(ROUNDS):
        without.append(spent_s(ticks, plain))
        with_.append(spent_s(ticks, recorded))
    gc.unfreeze()
    assert all(made.failure is None for made in tapes)
    _note(figures, len(ticks), without, with_, _size(tmp_path / "0") / len(ticks))


def _note(figures, count: int, without: list[float], with_: list[float], size: float) -> None:
    rate, bare = (f"{count / statistics.median(times):,.0f}/s" for times in (with_, without))
    more_us = (statistics.median(with_) - statistics.median(without)) / count * 1e6
    pct = more_us * BUSY / 1e4
    figures.compare("ticks, recorded", rate, f"not recorded {bare}", median_ratio(with_, without))
    figures.note("  a tick more, engine and writer", f"{more_us:.1f} us, {size:.1f} bytes on disk")
    figures.note(
        f"  of one core at {BUSY:,} ticks/s", f"{pct:.1f} %", f"{MOST_PCT} %", pct < MOST_PCT
    )


def _size(home: Path) -> int:
    return sum(path.stat().st_size for path in (home / "blackbox").iterdir())
