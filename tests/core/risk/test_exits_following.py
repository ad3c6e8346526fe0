"""Stops that follow the price, protect the entry, or count minutes."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.portfolio import Position
from core.risk.exits import ExitOptions, Levels, is_overdue, levels
from tests.builders import OPEN

ENTRY, BREAK_EVEN, TICK = 10_000.0, 10_023.0, 10
HELD = Position("005930", OPEN, bought=10, bought_value=100_000)


def options(**values: object) -> ExitOptions:
    given = {"stop_loss_pct": 1, "take_profit_pct": 5} | values
    return Settings({f"risk.{name}": value for name, value in given.items()})[ExitOptions]


def found(peak: float, **values: object) -> Levels:
    return levels(ENTRY, peak, TICK, BREAK_EVEN, options(**values))


def test_by_default_no_price_moves_the_stop() -> None:
    assert found(10_400) == Levels(9_900, 10_500, math.inf)


@pytest.mark.parametrize(
    ("peak", "stop", "rises_at"),
    [(0, 9_900, 10_010), (10_050, 9_900, 10_060), (10_200, 10_047, 10_210)],
)
def test_a_trailing_stop_keeps_its_distance_from_the_high(
    peak: float, stop: float, rises_at: float
) -> None:
    assert found(peak, trailing_stop_pct=1.5) == Levels(stop, 10_500, rises_at)


def test_a_trailing_stop_may_begin_later() -> None:
    values = {"trailing_stop_pct": 0.5, "trailing_start_pct": 1}
    assert found(10_090, **values) == Levels(9_900, 10_500, 10_100)
    assert found(10_100, **values).stop == pytest.approx(10_049.5)


def test_the_break_even_stop_pays_the_costs_once_the_gain_was_there() -> None:
    assert found(10_099, break_even_pct=1) == Levels(9_900, 10_500, 10_100)
    assert found(10_100, break_even_pct=1) == Levels(BREAK_EVEN, 10_500, math.inf)


def test_of_several_stops_the_highest_holds() -> None:
    both = {"break_even_pct": 1, "trailing_stop_pct": 0.5}
    assert found(10_400, **both).stop == pytest.approx(10_348)
    assert found(10_100, break_even_pct=1, trailing_stop_pct=5).stop == BREAK_EVEN


@given(
    st.lists(st.integers(9_910, 12_000), min_size=1, max_size=40),
    st.floats(0, 10),
    st.floats(0, 5),
    st.floats(0, 5),
)
def test_a_stop_never_falls_and_stays_below_the_high(
    prices: list[int], trailing: float, start: float, even: float
) -> None:
    values = {
        "trailing_stop_pct": trailing,
        "trailing_start_pct": start,
        "break_even_pct": even if even > 0.3 else 0,  # below that it can't pay the costs
        "take_profit_pct": 100,
    }
    peak, stop, rises_at = 0.0, 0.0, 0.0
    for price in prices:
        if price >= rises_at:
            peak = max(peak, price)
        now = found(peak, **values)
        assert now.stop >= stop
        assert now.stop <= max(peak, ENTRY)
        stop, rises_at = now.stop, now.rises_at


def test_nothing_is_overdue_by_default() -> None:
    assert not is_overdue(HELD, 9_950, OPEN + timedelta(days=1), options())


@pytest.mark.parametrize(
    ("minutes", "price", "sells"),
    [(29.9, 9_950, False), (30, 9_950, True), (30, 10_049, True), (300, 10_050, False)],
)
def test_the_time_stop_spares_what_has_gained_enough(
    minutes: float, price: int, sells: bool
) -> None:
    held = replace(HELD, opened=OPEN)
    by = options(time_stop_min=30, time_stop_gain_pct=0.5)
    assert is_overdue(held, price, OPEN + timedelta(minutes=minutes), by) is sells
