"""A fast market waits for a slow machine; one at real speed does not."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker import stepped_thread
from broker.brake import Brake
from broker.stepped_thread import SteppedThread
from core.clock import ScaledClock
from tests.core.simulation.sim_builders import a_session

START = a_session().open


class Watch:
    """A clock that is moved by hand, and a consumer that says what it is told to."""

    def __init__(self, speed: float = 60.0) -> None:
        self.speed, self.is_held, self.is_drained = speed, False, True
        self._now = START
        self.brake = Brake(self, lambda timeout_s: self.is_drained)

    def now(self) -> datetime:
        return self._now

    def hold(self) -> None:
        self.is_held = True

    def release(self) -> None:
        self.is_held = False

    def pass_to(self, second: float, due: float | None = None) -> bool:
        """Look at this second; return whether the clock is held then."""
        self._now = START + timedelta(seconds=second)
        self.brake.look(None if due is None else START + timedelta(seconds=due))
        return self.is_held


def test_a_consumer_that_keeps_up_is_never_waited_for() -> None:
    watch = Watch()
    assert not any(watch.pass_to(second, second) for second in range(100))


def test_a_consumer_that_lags_two_market_seconds_is_waited_for() -> None:
    watch = Watch()
    watch.pass_to(10)
    watch.is_drained = False
    assert not watch.pass_to(12)
    assert watch.pass_to(12.1)
    assert not watch.brake.wait(0)
    assert watch.is_held
    watch.is_drained = True
    assert watch.brake.wait(0)
    assert not watch.is_held


def test_a_market_that_is_late_itself_catches_up_with_its_clock() -> None:
    assert Watch().pass_to(10, due=7)


def test_at_real_speed_nothing_is_held() -> None:
    watch = Watch(speed=1.0)
    watch.is_drained = False
    assert not watch.pass_to(60, due=1)


def test_where_the_consumer_hangs_others_get_two_seconds_of_market_time() -> None:
    watch = Watch()
    watch.is_drained = False
    assert watch.pass_to(3)
    watch.brake.let_through()
    assert watch.brake.is_hung
    assert not watch.pass_to(5)
    assert watch.pass_to(5.1)
    watch.is_drained = True
    assert watch.brake.wait(0)
    assert not watch.brake.is_hung


def test_a_clock_that_was_held_goes_on_from_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    real = [100.0]
    monkeypatch.setattr("core.clock.time.monotonic", lambda: real[0])
    clock = ScaledClock(START, 60)
    real[0] += 1
    clock.hold()
    real[0] += 5
    clock.hold()
    assert (clock.now(), clock.is_held) == (START + timedelta(seconds=60), True)
    clock.release()
    clock.release()
    real[0] += 1
    assert clock.now() == START + timedelta(seconds=120)


class Crowd:
    """Something that happens every ten market milliseconds."""

    def __init__(self, count: int) -> None:
        self.now, self.left = START, count

    def attach(self, post: Any) -> None:
        self._post = post

    def next_time(self) -> datetime | None:
        return self.now + timedelta(milliseconds=10) if self.left else None

    def step(self) -> None:
        self.now += timedelta(milliseconds=10)
        self.left -= 1
        self._post(self.now)

    def close(self) -> None:
        pass


class CountedClock(ScaledClock):
    holds = 0

    def hold(self) -> None:
        self.holds += 1
        super().hold()


def test_a_slow_consumer_sees_a_slower_market() -> None:
    clock, crowd = CountedClock(START, 2_000), Crowd(2_000)
    waiting: list[Any] = []
    done = threading.Event()

    def wait_drained(timeout_s: float) -> bool:
        if timeout_s:  # only a consumer that is waited for gets anything done
            waiting.clear()
        return not waiting

    def post(message: Any) -> None:
        waiting.append(message)
        if not crowd.left:
            done.set()

    thread = SteppedThread(crowd, post, clock, wait_drained)
    thread.start()
    assert done.wait(20)
    thread.close()
    assert clock.holds


def test_a_hung_consumer_stops_the_market_until_somebody_else_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stepped_thread, "_HUNG_S", 0.0)
    clock, crowd = ScaledClock(START, 2_000), Crowd(2_000)
    answered, done = threading.Event(), threading.Event()

    def post(message: Any) -> None:
        if not crowd.left:
            done.set()

    thread = SteppedThread(crowd, post, clock, lambda timeout_s: False)
    thread.start()
    while not done.is_set():
        answered.clear()
        thread.call(answered.set)
        assert answered.wait(20)
    thread.close()
