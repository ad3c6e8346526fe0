"""A thread that steps anything which lives in market time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker import stepped_thread
from broker.stepped_thread import SteppedThread
from config.text import Text
from core.clock import SimClock
from core.domain.errors import BrokerError
from core.domain.messages import ConnectionChanged, TimePassed
from tests.core.simulation.sim_builders import a_session

START = a_session().open
TIMEOUT_S = 20.0


class Ticker:
    """Posts a number each market second, a few times; no venue at all."""

    def __init__(self, count: int, breaks_at: int = -1) -> None:
        self.now, self.is_closed = START, False
        self.threads: set[str] = set()
        self._left, self._breaks_at = count, breaks_at

    def attach(self, post: Callable[[Any], None]) -> None:
        self._post = post

    def next_time(self) -> datetime | None:
        return self.now + timedelta(seconds=1) if self._left else None

    def step(self) -> None:
        if self._left == self._breaks_at:
            raise BrokerError("out of order")
        self.now += timedelta(seconds=1)
        self.threads.add(threading.current_thread().name)
        self._post(self._left)
        self._left -= 1

    def close(self) -> None:
        self.is_closed = True


def run(ticker: Ticker) -> tuple[list[Any], SteppedThread]:
    posts: list[Any] = []
    done = threading.Event()

    def post(message: Any) -> None:
        posts.append(message)
        if message == 1 or isinstance(message, ConnectionChanged):
            done.set()

    thread = SteppedThread(ticker, post, SimClock(START))
    thread.start()
    assert done.wait(TIMEOUT_S)
    return posts, thread


def test_it_steps_whatever_is_stepped_and_tells_the_time_behind_it() -> None:
    ticker = Ticker(3)
    posts, thread = run(ticker)
    thread.close()

    assert posts[:5] == [
        3,
        TimePassed(START + timedelta(seconds=1)),
        2,
        TimePassed(START + timedelta(seconds=2)),
        1,
    ]
    assert ticker.threads == {"venue"}
    assert ticker.is_closed


def test_calls_run_in_its_thread() -> None:
    ran: list[str] = []
    done = threading.Event()
    _, thread = run(Ticker(1))

    thread.call(lambda: ran.append(threading.current_thread().name))
    thread.call(done.set)

    assert done.wait(TIMEOUT_S)
    assert ran == ["venue"]
    thread.close()


def test_a_call_that_comes_while_the_thread_looks_for_calls_moves_the_market_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody drains. A call that is run but not noticed would wait for the next one's answer."""
    ticker, hangs, moved = Ticker(9), threading.Event(), threading.Event()
    calls = LateCalls(hangs, lambda: None)
    monkeypatch.setattr(stepped_thread.queue, "SimpleQueue", lambda: calls)

    def post(message: Any) -> None:
        if message == 8:
            moved.set()

    def never_drained(_timeout_s: float) -> bool:
        hangs.set()
        return False

    thread = SteppedThread(ticker, post, SimClock(START), never_drained)
    thread.start()

    assert moved.wait(TIMEOUT_S)
    thread.close()


class LateCalls(queue.SimpleQueue[Callable[[], None]]):
    """A queue into which somebody puts a call right behind the first look that found it empty."""

    def __init__(self, looks_count: threading.Event, call: Callable[[], None]) -> None:
        super().__init__()
        self._looks_count, self._late = looks_count, [call]

    def empty(self) -> bool:
        is_empty = super().empty()
        self._come_late()
        return is_empty

    def get_nowait(self) -> Callable[[], None]:
        try:
            return super().get_nowait()
        finally:
            self._come_late()

    def _come_late(self) -> None:
        if self._looks_count.is_set() and self._late:
            self.put(self._late.pop())


def test_what_goes_wrong_is_told_and_later_calls_are_refused() -> None:
    posts, thread = run(Ticker(3, breaks_at=2))
    thread.join(TIMEOUT_S)

    assert posts[-1] == ConnectionChanged(False, Text.of("out of order"))
    assert isinstance(thread.error, BrokerError)
    with pytest.raises(BrokerError, match="has stopped: out of order"):
        thread.call(lambda: None)


def test_one_that_was_never_started_can_be_closed() -> None:
    ticker = Ticker(1)
    SteppedThread(ticker, lambda _: None, SimClock(START)).close()

    assert ticker.is_closed
