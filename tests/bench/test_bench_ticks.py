"""Ticks a second through the whole headless path, against vnpy's EventEngine and indicators.

Ours: `run_stepped` with its clock, the engine in RUNNING state with every third symbol held: bars,
stop and target of what is held, indicators, rules, score and decision at every closed bar, sizing
and risk gate for each buy, orders and fills. Theirs: see peers/vnpy_ticks.py. Both get the same
rows; tick objects are made on their way in on both sides, or before the watch starts on both. What
the set-up left is frozen for the garbage collectors of both.
"""

from __future__ import annotations

import gc
import math
import statistics
import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice
from time import perf_counter

import pytest

from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import Message, Shutdown, Start
from core.drivers import Inbox, Pace, run_live, run_stepped
from tests.bench import tape, trading
from tests.bench.figures import median_ratio
from tests.bench.scripts import run_peer

pytestmark = pytest.mark.bench

SYMBOLS = 20
ROUNDS = 5
AIM = 3.0
_AHEAD = 512  # ticks the feed of the live driver may be ahead of the engine


def stepped_s(ticks: Iterable[Tick], count: int) -> float:
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
    assert engine.counts.ticks == count
    assert engine.counts.orders > 0
    return spent


def live_s(ticks: Iterable[Tick], count: int) -> float:
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
    feed = iter(ticks)
    began = perf_counter()
    while ahead := list(islice(feed, _AHEAD)):
        for tick in ahead:
            inbox.put(tick)
        assert inbox.wait_drained(60)
    spent = perf_counter() - began
    inbox.put(Shutdown())
    thread.join()
    assert engine.counts.ticks == count
    return spent


@pytest.fixture
def frozen():
    """Spare both sides the garbage collector's walks over what was made before."""
    yield lambda: (gc.collect(), gc.freeze())
    gc.unfreeze()


@pytest.mark.parametrize(
    ("per_minute", "minutes", "is_made", "whole_seconds", "aim"),
    [
        pytest.param(60, 120, False, True, AIM, id="one a second of each symbol"),
        pytest.param(60, 120, True, True, None, id="the same, ticks made before"),
        pytest.param(60, 120, True, False, None, id="and no two at one moment"),
        pytest.param(600, 12, False, True, None, id="ten a second of each symbol"),
    ],
)
def test_ticks_against_vnpy(
    figures, peers, frozen, request, per_minute, minutes, is_made, whole_seconds, aim
):
    rows = [trading.local(row) for row in tape.rows(SYMBOLS, minutes, per_minute, whole_seconds)]
    made = [trading.tick_of(row) for row in rows] if is_made else []
    frozen()

    def ticks() -> Iterable[Tick]:
        return made or map(trading.tick_of, rows)

    args = (SYMBOLS, minutes, per_minute, "made" if is_made else "making")
    ours, theirs, live = [], [], []
    stepped_s(ticks(), len(rows))
    for _ in range(ROUNDS):
        theirs.append(run_peer(peers, "vnpy_ticks.py", *args)["seconds"])
        ours.append(stepped_s(ticks(), len(rows)))
        live.append(live_s(ticks(), len(rows)))
    rate, peer, live_rate = (
        f"{len(rows) / statistics.median(times):,.0f}/s" for times in (ours, theirs, live)
    )
    case, ratio = request.node.callspec.id, median_ratio(ours, theirs)
    figures.compare(f"ticks, {case}", rate, f"vnpy 4.5 {peer}", ratio, aim)
    figures.compare(
        "  by the window's driver", live_rate, f"vnpy 4.5 {peer}", median_ratio(live, theirs)
    )
    assert ratio > 1
