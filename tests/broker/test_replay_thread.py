"""A recording in its own thread, moved by a transport, in step with its consumer."""

from __future__ import annotations

import math
import queue
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from broker.replay_thread import ReplayThread
from core.commands.transport import Transport
from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.messages import HistoryLoaded, Message, TimePassed
from core.simulation.costs import CostModel, CostOptions
from core.simulation.recorded_session import SessionMarket
from core.simulation.venue import Venue
from tests.builders import OPEN

SYMBOL = "005930"
PATIENCE_S = 10.0


def at(second: float) -> datetime:
    return OPEN + timedelta(seconds=second)


def tick(second: float) -> Tick:
    return Tick(SYMBOL, at(second), 70_000, 10)


class Replay:
    """Trades at 1.5, 2.5 and 3.5 s, and what came of them."""

    def __init__(self) -> None:
        history = HistoryLoaded(Instrument(SYMBOL, "Samsung", 70_000), ())
        rows: list[tuple[datetime, Message]] = [(at(0.5), history)]
        rows += [(at(second), tick(second)) for second in (1.5, 2.5, 3.5)]
        market = SessionMarket(rows, 1, OPEN, {SYMBOL: 1})
        venue = Venue(market, CostModel.from_options(CostOptions()), 10_000_000)
        self.transport = Transport(OPEN, at(3.5), math.inf, is_playing=False)
        self.posted: queue.Queue[Message] = queue.Queue()
        self.thread = ReplayThread(venue, self.posted.put, self.transport, lambda timeout_s: True)
        self.thread.connect()
        self.thread.subscribe([SYMBOL])

    def until(self, message: Message) -> list[Message]:
        """Return what is posted up to `message`."""
        found: list[Message] = []
        while not found or found[-1] != message:
            found.append(self.posted.get(timeout=PATIENCE_S))
        return found


@pytest.fixture
def replay() -> Iterator[Replay]:
    it = Replay()
    yield it
    it.thread.close()


def test_a_step_brings_one_trade_and_no_more(replay):
    replay.transport.step_tick()
    replay.until(tick(1.5))
    replay.transport.step_tick()
    later = replay.until(tick(2.5))
    assert [message for message in later if isinstance(message, Tick)] == [tick(2.5)]


def test_time_is_told_behind_what_happened(replay):
    replay.transport.run_to(at(3))
    told = replay.until(TimePassed(at(3)))
    wanted = [m for m in told if isinstance(m, Tick | TimePassed)]
    assert wanted.index(tick(1.5)) < wanted.index(TimePassed(at(2))) < wanted.index(tick(2.5))


def test_it_plays_to_the_end_and_says_so(replay):
    replay.transport.play()
    replay.until(tick(3.5))
    replay.transport.step_tick()  # past the end: only what the day's end brings
    replay.thread.close()
    assert replay.transport.view().now >= at(3.5)
