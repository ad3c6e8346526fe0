"""Costs: exact to the won, dated, and never more in parts than as a whole."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.order import Side
from core.domain.price import FREE, KRX_STOCK
from core.simulation.costs import CostModel, CostOptions, execution_price

DAY = date(2026, 11, 20)
KRX_MOCK = CostModel.from_options(CostOptions(profile="kiwoom_mock"))
KRX_REAL = CostModel.from_options(CostOptions(profile="kiwoom"))
DEFAULT = CostModel.from_options(CostOptions())

won = st.integers(0, 10**12)
bps = st.integers(0, 10_000).map(lambda tenths: tenths / 10)


def test_mock_fee_is_the_recorded_one() -> None:
    # falto/437 in reference/kiwoom-openapi.md: 0.35 % of these two values, cut to 10 won.
    assert KRX_MOCK.commission(727_725) == 2_540
    assert KRX_MOCK.commission(645_000) == 2_250


def test_real_fee_is_cut_to_the_won() -> None:
    assert KRX_REAL.commission(77_000) == 11  # 11.55


@given(won, bps)
def test_rounded_costs_are_the_floor_of_the_exact_ratio(value: int, rate: float) -> None:
    model = CostModel.from_options(CostOptions(commission_bps=rate, tax_bps=rate))

    exact = Fraction(value) * Fraction(str(rate)) / 10_000

    assert model.commission(value) == exact.__floor__()
    assert model.tax(value, DAY) == exact.__floor__()
    assert isinstance(model.commission(value), int)


@given(won, bps)
def test_unrounded_costs_are_the_plain_product(value: int, rate: float) -> None:
    options = CostOptions(commission_bps=rate, round_costs=False)

    commission = CostModel.from_options(options).commission(value)

    assert commission == pytest.approx(value * rate / 10_000, rel=1e-12)


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.sampled_from([DEFAULT, KRX_MOCK])
)
def test_costs_of_parts_never_exceed_the_cost_of_the_whole(
    parts: list[int], model: CostModel
) -> None:
    assert sum(model.commission(part) for part in parts) <= model.commission(sum(parts))


@given(won, st.integers(1, 2_000_000), st.sampled_from([DEFAULT, KRX_MOCK, KRX_REAL]))
def test_affordable_is_the_most_that_can_be_paid(cash: int, price: int, model: CostModel) -> None:
    shares = model.affordable(cash, price)

    def cost(quantity: int) -> float:
        return quantity * price + model.commission(quantity * price)

    assert cost(shares) <= cash or shares == 0
    assert cost(shares + 1) > cash


@pytest.mark.parametrize(
    ("day", "tax"),
    [
        (date(2023, 6, 1), 2_000),
        (date(2024, 12, 26), 1_800),
        (date(2024, 12, 27), 1_500),  # settled on the first trading day of 2025
        (date(2025, 12, 26), 1_500),
        (date(2025, 12, 29), 2_000),
        (DAY, 2_000),
    ],
)
def test_tax_is_the_rate_of_the_year_of_settlement(day: date, tax: int) -> None:
    assert KRX_REAL.tax(1_000_000, day) == tax


def test_only_sales_of_taxed_securities_pay_tax() -> None:
    assert DEFAULT.of_fill(Side.BUY, 1_000_000, True, DAY) == (150, 0)
    assert DEFAULT.of_fill(Side.SELL, 1_000_000, True, DAY) == (150, 2_000)
    assert DEFAULT.of_fill(Side.SELL, 1_000_000, False, DAY) == (150, 0)


@pytest.mark.parametrize(
    ("reference", "side", "ticks", "price"),
    [
        (71_500, Side.BUY, 1, 71_600),
        (71_500, Side.SELL, 1, 71_400),
        (71_500, Side.BUY, 0, 71_500),
        (71_540, Side.BUY, 1, 71_700),  # first up to the grid
        (71_540, Side.SELL, 1, 71_400),  # first down to the grid
        (3, Side.SELL, 100, 1),  # nothing is sold for nothing, or for less
        (199_900, Side.BUY, 2, 200_100),  # ticks of the size valid at the reference
    ],
)
def test_a_taker_is_moved_against_itself(
    reference: int, side: Side, ticks: int, price: int
) -> None:
    assert execution_price(reference, side, KRX_STOCK, ticks) == price


def test_without_a_grid_there_is_no_slippage() -> None:
    assert execution_price(182.47, Side.BUY, FREE, 5) == 182.47
