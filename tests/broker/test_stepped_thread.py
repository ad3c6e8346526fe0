"""A thread that steps anything which lives in market time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.stepped_thread import SteppedThread
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


def test_what_goes_wrong_is_told_and_later_calls_are_refused() -> None:
    posts, thread = run(Ticker(3, breaks_at=2))
    thread.join(TIMEOUT_S)

    assert posts[-1] == ConnectionChanged(False, "out of order")
    assert isinstance(thread.error, BrokerError)
    with pytest.raises(BrokerError, match="has stopped: out of order"):
        thread.call(lambda: None)


def test_one_that_was_never_started_can_be_closed() -> None:
    ticker = Ticker(1)
    SteppedThread(ticker, lambda _: None, SimClock(START)).close()

    assert ticker.is_closed
