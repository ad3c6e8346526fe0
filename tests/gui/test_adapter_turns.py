"""An adapter without a thread: called when its time has come, and not before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from core.clock import SimClock
from gui import adapter_turns
from gui.adapter_turns import AdapterTurns
from tests.builders import OPEN

SOON = timedelta(milliseconds=20)


class RunningClock(SimClock):
    """Moves by hand, but says that a moment to come is so many real seconds away."""

    def seconds_until(self, moment: datetime) -> float:
        return max((moment - self.now()).total_seconds(), 0.0)


class Adapter:
    """Has work at each of `times`; keeps when it was called."""

    def __init__(self, *times: datetime) -> None:
        self.times = list(times)
        self.seen: list[datetime] = []
        self.error: Exception | None = None

    def next_time(self) -> datetime | None:
        return self.times[0] if self.times else None

    def on_time(self, now: datetime) -> None:
        self.seen.append(now)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.times = [time for time in self.times if time > now]


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock(OPEN)


def turns_of(adapter: Adapter, clock: SimClock) -> AdapterTurns:
    turns = AdapterTurns(adapter.next_time, adapter.on_time, clock)
    turns.rearm()
    return turns


def wait_ms(turns: AdapterTurns) -> int:
    return turns._timer.remainingTime()


def test_work_that_is_due_is_done_at_the_next_turn(qtbot: QtBot, clock: RunningClock) -> None:
    adapter = Adapter(OPEN)
    turns = turns_of(adapter, clock)
    assert adapter.seen == []
    qtbot.waitUntil(lambda: adapter.seen == [OPEN])
    assert not turns._timer.isActive()


def test_it_waits_exactly_as_long_as_the_clock_says(qtbot: QtBot, clock: RunningClock) -> None:
    turns = turns_of(Adapter(OPEN + timedelta(milliseconds=1500.2)), clock)
    assert turns._timer.interval() == 1501  # never too early
    assert turns._timer.isSingleShot()


def test_a_turn_that_comes_too_early_waits_on(qtbot: QtBot, clock: RunningClock) -> None:
    adapter = Adapter(OPEN + SOON)
    turns = turns_of(adapter, clock)
    with qtbot.waitSignal(turns._timer.timeout):
        pass  # the clock stood still meanwhile
    assert adapter.seen == []
    clock.move_to(OPEN + SOON)
    qtbot.waitUntil(lambda: adapter.seen == [OPEN + SOON])


def test_several_times_follow_each_other(qtbot: QtBot, clock: RunningClock) -> None:
    adapter = Adapter(OPEN, OPEN + SOON)
    turns = turns_of(adapter, clock)
    qtbot.waitUntil(lambda: adapter.seen == [OPEN])
    clock.move_to(OPEN + SOON)
    qtbot.waitUntil(lambda: len(adapter.seen) == 2)
    assert not turns._timer.isActive()


def test_a_nearer_time_takes_the_place_of_a_later_one(qtbot: QtBot, clock: RunningClock) -> None:
    adapter = Adapter(OPEN + timedelta(seconds=30))
    turns = turns_of(adapter, clock)
    adapter.times.insert(0, OPEN)
    turns.rearm()
    qtbot.waitUntil(lambda: adapter.seen == [OPEN])
    assert 0 < wait_ms(turns) <= 30_000


def test_nothing_to_do_needs_no_timer(qtbot: QtBot, clock: RunningClock) -> None:
    assert not turns_of(Adapter(), clock)._timer.isActive()


def test_time_that_is_only_moved_by_hand_is_not_waited_for(qtbot: QtBot) -> None:
    clock = SimClock(OPEN)
    adapter = Adapter(OPEN + SOON)
    turns = turns_of(adapter, clock)
    assert not turns._timer.isActive()
    clock.move_to(OPEN + SOON)
    turns.rearm()
    qtbot.waitUntil(lambda: len(adapter.seen) == 1)


def test_a_far_time_is_looked_at_again_each_minute(qtbot: QtBot, clock: RunningClock) -> None:
    turns = turns_of(Adapter(OPEN + timedelta(days=60)), clock)
    assert turns._timer.interval() == adapter_turns.LONGEST_MS


def test_an_adapter_that_raises_is_asked_again(
    qtbot: QtBot, clock: RunningClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_turns, "FAILED_MS", 5)
    adapter = Adapter(OPEN)
    adapter.error = ValueError("bad answer")
    with qtbot.captureExceptions() as caught:
        turns = turns_of(adapter, clock)
        qtbot.waitUntil(lambda: len(adapter.seen) == 2)
    assert [str(error) for _, error, _ in caught] == ["bad answer"]
    assert not turns._timer.isActive()


def test_a_stopped_one_stays_still(qtbot: QtBot, clock: RunningClock) -> None:
    turns = turns_of(Adapter(OPEN), clock)
    turns.stop()
    turns.rearm()
    assert not turns._timer.isActive()
