"""Ticks a second through the whole headless path, against vnpy's EventEngine and indicators.

Ours: `run_stepped` with its clock, the engine in RUNNING state with every third symbol held: bars,
stop and target of what is held, indicators, rules, score and decision at every closed bar, sizing
and risk gate for each buy, orders and fills. Theirs: see peers/vnpy_ticks.py. Tick objects are made
before the watch starts on both sides; garbage of the set-up is frozen on both sides too.
"""

from __future__ import annotations

import gc
import math
import statistics
import threading
from collections import deque
from time import perf_counter

import pytest

from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import Message, Shutdown, Start
from core.drivers import Inbox, Pace, run_live, run_stepped
from tests.bench import tape, trading
from tests.bench.figures import Figures, median_ratio
from tests.bench.scripts import run_peer

pytestmark = pytest.mark.bench

SYMBOLS = 20
ROUNDS = 5
AIM = 3.0
_AHEAD = 512  # ticks the feed of the live driver may be ahead of the engine


def stepped_s(ticks: list[Tick]) -> float:
    """Return the seconds of `run_stepped`, the driver of headless, replay and backtest."""
    clock = SimClock(trading.OPEN)
    engine, broker = trading.make_engine(tape.symbols(SYMBOLS), clock)
    inbox: deque[Message] = deque()
    broker.inbox = inbox
    venue = trading.TapeVenue(ticks, inbox)
    inbox.append(Start())
    began = perf_counter()
    run_stepped(engine, venue, clock, Pace(clock.now(), math.inf), inbox, lambda events: None)
    spent = perf_counter() - began
    assert engine.counts.ticks == len(ticks)
    assert engine.counts.orders > 0
    return spent


def live_s(ticks: list[Tick]) -> float:
    """Return the seconds of `run_live`, the window's driver: a feed's thread and the engine's."""
    clock = SimClock(trading.OPEN)
    engine, broker = trading.make_engine(tape.symbols(SYMBOLS), clock)
    inbox = Inbox()
    broker.inbox = trading.Posting(inbox.put)
    inbox.put(Start())
    args = (engine, inbox, clock, lambda events: None, True)
    thread = threading.Thread(target=run_live, args=args)
    thread.start()
    assert inbox.wait_drained(60)
    began = perf_counter()
    for first in range(0, len(ticks), _AHEAD):
        for tick in ticks[first : first + _AHEAD]:
            inbox.put(tick)
        assert inbox.wait_drained(60)
    spent = perf_counter() - began
    inbox.put(Shutdown())
    thread.join()
    assert engine.counts.ticks == len(ticks)
    return spent


@pytest.fixture
def frozen():
    """Spare both sides the garbage collector's walks over what was made before."""
    yield lambda: (gc.collect(), gc.freeze())
    gc.unfreeze()


@pytest.mark.parametrize(
    ("per_minute", "minutes", "whole_seconds", "aim"),
    [
        pytest.param(60, 120, True, AIM, id="a trade a second of each"),
        pytest.param(60, 120, False, None, id="and no two at the same moment"),
        pytest.param(600, 12, True, None, id="ten trades a second of each"),
    ],
)
def test_ticks_against_vnpy(
    figures: Figures, peers, frozen, request, per_minute, minutes, whole_seconds, aim
):
    ticks = trading.ticks_of(list(tape.rows(SYMBOLS, minutes, per_minute, whole_seconds)))
    frozen()
    ours, theirs, live = [], [], []
    stepped_s(ticks)
    for _ in range(ROUNDS):
        theirs.append(run_peer(peers, "vnpy_ticks.py", SYMBOLS, minutes, per_minute)["seconds"])
        ours.append(stepped_s(ticks))
        live.append(live_s(ticks))
    case = request.node.callspec.id
    rate, peer, live_rate = (
        f"{len(ticks) / statistics.median(times):,.0f}/s" for times in (ours, theirs, live)
    )
    figures.compare(f"ticks, {case}", rate, f"vnpy 4.5 {peer}", median_ratio(ours, theirs), aim)
    figures.compare(
        "  through the window's driver", live_rate, f"vnpy 4.5 {peer}", median_ratio(live, theirs)
    )
    assert median_ratio(ours, theirs) > 1
