"""Signs of life: what is silent for too long blocks entries, is said once, and when it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import (
    ConnectionChanged,
    Health,
    MarketNotice,
    MarketNoticed,
    PredictionArrived,
    Pulsed,
    Severity,
    VitalsUpdated,
    WindowBeat,
)
from core.engine.clock_drift import Arrival, drift_s
from tests.builders import OPEN, a_tick
from tests.core.engine.conftest import EAGER, Desk, notes


class Life:
    """Real time beside a desk's market time, second by second."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.real_s = desk, 0.0
        desk.tell(Pulsed(0.0))

    def go(self, seconds: int, speed: float = 1, window: bool = True, trades: bool = True) -> None:
        for _ in range(seconds):
            desk = self.desk
            desk.pass_to(desk.clock.now() + timedelta(seconds=speed))
            if trades:
                for symbol in desk.engine.markets:
                    desk.tell(a_tick(time=desk.clock.now(), symbol=symbol))
            if window:
                desk.tell(WindowBeat())
            self.real_s += 1
            desk.tell(Pulsed(self.real_s))

    def vital(self, name: str) -> Any:
        return {vital.name: vital for vital in self.desk.said(VitalsUpdated)[-1].vitals}[name]

    @property
    def block(self) -> str:
        desk, market = self.desk, self.desk.engine.markets["005930"]
        return desk.engine._watch.entry_block(market, desk.clock.now())


@pytest.fixture
def life(desk: Desk) -> Life:
    return Life(desk)


def test_everything_lives(life: Life) -> None:
    life.go(10)
    assert life.block == ""
    vitals = life.desk.said(VitalsUpdated)
    assert len(vitals) == 10
    assert [v.name for v in vitals[-1].vitals] == [
        "engine", "feed", "broker", "journal", "window", "clock",
    ]  # fmt: skip
    assert {v.health for v in vitals[-1].vitals} == {Health.OK}
    assert life.vital("window").age_s <= 1 and life.vital("feed").age_s <= 1
    assert all(v.title.ko and v.text.ko and v.text.en for v in vitals[-1].vitals)


def test_pulses_that_come_too_fast_are_not_all_shown(life: Life) -> None:
    for tenth in range(1, 21):
        life.desk.tell(Pulsed(tenth / 10))
    assert len(life.desk.said(VitalsUpdated)) <= 3


def test_a_hung_window_blocks_entries_until_it_answers(life: Life) -> None:
    life.go(3)
    life.go(4, window=False)
    assert life.block == ""
    life.go(3, window=False)
    assert life.block == "window_silent"
    assert life.vital("window").health is Health.ERROR
    said = [n for n in notes(life.desk, Severity.ERROR) if "window" in n]
    assert len(said) == 1 and "app.py flatten" in said[0]
    life.go(1)
    assert life.block == ""
    assert "the window answers again" in notes(life.desk, Severity.INFO)


def test_without_a_window_nothing_waits_for_one(life: Life) -> None:
    life.go(60, window=False)
    assert life.block == ""
    assert life.vital("window").age_s is None


def test_a_process_that_stood_still_blames_nobody(life: Life) -> None:
    life.go(3)
    life.real_s += 600  # the machine slept
    life.desk.tell(Pulsed(life.real_s))
    assert life.block == ""
    assert life.vital("engine").health is Health.WARNING
    life.go(1)
    assert life.vital("engine").health is Health.OK


def test_a_broker_that_does_not_answer_blocks_entries(life: Life) -> None:
    life.go(2)
    broker = life.desk.broker
    answer, broker.request_account = broker.request_account, lambda _: None  # type: ignore[method-assign]
    life.desk.engine._parts.broker.request_account("x")
    life.go(25)
    assert life.block == ""
    life.go(10)
    assert life.block == "broker_silent"
    broker.request_account = answer  # type: ignore[method-assign]
    life.desk.engine._parts.broker.request_account("y")
    life.go(1)
    assert life.block == ""
    assert "the broker answers again" in notes(life.desk, Severity.INFO)


def test_nobody_waits_for_answers_while_the_line_is_down(life: Life) -> None:
    life.go(2)
    life.desk.tell(ConnectionChanged(False, "line down"))
    life.desk.engine._parts.broker.waiting_since = life.desk.clock.now()
    life.go(60)
    assert life.block == ""
    assert life.vital("broker").health is Health.ERROR


def test_a_dead_feed_blocks_entries_until_it_speaks(make_desk: Any) -> None:
    life = Life(make_desk(("005930", *(f"{n:06}" for n in range(1, 6)))))
    life.go(180)
    life.go(40, trades=False)
    assert life.block == ""
    life.go(70, trades=False)
    assert life.block in ("feed_dead", "data_dead")
    assert life.vital("feed").health is Health.ERROR
    assert len([n for n in notes(life.desk, Severity.ERROR) if "no data" in n]) == 1
    assert notes(life.desk, Severity.WARNING) == [], "said once for all symbols"
    life.go(6)
    assert life.block == ""
    assert "market data come again" in notes(life.desk, Severity.INFO)


