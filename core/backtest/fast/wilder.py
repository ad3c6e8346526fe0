"""The RSI of whole columns, its two means by products of matrices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np

from core.backtest.fast.hits import Bars
from core.backtest.fast.recurrence import (
    BLOCK,
    ROWS,
    Values,
    blocks,
    carried,
    powers,
    product,
    within,
)

_TINY = 1e-270  # won; below it means near the end of what a double holds


class WilderRatio:
    """Wilder's mean rise over his mean fall at every bar; the RSI of it where it is asked for."""

    def __init__(self, ratio: Values, period: int) -> None:
        self._ratio, self._period = ratio, period

    @classmethod
    def of(cls, closes: Values, period: int) -> Self | None:
        """Work the ratio out.

        None where a market was frozen for so long (thousands of bars) that both means have almost
        run out of digits: what the live indicator says then hangs on how each step was rounded, so
        it has to be followed bar by bar.
        """
        keep = 1 - 1 / period
        # Each new move counts 1 / period, and the mean is seeded with 0; the ratio needs neither.
        means = np.concatenate((within(keep), powers(keep)[None, :]))
        before = _before(closes, keep)
        if _has_frozen(closes, before):
            return None
        ratio = np.empty(len(before) * BLOCK)
        taken, made = np.empty((ROWS, BLOCK + 1)), np.empty((2, ROWS, BLOCK))
        for first, *moves in _moves(closes):
            size = len(moves[0])
            for rows, own, out in zip(moves, before.T, made, strict=True):
                taken[:size, :BLOCK] = rows
                taken[:size, BLOCK] = own[first // BLOCK :][:size]
                product(taken[:size], means, out[:size])
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                rises, falls = made[:, :size].reshape(2, -1)
                np.divide(rises, falls, out=ratio[first : first + size * BLOCK])
        return cls(ratio[: len(closes)], period)

    @property
    def nbytes(self) -> int:
        return self._ratio.nbytes

    def rsi(self, bars: Bars) -> Values:
        """Return the RSI at some bars, NaN before it is defined; 100 where nothing has fallen."""
        index: Values = 100 - 100 / (1 + self._ratio[bars])
        index[np.isnan(index)] = 100.0  # nothing has risen either
        index[bars < self._period - 1] = np.nan
        return index


def _moves(closes: Values) -> Iterator[tuple[int, Values, Values]]:
    """Yield the first bar of each stretch, and its rises and falls as rows."""
    change = np.empty(ROWS * BLOCK)
    old = closes[:1]
    for first in range(0, len(closes), ROWS * BLOCK):
        part = closes[first : first + ROWS * BLOCK]
        own = change[: len(part)]
        own[:1] = part[:1] - old
        np.subtract(part[1:], part[:-1], out=own[1:])
        old = part[-1:]
        rises = np.maximum(own, 0.0)
        yield first, blocks(rises), blocks(rises - own)


def _before(closes: Values, keep: float) -> Values:
    """Return both means before each block, shape (blocks, 2)."""
    last = within(keep)[:, -1]
    ends = [(rises @ last, falls @ last) for _, rises, falls in _moves(closes)]
    both = np.concatenate(ends, axis=1) if ends else np.empty((2, 0))
    return np.stack([carried(own, keep) for own in both], axis=1)


def _has_frozen(closes: Values, before: Values) -> bool:
    """Return whether both means are next to nothing although the price has moved before."""
    still = np.flatnonzero((before < _TINY).all(axis=1))
    if not len(still):
        return False
    moved = np.flatnonzero(closes[: still[-1] * BLOCK] != closes[0])
    return bool(len(moved) and still[-1] * BLOCK > moved[0])
