"""Prices in won on the exchange's grid of valid prices (호가단위), and the daily limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

Price = float
"""A price or amount of money: `int` won for KRX, so that arithmetic is exact; `float` elsewhere."""

_NEAR = 1e-9  # of a tick: a price this close to the grid is on it (strategy.md, section 5)


@dataclass(frozen=True, slots=True)
class PriceGrid:
    """Which prices are valid: ascending (below, tick) bands, the last one open-ended.

    An empty grid accepts every price and never moves one.
    """

    bands: tuple[tuple[float, int], ...]

    def tick(self, price: Price) -> int:
        """Return the distance in won between valid prices at `price`; 0 without a grid."""
        for below, size in self.bands:
            if price < below:
                return size
        return 0

    def is_valid(self, price: Price) -> bool:
        tick = self.tick(price)
        return tick == 0 or price == math.floor(price / tick) * tick

    def floor(self, price: Price) -> Price:
        """Return the highest valid price at or below `price`."""
        tick = self.tick(price)
        return price if tick == 0 else math.floor(price / tick + _NEAR) * tick

    def ceil(self, price: Price) -> Price:
        """Return the lowest valid price at or above `price`."""
        tick = self.tick(price)
        return price if tick == 0 else math.ceil(price / tick - _NEAR) * tick

    def moved(self, price: Price, ticks: int) -> Price:
        """Return `price` moved by `ticks` ticks of its own band (may end off another's grid)."""
        return price + ticks * self.tick(price)

    def next_up(self, price: Price) -> Price:
        """Return the lowest valid price above `price`."""
        floored = self.floor(price)
        return floored + self.tick(floored)

    def next_down(self, price: Price) -> Price:
        """Return the highest valid price below `price`."""
        raised = self.ceil(price)
        below = raised - self.tick(raised)
        # The tick just below a band's edge is the smaller one.
        return raised - self.tick(below) if raised > 0 else raised


KRX_STOCK = PriceGrid(
    (
        (2_000, 1),
        (5_000, 5),
        (20_000, 10),
        (50_000, 50),
        (200_000, 100),
        (500_000, 500),
        (math.inf, 1_000),
    )
)
"""Stocks of KOSPI, KOSDAQ and KONEX since 2023-01-25."""

KRX_ETF = PriceGrid(((2_000, 1), (math.inf, 5)))
"""ETF, ETN and ELW since December 2023."""

FREE = PriceGrid(())
"""Any price: other markets' test data."""


def daily_limits(previous_close: int, grid: PriceGrid = KRX_STOCK) -> tuple[int, int]:
    """Return the lowest and highest price of the day: 30 % round the base price, on the grid.

    Source: KRX rules, checked against Kiwoom's recorded 상한가/하한가: the width is cut to the tick
    valid at the base price, the upper limit to the tick valid there.
    """
    tick = grid.tick(previous_close)
    width = previous_close * 30 // 100
    if tick:
        width = width // tick * tick
    return previous_close - width, int(grid.floor(previous_close + width))
