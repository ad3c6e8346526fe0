"""`core.simulation.costs.execution_price` for whole arrays, to the same bit.

Every step is the same operation on the same doubles; results are whole numbers far below 2^53, so
that it makes no difference that Python's own goes on in `int`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.domain.order import Side
from core.domain.price import PriceGrid

Prices = NDArray[np.float64]

_NEAR = 1e-9  # of a tick, as in core.domain.price


def execution_prices(reference: Prices, side: Side, grid: PriceGrid, slippage_ticks: int) -> Prices:
    """Return what a taker pays or gets at each `reference`, won; see `execution_price`."""
    if not grid.bands:
        return reference
    tick = tick_sizes(reference, grid)
    if side is Side.BUY:
        bought: Prices = np.ceil(reference / tick - _NEAR) * tick + slippage_ticks * tick
        return bought
    sold: Prices = np.floor(reference / tick + _NEAR) * tick - slippage_ticks * tick
    lowest: Prices = np.maximum(sold, grid.bands[0][1])
    return lowest


def tick_sizes(prices: Prices, grid: PriceGrid) -> Prices:
    """Return the distance between valid prices at each of `prices`; the grid has bands."""
    below, size = zip(*grid.bands, strict=True)
    sizes: Prices = np.array(size, np.float64)[np.searchsorted(below, prices, side="right")]
    return sizes
