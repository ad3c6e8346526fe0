"""Where the close breaks through the day's VWAP, days by the dozen.

How far the close is from the VWAP is worked out for all bars; where that is too close to the dead
band to be sure of, the two are compared as the rule compares them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.hits import Hits, Mask
from core.backtest.fast.recurrence import Values
from core.backtest.market import SymbolBars
from core.domain.compare import BAND, above_each

_BARS = 16_384  # about as many are worked on at once, in whole days
_EXACT = 2.0**53
_SURE = 2.0  # times the widest dead band there can be


def vwap_breaks(bars: SymbolBars) -> Hits:
    """Return where the close breaks above the VWAP and below it, as `VwapBreak` says."""
    buys, sells = [], []
    was_over = was_under = was_known = False
    has_plain_sums = _has_plain_sums(bars)
    for first, end in _dozens(bars):
        days = _Days(bars, first, end, has_plain_sums)
        is_over, is_under, is_known = days.sides()
        buys.append(_entered(is_over, is_known, was_over, was_known) + days.part.start)
        sells.append(_entered(is_under, is_known, was_under, was_known) + days.part.start)
        was_over, was_under, was_known = bool(is_over[-1]), bool(is_under[-1]), bool(is_known[-1])
    return Hits.joined(buys, sells)


def _entered(is_there: Mask, is_known: Mask, was_there: bool, was_known: bool) -> NDArray[np.intp]:
    """Return where the close is on a side of the VWAP on which it was not, known both times."""
    is_new = np.empty_like(is_there)
    np.greater(is_there[1:], is_there[:-1], out=is_new[1:])  # there, and not there before
    is_new[1:] &= is_known[:-1]
    is_new[0] = is_there[0] and was_known and not was_there
    return np.flatnonzero(is_new)


def _has_plain_sums(bars: SymbolBars) -> bool:
    """Return whether typical prices stand in for every turnover and no sum is ever rounded."""
    columns = bars.columns
    if not (len(bars) and bars.is_whole and np.isnan(columns.turnover).all()):
        return False
    longest = int((bars.day_end - bars.day_first).max())
    return 3 * float(columns.high.max()) * float(columns.volume.max()) * longest < _EXACT


def _dozens(bars: SymbolBars) -> list[tuple[int, int]]:
    """Return runs of days, first and end, of about `_BARS` bars."""
    edges = np.unique(np.searchsorted(bars.day_first, np.arange(0, len(bars) + _BARS, _BARS)))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


class _Days:
    """Some days in a row."""

    def __init__(self, bars: SymbolBars, first: int, end: int, has_plain_sums: bool) -> None:
        self._columns, self._has_plain_sums = bars.columns, has_plain_sums
        self.part = slice(int(bars.day_first[first]), int(bars.day_end[end - 1]))
        self._begins = bars.day_first[first:end] - self.part.start
        self._lengths = bars.day_end[first:end] - bars.day_first[first:end]
        self._is_whole = bars.is_whole

    def sides(self) -> tuple[Mask, Mask, Mask]:
        """Return where the close is above the VWAP, where below, and where there is a VWAP."""
        close = self._columns.close[self.part]
        vwap, is_known = self._vwap()
        difference = close - vwap
        # A VWAP more than twice the highest close is no doubt, however wide its dead band.
        doubt = _SURE * BAND * max(float(close.max()), 1.0)
        is_over, is_under = difference > doubt, difference < -doubt
        near = np.flatnonzero(is_over == is_under)  # neither
        is_over[near] = above_each(close[near], vwap[near])
        is_under[near] = above_each(vwap[near], close[near])
        return is_over, is_under, is_known

    def _vwap(self) -> tuple[Values, Mask]:
        """Return the VWAP as `Vwap` has it, NaN while nothing was traded, and where it is known."""
        if self._has_plain_sums:
            return self._plain_vwap()
        traded3 = self._whole_sums(self._columns.volume[self.part] * 3)
        is_known = traded3 > 0
        if not is_known.all():
            traded3[~is_known] = np.nan
        turnover3, largest = self._turnover3()
        if self._is_whole and largest * float(self._lengths.max()) < _EXACT:
            spent3 = self._whole_sums(turnover3.astype(np.int64))
        else:
            spent3 = self._real_sums(turnover3)
        spent3 /= traded3
        return spent3, is_known

    def _plain_vwap(self) -> tuple[Values, Mask]:
        """Do the same where no sum can be rounded: then doubles count as whole numbers do."""
        columns, part = self._columns, self.part
        volume = columns.volume[part].astype(np.float64)
        spent3 = columns.high[part] + columns.low[part]
        spent3 += columns.close[part]
        spent3 *= volume
        spent3, traded3 = self._sums(spent3), self._sums(volume)
        traded3 *= 3
        is_known = np.ones(len(volume), np.bool_)
        if not traded3[self._begins].all():  # what is traded from a day's first bar on is known
            is_known = traded3 > 0
            traded3[~is_known] = np.nan
        spent3 /= traded3
        return spent3, is_known

    def _turnover3(self) -> tuple[Values, float]:
        """Return three times each bar's turnover, and what none is above; inf if not all whole."""
        columns, part = self._columns, self.part
        high, volume, known = columns.high[part], columns.volume[part], columns.turnover[part]
        typical3 = high + columns.low[part]
        typical3 += columns.close[part]
        typical3 *= volume
        is_unknown = np.isnan(known)
        if is_unknown.all():
            return typical3, 3 * float(high.max()) * float(volume.max())
        mixed = np.where(is_unknown, typical3, 3 * known)
        is_whole = np.array_equal(mixed, np.rint(mixed))
        return mixed, float(np.abs(mixed).max()) if is_whole else np.inf

    def _whole_sums(self, values: NDArray[np.int64]) -> Values:
        """Return running sums of each day, exactly; changes `values`."""
        return self._sums(values).astype(np.float64)

    def _sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return running sums of each day, if none is rounded; changes `values`.

        A day's first bar takes back what the day before has come to.
        """
        of_days = np.add.reduceat(values, self._begins)
        values[self._begins[1:]] -= of_days[:-1]
        return np.cumsum(values, out=values)

    def _real_sums(self, values: Values) -> Values:
        """Return running sums of each day by itself, a row filled up with 0.

        A sum over all days would swallow the digits of a day's first bars.
        """
        is_filled = np.arange(self._lengths.max()) < self._lengths[:, None]
        rows = np.zeros(is_filled.shape)
        rows[is_filled] = values
        sums: Values = np.cumsum(rows, axis=1)[is_filled]
        return sums
