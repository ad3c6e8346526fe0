"""The price grid and the daily limits, against recorded pairs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instrument import Instrument
from core.domain.price import FREE, KRX_ETF, KRX_STOCK, daily_limits

BANDS = [(1_999, 1), (2_000, 5), (4_995, 5), (5_000, 10), (19_990, 10), (20_000, 50)]
BANDS += [(50_000, 100), (199_900, 100), (200_000, 500), (499_500, 500), (500_000, 1_000)]


@pytest.mark.parametrize(("price", "tick"), BANDS)
def test_ticks_by_band(price: int, tick: int) -> None:
    assert KRX_STOCK.tick(price) == tick
    assert KRX_STOCK.is_valid(price)


@pytest.mark.parametrize(
    ("base", "upper", "lower"),
    # From the KRX rule as recorded in the broker's own fields, with today's ticks.
    [
        (71_500, 92_900, 50_100),
        (18_730, 24_300, 13_120),
        (1_999, 2_595, 1_400),
        (198_700, 258_000, 139_100),
        (495_500, 644_000, 347_000),
    ],
)
def test_daily_limits_as_recorded(base: int, upper: int, lower: int) -> None:
    assert daily_limits(base) == (lower, upper)


@given(st.integers(1, 3_000_000))
def test_floor_and_ceil_enclose_a_price_on_the_grid(price: int) -> None:
    low, high = KRX_STOCK.floor(price), KRX_STOCK.ceil(price)
    assert low <= price <= high
    assert KRX_STOCK.is_valid(low)
    assert high - low in (0, KRX_STOCK.tick(price))
    if KRX_STOCK.is_valid(price):
        assert low == price == high


@given(st.integers(2, 2_000_000).map(KRX_STOCK.floor))
def test_up_and_down_are_each_others_way_back(price: int) -> None:
    assert KRX_STOCK.next_down(KRX_STOCK.next_up(price)) == price
    assert KRX_STOCK.next_up(KRX_STOCK.next_down(price)) == price


@given(st.integers(100, 2_000_000).map(KRX_STOCK.floor))
def test_limits_lie_on_the_grid_within_thirty_percent(base: int) -> None:
    lower, upper = daily_limits(base)
    assert base * 0.69 - 2 <= lower <= base <= upper <= base * 1.3
    assert KRX_STOCK.is_valid(upper)


def test_a_free_grid_accepts_and_moves_nothing() -> None:
    assert FREE.is_valid(167.415)
    assert (FREE.floor(167.415), FREE.ceil(167.415), FREE.moved(167.415, 3)) == (167.415,) * 3


def test_etf_ticks_are_five_won_from_two_thousand() -> None:
    assert [KRX_ETF.tick(p) for p in (1_999, 2_000, 100_000)] == [1, 5, 5]


def test_limits_are_unknown_without_a_previous_close() -> None:
    assert Instrument("005930", "").price_limits() is None
    assert Instrument("005930", "", 71_500).price_limits() == (50_100, 92_900)
