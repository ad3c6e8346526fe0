"""Finds in many stretches of a column at once the first bar whose value reaches a level."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]

_AT_ONCE = 1 << 16  # bars whose values are looked at together: they stay in the cache


def first_at_most(column: Prices, level: Prices, begin: Bars, end: Bars) -> Bars:
    """Return for each stretch its first bar with `column` <= level; see `first_reaching`."""
    return first_reaching(np.less_equal, column, level, begin, end)


def first_reaching(
    reaches: np.ufunc, column: Prices, level: Prices, begin: Bars, end: Bars
) -> Bars:
    """Return for each stretch its first bar that reaches the level, or its end where none does.

    Stretches whose extreme does not reach it hold no such bar; only the others are gone through.

    Args:
        reaches: `np.less_equal` or `np.greater_equal`.
        column: One value per bar.
        level: One per stretch, shape (stretches,).
        begin: First bar of each stretch; quick where they ascend.
        end: The bar after its last one; a stretch may be empty (`end <= begin` gives `end`).
    """
    extreme = np.minimum if reaches is np.less_equal else np.maximum
    found = end.copy()
    some = np.flatnonzero(begin < end)
    some = some[reaches(extremes(extreme, column, begin[some], end[some]), level[some])]
    for part in _parts(some, end[some] - begin[some]):
        lengths = end[part] - begin[part]
        bar, at = flat(begin[part], lengths), np.cumsum(lengths) - lengths
        is_hit = reaches(column[bar], np.repeat(level[part], lengths))
        hits = np.flatnonzero(is_hit)
        found[part] = bar[hits[np.searchsorted(hits, at)]]
    return found


def _parts(stretches: Bars, lengths: Bars) -> Iterator[Bars]:
    """Cut a list of stretches into parts of about _AT_ONCE bars."""
    if len(stretches):
        edges = np.flatnonzero(np.diff(np.cumsum(lengths) // _AT_ONCE)) + 1
        yield from np.split(stretches, edges)


def flat(begin: Bars, lengths: Bars) -> Bars:
    """Return the bars of all stretches, one after the other."""
    before = np.cumsum(lengths) - lengths
    bars: Bars = np.arange(lengths.sum()) + np.repeat(begin - before, lengths)
    return bars


def extremes(extreme: np.ufunc, column: Prices, begin: Bars, end: Bars) -> Prices:
    """Return the lowest or highest value (`np.minimum`, `np.maximum`) of each stretch, none empty.

    `reduceat` also reduces from each stretch to the next one. Backwards there is nothing between
    them, where they ascend; only from the first one it goes on to the column's end, hence the cut.
    The last bar is looked at apart, as an end must not lie after the column.
    """
    if not len(begin):
        return np.empty(0)
    last = end - 1
    edges = np.stack((begin, last), axis=1)[::-1].ravel()
    reduced = extreme.reduceat(column[: last.max() + 1], edges)[::2][::-1]
    found: Prices = extreme(reduced, column[last])
    return found
