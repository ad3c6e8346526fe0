"""A replay's clock: what a person wants, and what the market's thread is told to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.commands import transport as transports
from core.commands.transport import Goal, Transport
from tests.builders import OPEN


def at(second: float) -> datetime:
    return OPEN + timedelta(seconds=second)


class RealTime:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> RealTime:
    clock = RealTime()
    monkeypatch.setattr(transports, "monotonic", clock)
    return clock


class Market:
    """A market with something at each of these seconds, stepped as the transport says."""

    def __init__(self, transport: Transport, *seconds: float) -> None:
        self.transport, self.dues = transport, [at(second) for second in seconds]
        self.done: list[float] = []
        self.told: list[float] = []
        self.on_step: Callable[[float], None] = lambda second: None

    def turn(self) -> float:
        """Do one turn; return how long it is to wait."""
        turn = self.transport.turn(self.dues[0] if self.dues else None)
        if turn.is_due:
            self.done.append((self.dues.pop(0) - OPEN).total_seconds())
            self.on_step(self.done[-1])
        if turn.moment is not None:
            self.told.append((turn.moment - OPEN).total_seconds())
        return turn.wait_s

    def run(self) -> None:
        """Do turns until it is to wait."""
        while not self.turn():
            pass

    @property
    def second(self) -> float:
        return (self.transport.now() - OPEN).total_seconds()


def a_transport(speed: float = 10.0, is_playing: bool = True) -> Transport:
    return Transport(OPEN, at(3600), speed, is_playing)


def test_at_full_speed_everything_happens_at_once_and_it_ends(real):
    market = Market(a_transport(math.inf), 0.5, 3)
    market.run()
    assert market.done == [0.5, 3]
    assert market.transport.view().is_over and not market.transport.view().is_playing


def test_time_is_told_every_second_between_trades(real):
    market = Market(a_transport(math.inf), 0.5, 3)
    market.run()
    assert market.told == [0.5, 1, 2, 3]


def test_at_a_pace_a_trade_happens_when_its_time_has_come(real):
    market = Market(a_transport(10), 0.5, 0.9)
    assert market.turn() == pytest.approx(0.05)
    real.now_s += 0.06
    market.run()
    assert market.done == [0.5]
    real.now_s += 0.04
    market.run()
    assert market.done == [0.5, 0.9]


def test_the_clock_never_shows_what_the_market_has_not_come_to(real):
    market = Market(a_transport(10), 0.5, 30)
    market.turn()
    real.now_s += 1
    assert market.second == 0.5


def test_who_is_late_goes_on_from_where_it_is(real):
    market = Market(a_transport(10), 0.5, 0.9)
    market.turn()
    real.now_s += 50
    assert market.turn() == 0
    assert market.done == [0.5]
    assert market.turn() == pytest.approx(0.04)


def test_while_it_pauses_nothing_happens_and_time_stands_still(real):
    market = Market(a_transport(10), 0.5)
    market.transport.pause()
    real.now_s += 50
    assert market.turn() > 0
    assert (market.done, market.second) == ([], 0)
    market.transport.play()
    assert market.turn() == pytest.approx(0.05)


def test_another_speed_counts_from_now_on(real):
    market = Market(a_transport(10), 5)
    market.turn()
    real.now_s += 0.05
    assert market.second == 0.5
    market.transport.use_speed(1)
    assert market.turn() == pytest.approx(0.5)
    assert market.second == 0.5


def test_it_runs_to_a_moment_and_then_goes_on_as_before(real):
    market = Market(a_transport(10), 0.5, 100, 200)
    assert market.transport.run_to(at(150))
    market.run()
    assert (market.done, market.second) == ([0.5, 100], 150)
    assert market.transport.view().is_playing
    market.transport.pause()
    market.transport.run_to(at(180))
    market.run()
    assert market.second == 180
    assert not market.transport.view().is_playing


def test_it_does_not_run_backwards(real):
    market = Market(a_transport(math.inf), 50)
    market.run()
    assert not market.transport.run_to(at(20))
    assert market.second == 50


def test_it_runs_to_the_next_signal_and_stands_there(real):
    market = Market(a_transport(1), 1, 2, 3)
    market.on_step = lambda second: market.transport.saw_signal() if second == 2 else None
    market.transport.run_to_signal()
    market.run()
    assert market.done == [1, 2]
    assert market.transport.view() == (at(2), False, 1, None, False)


def test_a_signal_that_nobody_waits_for_changes_nothing(real):
    market = Market(a_transport(math.inf), 1, 2)
    market.on_step = lambda second: market.transport.saw_signal()
    market.run()
    assert market.done == [1, 2]


def test_it_goes_to_the_next_trade(real):
    market = Market(a_transport(is_playing=False), 1, 2, 3)
    market.on_step = lambda second: market.transport.saw_tick() if second >= 2 else None
    market.transport.step_tick()
    market.run()
    assert market.done == [1, 2]


def test_it_goes_on_until_the_minutes_bars_are_closed(real):
    market = Market(a_transport(is_playing=False), 30, 60.5, 62)
    market.transport.step_bar()
    market.run()
    assert (market.done, market.second) == ([30, 60.5], 61)


def test_pausing_ends_a_run_to_a_moment(real):
    transport = a_transport()
    transport.run_to(at(500))
    assert transport.view().goal is Goal.MOMENT
    transport.pause()
    assert transport.view() == (OPEN, False, 10, None, False)


def test_a_night_is_gone_through_by_the_minute(real):
    market = Market(a_transport(math.inf), 1, 3600)
    market.run()
    assert market.done == [1, 3600]
    assert len(market.told) < 60 + 10 * 60 + 10


def test_who_waits_is_told_of_every_change(real):
    told: list[int] = []
    transport = a_transport()
    transport.listen(lambda: told.append(1))
    for change in (transport.pause, transport.play, transport.run_to_signal, transport.step_tick):
        change()
    transport.use_speed(2)
    transport.run_to(at(5))
    assert len(told) == 6
