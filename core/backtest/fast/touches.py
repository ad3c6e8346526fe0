"""At which bar each position first touches its stop or its target, for any distance of these."""

from __future__ import annotations

import bisect

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.first import first_reaching

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]

_KEPT = 32  # distances; a random search may ask for thousands


class Touches:
    """What is known about one side of a symbol's positions.

    A wider distance is touched at the same bar or later. So what was found for others narrows down
    where to look: a sweep over many distances goes over the bars little more than once.
    """

    def __init__(self, reaches: np.ufunc, column: Prices, entry: Bars, end: Bars) -> None:
        """Look at `column` from each `entry` to before `end` for values that reach a level.

        Args:
            reaches: `np.less_equal` for stops and lows, `np.greater_equal` for targets and highs.
        """
        self._reaches, self._column = reaches, column
        self._entry, self._end = entry, end
        self._distances: list[float] = []  # ascending
        self._found: list[Bars] = []

    def first(self, distance_pct: float, level: Prices) -> Bars:
        """Return the first bar at which each position touches its level, its end where it never is.

        Args:
            distance_pct: Of each level from its entry price.
        """
        known, at = self._distances, bisect.bisect_left(self._distances, distance_pct)
        if at < len(known) and known[at] == distance_pct:
            return self._found[at]
        begin = self._found[at - 1] if at else self._entry
        end = self._end
        if at < len(known):
            end = np.minimum(self._found[at] + 1, end)
        found = first_reaching(self._reaches, self._column, level, begin, end)
        if len(known) >= _KEPT:  # every other one still narrows the others down
            del known[::2], self._found[::2]
            at = bisect.bisect_left(known, distance_pct)
        known.insert(at, distance_pct)
        self._found.insert(at, found)
        return found
