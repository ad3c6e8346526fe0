"""The session that the exchange's word makes of the calendar's."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import MarketNotice, MarketNoticed
from core.domain.session import Session
from core.engine.session_hours import heard, moved, on_day
from tests.builders import OPEN, at

DAY = Session(OPEN.date(), OPEN, at(15, 30), at(15, 20), at(8, 30))
MINUTE = timedelta(minutes=1)


def said(
    what: MarketNotice, time: datetime, remaining: timedelta | None = None, traded: bool = False
) -> Session | None:
    return heard(MarketNoticed(time, what, remaining), DAY, DAY, traded)


@pytest.mark.parametrize("what", list(MarketNotice))
@given(late_s=st.integers(-59, 59), traded=st.booleans())
def test_words_that_fit_the_calendar_to_the_minute_change_nothing(
    what: MarketNotice, late_s: int, traded: bool
) -> None:
    expected = {
        MarketNotice.BEFORE_OPEN: DAY.open,
        MarketNotice.OPENED: DAY.open,
        MarketNotice.BEFORE_CLOSE: DAY.close,
        MarketNotice.CLOSED: DAY.close,
    }.get(what, at(18))
    remaining = timedelta(minutes=5) if what.name.startswith("BEFORE") else timedelta()
    assert said(what, expected + timedelta(seconds=late_s) - remaining, remaining, traded) is None


@given(st.integers(-120, 300).filter(bool), st.integers(0, 20), st.integers(-29, 29))
def test_a_countdown_to_another_opening_moves_all_hours(late: int, left: int, off: int) -> None:
    opens = DAY.open + late * MINUTE
    if abs(opens + timedelta(seconds=off) - DAY.open) < MINUTE:
        return
    told = opens - left * MINUTE + timedelta(seconds=off)
    found = said(MarketNotice.BEFORE_OPEN, told, left * MINUTE)
    assert found == moved(DAY, late * MINUTE)
    assert found is not None and found.close - found.open == DAY.close - DAY.open


def test_the_same_countdown_again_changes_nothing_more() -> None:
    late = moved(DAY, timedelta(hours=1))
    again = MarketNoticed(at(9, 41), MarketNotice.BEFORE_OPEN, 19 * MINUTE)
    assert heard(again, late, DAY, has_traded=False) is None
    usual = MarketNoticed(at(8, 59), MarketNotice.BEFORE_OPEN, MINUTE)
    assert heard(usual, late, DAY, has_traded=False) == DAY


@pytest.mark.parametrize("what", [MarketNotice.BEFORE_OPEN, MarketNotice.OPENED])
def test_nothing_opens_twice(what: MarketNotice) -> None:
    assert said(what, at(10), timedelta(), traded=True) is None


def test_a_wrong_number_is_no_special_day() -> None:
    assert said(MarketNotice.BEFORE_OPEN, at(8), timedelta(hours=20)) is None
    assert said(MarketNotice.BEFORE_OPEN, at(8)) is None  # it does not say how long


@given(st.integers(-200, 200))
def test_the_closing_auction_tells_the_close_and_nothing_of_the_opening(late: int) -> None:
    found = said(MarketNotice.BEFORE_CLOSE, at(15, 20) + late * MINUTE, 10 * MINUTE)
    assert found == (moved(DAY, timedelta(), late * MINUTE) if late else None)


def test_an_end_before_time_is_taken_as_it_is() -> None:
    found = said(MarketNotice.CLOSED, at(12, 34))
    assert found is not None
    assert (found.open, found.continuous_end, found.close) == (OPEN, at(12, 34), at(12, 34))
    in_auction = said(MarketNotice.CLOSED, at(15, 25))
    assert in_auction is not None and in_auction.continuous_end == at(15, 20)


def test_word_of_yesterdays_end_closes_nothing() -> None:
    assert said(MarketNotice.CLOSED, at(8, 45)) is None
    assert said(MarketNotice.CLOSED, at(16)) is None


def test_hours_can_be_those_of_another_day() -> None:
    other = on_day(DAY, DAY.day + timedelta(days=5))
    assert other.open == OPEN + timedelta(days=5)
    assert other.day == DAY.day + timedelta(days=5)
