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

_FEW = 16  # of so many bars one is asked about before all of them are worked out
_TINY = 1e-270  # won; below it means near the end of what a double holds


class WilderRatio:
    """Wilder's mean rise over his mean fall; the RSI of it where it is asked for.

    Both means are kept at the ends of blocks, and carried on from there for the few bars that one
    run asks about. Once more has been asked about the ratio is worked out at every bar.
    """

    def __init__(self, closes: Values, period: int, before: Values) -> None:
        self._closes, self._period, self._before = closes, period, before
        # Each new move counts 1 / period, and the mean is seeded with 0; the ratio needs neither.
        keep = _keep(period)
        self._means = np.concatenate((within(keep), powers(keep)[None, :]))
        self._asked = 0
        self._ratio: Values | None = None

    @classmethod
    def of(cls, closes: Values, period: int) -> Self | None:
        """Work the means out.

        None where a market was frozen for so long (thousands of bars) that both means have almost
        run out of digits: what the live indicator says then hangs on how each step was rounded, so
        it has to be followed bar by bar.
        """
        before = _before(closes, _keep(period))
        return None if _has_frozen(closes, before) else cls(closes, period, before)

    @property
    def nbytes(self) -> int:
        return self._before.nbytes + (0 if self._ratio is None else self._ratio.nbytes)

    def rsi(self, bars: Bars) -> Values:
        """Return the RSI at some bars, NaN before it is defined; 100 where nothing has fallen."""
        self._asked += len(bars)
        if self._ratio is None and self._asked > len(self._closes) // _FEW:
            self._ratio = self._everywhere()
        if self._ratio is None:
            parts = range(0, len(bars), ROWS)  # that stay in the cache
            ratio = np.concatenate([np.empty(0), *(self._at(bars[at : at + ROWS]) for at in parts)])
        else:
            ratio = self._ratio[bars]
        index: Values = 100 - 100 / (1 + ratio)
        index[np.isnan(index)] = 100.0  # nothing has risen either
        index[bars < self._period - 1] = np.nan
        return index

    def _at(self, bars: Bars) -> Values:
        """Return the ratio at some bars, from the ends of the blocks before theirs."""
        row, column = np.divmod(bars, BLOCK)
        # Before the first bar nothing has moved, and what comes after a bar weighs nothing.
        places = (row * BLOCK)[:, None] + np.arange(-1, BLOCK)
        closes = self._closes.take(places, mode="clip")
        change = closes[:, 1:] - closes[:, :-1]
        weights = self._means.T[column]
        rises = np.maximum(change, 0.0)
        moves = rises, rises - change
        both = [
            np.einsum("ij,ij->i", own, weights[:, :BLOCK]) + before[row] * weights[:, BLOCK]
            for own, before in zip(moves, self._before.T, strict=True)
        ]
        return _ratio(*both)

    def _everywhere(self) -> Values:
        ratio = np.empty(len(self._before) * BLOCK)
        taken, made = np.empty((ROWS, BLOCK + 1)), np.empty((2, ROWS, BLOCK))
        for first, *moves in _moves(self._closes):
            size = len(moves[0])
            for rows, own, out in zip(moves, self._before.T, made, strict=True):
                taken[:size, :BLOCK] = rows
                taken[:size, BLOCK] = own[first // BLOCK :][:size]
                product(taken[:size], self._means, out[:size])
            ratio[first : first + size * BLOCK] = _ratio(*made[:, :size].reshape(2, -1))
        return ratio[: len(self._closes)]


def _keep(period: int) -> float:
    return 1 - 1 / period


def _ratio(rises: Values, falls: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio: Values = rises / falls
    return ratio


def _moves(closes: Values) -> Iterator[tuple[int, Values, Values]]:
    """Yield the first bar of each stretch, and its rises and falls as rows until the next one."""
    change, up, down = (np.empty(ROWS * BLOCK) for _ in range(3))
    old = closes[:1]
    for first in range(0, len(closes), ROWS * BLOCK):
        part = closes[first : first + ROWS * BLOCK]
        own = change[: len(part)]
        own[:1] = part[:1] - old
        np.subtract(part[1:], part[:-1], out=own[1:])
        old = part[-1:]
        rises = np.maximum(own, 0.0, out=up[: len(part)])
        yield first, blocks(rises), blocks(np.subtract(rises, own, out=down[: len(part)]))


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
