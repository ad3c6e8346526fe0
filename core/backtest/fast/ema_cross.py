"""Where two exponential means cross, straight from the closes.

Both means are linear, so their difference is one product of matrices, and neither has to be worked
out. A crossing turns the sign of the difference: only bars where it turns are looked at closely,
and those too close to the dead band to be sure of are compared as the rule compares them.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from core.backtest.fast.hits import Bars, Hits, Mask
from core.backtest.fast.recurrence import (
    BLOCK,
    ROWS,
    Values,
    carried,
    powers,
    product,
    stretches,
    within,
)
from core.domain.compare import BAND, above_each

_SURE = 2.0  # times the widest dead band there can be
_NEVER = 0.5  # times the narrowest; roundings are a hundred thousand times smaller


def ema_crossings(closes: Values, short: int, long: int) -> Hits:
    """Return where EMA(short) crosses above EMA(long), and below it, as `EmaCross` says."""
    if not len(closes):
        return Hits.joined([], [])
    pair = _Pair(closes, short, long)
    turns = pair.turns()
    # The bar before must have both means, too.
    turns = turns.at((turns.bars >= long) & (turns.gap >= _NEVER * BAND))
    highest = max(float(closes.max()), -float(closes.min()), 1.0)
    doubtful = np.flatnonzero(turns.gap <= _SURE * BAND * highest)
    crosses = np.ones(len(turns.bars), np.bool_)
    crosses[doubtful] = pair.crosses(turns.bars[doubtful], turns.is_up[doubtful])
    return Hits(turns.bars[crosses & turns.is_up], turns.bars[crosses & ~turns.is_up])


class _Turns(NamedTuple):
    """Bars where the sign of short - long turns.

    Attributes:
        gap: The smaller one of the differences before and after, won, not negative.
    """

    bars: Bars
    is_up: Mask
    gap: Values

    def at(self, rows: Mask) -> Self:
        return self._replace(bars=self.bars[rows], is_up=self.is_up[rows], gap=self.gap[rows])


class _Pair:
    def __init__(self, closes: Values, short: int, long: int) -> None:
        self._closes = closes
        keeps = [1 - 2 / (period + 1) for period in (short, long)]
        # A mean of prices weighs each new one by 1 - keep, and is seeded with the first.
        self._within = [within(keep) * (1 - keep) for keep in keeps]
        self._powers = [powers(keep) for keep in keeps]
        last = np.stack([weights[:, -1] for weights in self._within], axis=1)
        ends = np.concatenate([rows @ last for _, rows in stretches(closes)])
        self._before = np.empty_like(ends)
        for column, keep in enumerate(keeps):
            self._before[:, column] = carried(ends[:, column], keep, float(closes[0]))

    def turns(self) -> _Turns:
        """Return where the sign of short - long turns."""
        (short, long), (short_left, long_left) = self._within, self._powers
        matrix = np.concatenate((short - long, np.stack((short_left, -long_left))))
        rows_before = np.empty((ROWS, BLOCK + 2))
        buffer = np.zeros(1 + ROWS * BLOCK)  # the last bar of the stretch before leads
        found = []
        for first, rows in stretches(self._closes):
            taken = rows_before[: len(rows)]
            taken[:, :BLOCK] = rows
            taken[:, BLOCK:] = self._before[first // BLOCK :][: len(rows)]
            difference = buffer[: 1 + rows.size]
            product(taken, matrix, difference[1:].reshape(rows.shape))
            is_over = difference > 0
            at = np.flatnonzero(is_over[1:] != is_over[:-1])
            now, old = difference[at + 1], difference[at]
            found.append((at + first, now > 0, np.minimum(np.abs(now), np.abs(old))))
            buffer[0] = difference[-1]
        turns = _Turns(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
        return turns.at(turns.bars < len(self._closes))

    def crosses(self, bars: Bars, is_up: Mask) -> Mask:
        """Return whether the means cross at `bars` by more than the dead band."""
        (old_short, old_long), (short, long) = self._means(bars - 1), self._means(bars)
        ups = above_each(old_long, old_short) & above_each(short, long)
        downs = above_each(old_short, old_long) & above_each(long, short)
        return np.where(is_up, ups, downs)

    def _means(self, bars: Bars) -> tuple[Values, Values]:
        row, column = np.divmod(bars, BLOCK)
        own = row[:, None] * BLOCK + np.arange(BLOCK)
        closes = self._closes[np.minimum(own, len(self._closes) - 1)]
        short, long = (
            np.einsum("ij,ij->i", closes, weights.T[column]) + before[row] * left[column]
            for weights, left, before in zip(
                self._within, self._powers, self._before.T, strict=True
            )
        )
        return short, long
