"""Where two exponential means cross, straight from the closes.

Only the sign of their difference matters, and the difference of two linear means is one product of
matrices: neither mean is worked out. Differences too close to the dead band to be sure of are made
anew from both means, as the rule compares them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.recurrence import BLOCK, Values, blocks, carried, powers, within
from core.domain.compare import BAND, above_each
from core.rules.registry import Verdicts

_ROWS = 512  # of blocks worked on at once: 16,384 bars stay in the cache
_DOUBT = 1e3  # times the dead band: far above what the two ways of summing differ by


def ema_crossings(closes: Values, short: int, long: int) -> Verdicts:
    """Return at which bars EMA(short) crosses above EMA(long), and below it, as `EmaCross` says."""
    if not len(closes):
        return Verdicts(np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    pair = _Pair(closes, short, long)
    is_above, is_below = pair.signs()
    # Undefined until the longer one is defined.
    is_above[: long - 1] = is_below[: long - 1] = False
    buys, sells = is_above.copy(), is_below.copy()
    buys[0] = sells[0] = False
    buys[1:] &= is_below[:-1]
    sells[1:] &= is_above[:-1]
    return Verdicts(buys, sells)


class _Pair:
    def __init__(self, closes: Values, short: int, long: int) -> None:
        self._closes, self._first = closes, closes[0]
        # Means of distances from the first close, which both means are seeded with.
        self._rows = blocks(closes - closes[0])
        self._keeps = tuple(1 - 2 / (period + 1) for period in (short, long))
        # A mean of prices weighs each new one by 1 - keep.
        self._weights = [within(keep) * (1 - keep) for keep in self._keeps]
        self._before = [
            carried(self._rows @ weights[:, -1], keep)
            for weights, keep in zip(self._weights, self._keeps, strict=True)
        ]

    def signs(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return where the short mean is above, and where it is below the long one."""
        size = len(self._closes)
        is_above = np.empty(len(self._rows) * BLOCK, np.bool_)
        is_below = np.empty_like(is_above)
        rest = np.stack((powers(self._keeps[0]), -powers(self._keeps[1])))
        matrix = np.concatenate((self._weights[0] - self._weights[1], rest))
        buffer = np.empty((_ROWS, BLOCK + 2))
        highest = float(max(np.abs(self._closes).max(), 1.0))
        doubt, doubtful = _DOUBT * BAND * highest, []
        for first in range(0, len(self._rows), _ROWS):
            part = slice(first, first + _ROWS)
            taken = buffer[: len(self._rows[part])]
            taken[:, :BLOCK] = self._rows[part]
            taken[:, BLOCK], taken[:, BLOCK + 1] = self._before[0][part], self._before[1][part]
            difference = (taken @ matrix).reshape(-1)
            bars = slice(first * BLOCK, first * BLOCK + len(difference))
            np.greater(difference, doubt, out=is_above[bars])
            np.less(difference, -doubt, out=is_below[bars])
            near = np.flatnonzero(np.abs(difference) <= doubt)
            if len(near):
                doubtful.append(near + first * BLOCK)
        for near in doubtful:
            short, long = self._means(near)
            is_above[near], is_below[near] = above_each(short, long), above_each(long, short)
        return is_above[:size], is_below[:size]

    def _means(self, bars: NDArray[np.int64]) -> tuple[Values, Values]:
        row, column = np.divmod(bars, BLOCK)
        own = self._rows[row]
        short, long = (
            self._first
            + np.einsum("ij,ij->i", own, weights.T[column])
            + before[row] * powers(keep)[column]
            for weights, before, keep in zip(self._weights, self._before, self._keeps, strict=True)
        )
        return short, long
