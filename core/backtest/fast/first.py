"""Finds in many stretches of a column at once the first bar whose value reaches a level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]


def first_at_most(column: Prices, level: Prices, begin: Bars, end: Bars) -> Bars:
    """Return for each stretch its first bar with `column` <= level, or its end where none is.

    Args:
        column: One value per bar.
        level: One per stretch, shape (stretches,).
        begin: First bar of each stretch.
        end: The bar after its last one; a stretch may be empty (`end <= begin` gives `end`).
    """
    return _first(np.minimum, np.less_equal, column, level, begin, end)


def first_at_least(column: Prices, level: Prices, begin: Bars, end: Bars) -> Bars:
    """Return for each stretch its first bar with `column` >= level, or its end where none is."""
    return _first(np.maximum, np.greater_equal, column, level, begin, end)


def _first(
    extreme: np.ufunc, reaches: np.ufunc, column: Prices, level: Prices, begin: Bars, end: Bars
) -> Bars:
    """Halve every stretch that holds such a bar until only that bar is left.

    A stretch holds one if its extreme reaches the level. Then the bar is in the first half if that
    half's extreme reaches it, else in the second: a bisection, exact for any course of prices. The
    first half is never the shorter one, so that a single bar is found to be its own first half.
    """
    found = end.copy()
    some = np.flatnonzero(begin < end)
    some = some[reaches(extremes(extreme, column, begin[some], end[some]), level[some])]
    low, high, wanted = begin[some], end[some], level[some]
    for _ in range(int((high - low).max(initial=1) - 1).bit_length()):
        middle = (low + high + 1) // 2
        is_first_half = reaches(extremes(extreme, column, low, middle), wanted)
        high = np.where(is_first_half, middle, high)
        low = np.where(is_first_half, low, middle)
    found[some] = low
    return found


def extremes(extreme: np.ufunc, column: Prices, begin: Bars, end: Bars) -> Prices:
    """Return the extreme of each stretch, none empty; quick where they begin in ascending order.

    `reduceat` also reduces from each stretch to the next one. Backwards there is nothing between
    them. The last bar is looked at apart, as it takes no end that lies after the column.
    """
    if not len(begin):
        return np.empty(0)
    last = end - 1
    edges = np.stack((begin, last), axis=1)[::-1].ravel()
    reduced = extreme.reduceat(column, edges)[::2][::-1]
    found: Prices = extreme(reduced, column[last])
    return found
