"""How far the market is below its high: by its indices, or by the watchlist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import IndexMoved, IntentDenied
from core.engine.market_shock import MarketShock
from tests.builders import OPEN
from tests.core.engine.conftest import EAGER, Desk

SIX = tuple(f"00000{number}" for number in range(6))


def move(desk: Desk, second: float, value: float, index: str = "KOSPI") -> None:
    time = OPEN + timedelta(seconds=second)
    desk.pass_to(time)
    desk.tell(IndexMoved(index, time, value))


def fall(desk: Desk) -> float | None:
    (shock,) = [one for one in desk.engine._listeners if isinstance(one, MarketShock)]
    return shock.fall_pct(desk.clock.now())


def test_nothing_is_known_at_first(desk: Desk) -> None:
    assert fall(desk) is None


def test_an_index_falls_from_its_high_of_the_window(desk: Desk) -> None:
    for second, value in ((0, 2_600), (10, 2_650), (20, 2_597)):
        move(desk, second, value)
    assert fall(desk) == pytest.approx(2.0)

    move(desk, 620.1, 2_597)  # the high was more than ten minutes ago

    assert fall(desk) == 0.0


def test_of_several_indices_the_deepest_fall_counts(desk: Desk) -> None:
    for second, value in ((0, 2_600), (10, 2_590)):
        move(desk, second, value)
    for second, value in ((11, 800), (12, 784)):
        move(desk, second, value, "KOSDAQ")
    assert fall(desk) == pytest.approx(2.0)


def test_an_index_that_is_not_heard_of_any_more_says_nothing(desk: Desk) -> None:
    move(desk, 0, 2_600)
    move(desk, 10, 2_500)
    desk.pass_to(OPEN + timedelta(seconds=71))
    assert fall(desk) is None


def test_without_an_index_the_median_of_the_watchlist_stands_for_it(make_desk: Any) -> None:
    desk: Desk = make_desk(SIX)
    for place, symbol in enumerate(SIX):
        desk.tick(70_000, place, symbol=symbol)
    for place, symbol in enumerate(SIX):
        desk.tick(70_000 - place * 700, 65 + place, symbol=symbol)
    assert fall(desk) == pytest.approx(2.5)


def test_few_symbols_are_no_market(make_desk: Any) -> None:
    desk: Desk = make_desk(SIX[:4])
    for symbol in SIX[:4]:
        desk.tick(70_000, 1, symbol=symbol)
        desk.tick(60_000, 2, symbol=symbol)
    assert fall(desk) is None


def test_no_entry_while_the_market_falls(make_desk: Any) -> None:
    desk: Desk = make_desk(**EAGER)
    desk.broker.fills_at_once()
    for minute, price in enumerate((70_000, 69_900, 69_800, 69_700, 70_300)):
        move(desk, minute * 60 + 50, 2_600 - minute * 20)
        desk.tick(price, minute * 60 + 55)
    desk.pass_to(OPEN + timedelta(seconds=301))

    (denied,) = desk.said(IntentDenied)
    assert [check.name for check in denied.checks if not check.passed] == ["market_shock"]
    assert desk.broker.submitted == []