def test_a_failing_journal_is_seen(life: Life) -> None:
    from core.domain.errors import JournalError

    life.go(2)
    life.desk.journal.failure = JournalError("disk full")
    life.desk.engine._outbox.commit(life.desk.clock.now())
    life.go(1)
    assert life.vital("journal").health is Health.ERROR


def test_the_ai_is_seen_where_it_is_used(make_desk: Any) -> None:
    life = Life(make_desk(**EAGER, ai__enabled=True, ai__endpoint="http://localhost:1"))
    life.go(1)
    assert life.vital("ai").age_s is None
    life.desk.tell(PredictionArrived("005930", OPEN, None, error="timeout"))
    life.go(3)
    assert life.vital("ai").health is Health.WARNING
    assert life.vital("ai").age_s == 2


def trades(desk: Desk, minutes: Iterable[int], late_s: float) -> None:
    """Print the first trade of each minute, which comes `late_s` after it was made."""
    for minute in minutes:
        made = OPEN + timedelta(minutes=minute, seconds=1)
        desk.pass_to(made + timedelta(seconds=late_s))
        desk.tell(a_tick(time=made))


def beat(life: Life) -> None:
    life.real_s += 1
    life.desk.tell(Pulsed(life.real_s))


def drift(desk: Desk, late_s: float) -> Life:
    life = Life(desk)
    for minute in range(6):
        trades(desk, [minute], late_s)
        for _ in range(60):
            desk.tell(WindowBeat())
            beat(life)
    return life


@pytest.mark.parametrize(("late_s", "block"), [(4, ""), (7, "clock_drift")])
def test_a_clock_that_is_off_blocks_entries(make_desk: Any, late_s: float, block: str) -> None:
    life = drift(make_desk(**EAGER), late_s)
    assert life.block == block
    assert life.vital("clock").age_s == late_s


def test_the_clock_is_not_looked_at_where_its_limit_is_off(make_desk: Any) -> None:
    assert drift(make_desk(**EAGER, risk__max_clock_drift_s=0), 30).block == ""


def arrivals(*offs_s: float) -> list[Arrival]:
    times = [OPEN + timedelta(seconds=number) for number in range(len(offs_s))]
    return [
        Arrival(time + timedelta(seconds=off_s), time)
        for time, off_s in zip(times, offs_s, strict=True)
    ]


def test_late_trades_say_nothing_of_the_clock() -> None:
    now = OPEN + timedelta(seconds=60)
    assert drift_s(arrivals(0.1, 0.1, 40, 0.1, 30, 0.1), now) == pytest.approx(0.1)
    assert drift_s(arrivals(0.1, 0.1), now) is None, "too few"
    assert drift_s(arrivals(9, 9, 9), now + timedelta(minutes=4)) is None, "too old"
    assert drift_s(arrivals(-8, -8, -8), now) == -8, "a clock may be slow"


def test_a_played_markets_trades_are_late_by_its_speed() -> None:
    now = OPEN + timedelta(seconds=60)
    assert drift_s(arrivals(30, 30, 30), now, speed=600) == pytest.approx(0.05)


def test_the_exchanges_own_notices_tell_the_time_too(desk: Desk) -> None:
    desk.tell(MarketNoticed(OPEN, MarketNotice.OPENED))
    assert desk.engine._parts.arrivals[-1] == Arrival(desk.clock.now(), OPEN)


def test_a_played_day_at_speed_is_quiet_about_everything(life: Life) -> None:
    """Ten real seconds of pause in the way here are minutes on a market's clock at this speed."""
    life.go(3, speed=300)
    life.go(8, speed=300, trades=False)
    life.go(5, speed=300)
    assert life.block == ""
    assert notes(life.desk, Severity.ERROR) == notes(life.desk, Severity.WARNING) == []


def test_what_a_hung_window_held_up_says_nothing_of_the_clock(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    life = Life(desk)
    life.go(3, trades=False)
    life.go(8, trades=False, window=False)
    for late_s in (8, 6, 7, 6):
        trades(desk, [1 + len(desk.engine._parts.arrivals)], late_s)
    life.go(1, trades=False)
    assert "clock_drift" not in life.block
    assert life.vital("clock").age_s is None


def test_a_burst_of_late_trades_is_not_the_clock() -> None:
    now = OPEN + timedelta(seconds=170)
    assert drift_s(arrivals(*[0.1] * 30, *[20.0] * 50), now) == pytest.approx(0.1)
