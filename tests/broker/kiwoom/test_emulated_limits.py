"""Kiwoom's request limits as the emulated control keeps them, in market time."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.emulator.limits import LimitNumbers, Limits, Window
from tests.broker.kiwoom.emulated_rig import MORNING, SEARCH, Rig

gaps_ms = st.lists(st.integers(0, 1_500), max_size=60)


@given(gaps_ms, st.integers(1, 6))
def test_a_window_never_lets_more_through_in_its_span_and_no_less_than_it_could(
    gaps: list[int], most: int
) -> None:
    window, span = Window(most, timedelta(seconds=1)), timedelta(seconds=1)
    now, through = MORNING, list[datetime]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        recent = [each for each in through if now - each < span]
        assert window.has_room(now) == (len(recent) < most)
        if window.has_room(now):
            window.take(now)
            through.append(now)


def test_five_requests_a_second_of_all_sorts_together() -> None:
    rig = Rig()
    rig.load_conditions("급등")
    assert [rig.query() for _ in range(3)] == [0, 0, 0]
    assert (
        rig.call("CommKwRqData(QString,int,int,int,QString,QString)", "005930", 0, 1, 0, "", "1000")
        == 0
    )
    assert rig.call(SEARCH, "4000", "급등", 0, 0) == 1
    assert (rig.query(), rig.call(SEARCH, "4000", "급등", 0, 0)) == (-200, -200)
    assert len(rig.sent) == 5
    rig.wait(milliseconds=999)
    assert rig.query() == -200
    rig.wait(milliseconds=1)
    assert rig.query() == 0


def test_orders_are_counted_apart() -> None:
    rig = Rig()
    assert [rig.order() for _ in range(6)] == [0, 0, 0, 0, 0, -308]
    assert rig.query() == 0
    rig.wait(seconds=1)
    assert rig.order() == 0


def test_a_refused_order_does_not_count() -> None:
    rig = Rig()
    assert [rig.order(quantity=0) for _ in range(9)] == [-300] * 9
    assert rig.order() == 0


def test_the_thousandth_request_of_an_hour_is_the_last_until_a_login() -> None:
    rig = Rig()
    for _ in range(1_000):
        assert rig.query() == 0
        rig.wait(milliseconds=250)
    assert rig.alerts == []
    assert [rig.query(), rig.query()] == [-200, -200]
    assert len(rig.alerts) == 1
    rig.wait(hours=5)
    assert rig.query() == -200
    rig.call("CommConnect()")
    assert rig.query() == 0


def test_a_login_begins_a_new_hour() -> None:
    limits, now = Limits(LimitNumbers(requests_per_second=1_001)), MORNING
    assert [limits.query(now) for _ in range(1_001)] == [0] * 1_000 + [-200]
    limits.log_in()
    assert limits.query(now + timedelta(seconds=1)) == 0


def test_one_request_every_3_6_seconds_keeps_running() -> None:
    limits, now = Limits(LimitNumbers()), MORNING
    for _ in range(3_000):
        assert limits.query(now) == 0
        now += timedelta(seconds=3.6)


def test_registrations_are_not_counted() -> None:
    rig = Rig()
    assert [rig.register("005930") for _ in range(20)] == [0] * 20
