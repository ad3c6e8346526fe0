"""What the engine makes of good, bad, late and strange ticks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import BarClosed, HistoryLoaded, QuoteUpdated
from tests.builders import OPEN, a_bar, a_tick, at
from tests.core.engine.conftest import Desk


@pytest.mark.parametrize("price", [0, -70_000, 48_900, 91_100, float("nan")])
def test_impossible_prices_are_refused_and_counted(desk: Desk, price: float) -> None:
    desk.tick(price, 1)
    assert desk.engine.counts.refused_ticks == 1
    assert desk.engine.markets["005930"].last_price is None


def test_a_tick_without_shares_is_refused(desk: Desk) -> None:
    desk.tick(70_000, 1, quantity=0)
    assert desk.engine.counts.refused_ticks == 1


def test_late_ticks_are_counted_and_change_no_closed_bar(desk: Desk) -> None:
    desk.tick(70_000, 10)
    desk.tick(70_100, 61)
    desk.tell(a_tick(80_000, time=at(9, 0, 30)))
    desk.tell(a_tick(80_000, time=at(9, 0, 30) - timedelta(days=3)))
    assert desk.engine.counts.late_ticks == 2
    assert [bar.bar.high for bar in desk.said(BarClosed)] == [70_000]
    assert desk.engine.markets["005930"].last_price == 70_100


def test_identical_ticks_are_separate_trades(desk: Desk) -> None:
    for _ in range(3):
        desk.tick(70_000, 10)
    desk.pass_to(at(9, 1, 1))
    (closed,) = desk.said(BarClosed)
    assert (closed.bar.volume, closed.bar.ticks) == (30, 3)


def test_mid_point_trades_are_taken_and_counted(desk: Desk) -> None:
    desk.tick(70_050, 1)
    assert desk.engine.counts.off_grid_ticks == 1
    assert desk.engine.markets["005930"].last_price == 70_050


def test_trades_outside_the_session_make_no_bar(desk: Desk) -> None:
    desk.tell(a_tick(time=OPEN - timedelta(seconds=1)))
    assert desk.engine.counts.off_session_ticks == 1
    assert desk.engine.markets["005930"].builder.forming() is None


def test_a_quiet_minute_is_closed_by_the_clock_a_second_later(desk: Desk) -> None:
    desk.tick(70_000, 10)
    desk.pass_to(at(9, 1, 0.9))
    assert desk.said(BarClosed) == []
    desk.pass_to(at(9, 1, 1))
    assert len(desk.said(BarClosed)) == 1
    desk.pass_to(at(9, 30))
    assert len(desk.said(BarClosed)) == 1


def test_the_first_live_bar_has_what_its_minute_traded_before(make_desk: Any) -> None:
    """Volume, high, low and VWAP are as if we had listened from the minute's start."""
    desk = make_desk()
    forming = replace(a_bar(70_000, OPEN), high=70_500, low=69_900, volume=90, turnover=None)
    desk.tell(HistoryLoaded(desk.engine.markets["005930"].instrument, (), forming=forming))
    assert desk.said(QuoteUpdated)[-1].forming.volume == 90
    desk.tick(70_600, 20, 10)
    desk.pass_to(at(9, 1, 1))
    (closed,) = desk.said(BarClosed)
    bar = closed.bar
    assert (bar.start, bar.open, bar.high, bar.low, bar.close) == (
        OPEN,
        70_000,
        70_600,
        69_900,
        70_600,
    )
    assert (bar.volume, bar.turnover) == (100, None)
    assert closed.values["vwap"] == pytest.approx((70_600 + 69_900 + 70_600) / 3)


def test_a_minute_that_is_over_when_the_answer_comes_is_closed_at_once(desk: Desk) -> None:
    desk.pass_to(at(9, 5))
    forming = a_bar(70_000, at(9, 3))
    desk.tell(HistoryLoaded(desk.engine.markets["005930"].instrument, (), forming=forming))
    assert [closed.bar.start for closed in desk.said(BarClosed)] == [at(9, 3)]
    assert desk.engine.wakeup > desk.clock.now()
