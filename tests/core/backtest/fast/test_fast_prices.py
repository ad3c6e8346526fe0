"""Whole columns of execution prices, against the one that live trading's simulation uses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest.fast.prices import execution_prices
from core.domain.order import Side
from core.domain.price import FREE, KRX_STOCK, PriceGrid
from core.simulation.costs import execution_price

EDGES = [2_000, 5_000, 20_000, 50_000, 200_000, 500_000]
PRICES = st.one_of(
    st.integers(1, 3_000_000).map(float),
    st.floats(0.5, 3_000_000),
    st.sampled_from([edge * near for edge in EDGES for near in (1, 1 - 1e-12, 1 + 1e-12)]),
)


@given(prices=st.lists(PRICES, min_size=1), ticks=st.sampled_from([0, 1, 2, 3, 100]))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("grid", [KRX_STOCK, FREE])
@pytest.mark.parametrize("side", list(Side))
def test_every_price_is_the_one_that_the_simulation_gives(
    grid: PriceGrid, side: Side, prices: list[float], ticks: int
) -> None:
    found = execution_prices(np.array(prices), side, grid, ticks)
    assert side is Side.BUY or not grid.bands or found.min() >= 1
    assert found.tolist() == [execution_price(price, side, grid, ticks) for price in prices]
