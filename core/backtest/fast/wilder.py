"""The RSI at a few bars of many, straight from the closes.

A score seldom turns on the RSI, so only the means at the ends of blocks are worked out for all
bars, and the RSI for those that are asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.recurrence import BLOCK, Values, blocks, carried, powers, within

_TINY = 1e-280  # won; below it means near the end of what a double holds


class Wilder:
    """Wilder's means of rises and falls of one symbol's closes."""

    def __init__(self, closes: Values, period: int) -> None:
        change = np.diff(closes, prepend=closes[:1])
        self._period = period
        self._new = 1 / period
        self._keep = 1 - self._new
        self._rises = blocks(np.maximum(change, 0.0))
        self._falls = blocks(np.maximum(-change, 0.0))
        last = within(self._keep)[:, -1] * self._new
        self._rise_before = carried(self._rises @ last, self._keep)
        self._fall_before = carried(self._falls @ last, self._keep)

    def rsi(self, bars: NDArray[np.int64]) -> Values | None:
        """Return the RSI at `bars`, NaN before it is defined.

        None where a market was frozen for so long that both means have almost run out of digits:
        then they have to be followed bar by bar.
        """
        row, column = np.divmod(bars, BLOCK)
        weights = within(self._keep).T[column] * self._new
        left = powers(self._keep)[column]
        rise = np.einsum("ij,ij->i", self._rises[row], weights) + self._rise_before[row] * left
        fall = np.einsum("ij,ij->i", self._falls[row], weights) + self._fall_before[row] * left
        if ((rise < _TINY) & (fall < _TINY) & (rise + fall > 0)).any():
            return None
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            index = np.where(fall == 0, 100.0, 100 - 100 / (1 + rise / fall))
        index[bars < self._period - 1] = np.nan
        return index
