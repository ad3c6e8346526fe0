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
    kind = _PlainDays if _has_plain_sums(bars) else _Days
    dozens = _dozens(bars)
    room = _Room(
        max((int(bars.day_end[end - 1] - bars.day_first[at]) for at, end in dozens), default=0)
    )
    old_side, was_known = 0, False
    for first, end in dozens:
        days = kind(bars, first, end, room)
        side, is_known = days.sides()
        bar = np.flatnonzero(side[1:] != side[:-1]) + 1
        bar = bar[is_known[bar - 1]]
        if was_known and side[0] != old_side:
            bar = np.append(0, bar)
        entered = side[bar]
        buys.append(bar[entered > 0] + days.part.start)
        sells.append(bar[entered < 0] + days.part.start)
        old_side, was_known = int(side[-1]), bool(is_known[-1])
    return Hits.joined(buys, sells)


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


class _Room:
    """Memory for the numbers of some days, used again and again: it stays in the cache.

    Turnover and volume are the two parts of complex numbers, as each addition of a running sum
    waits for the one before: both at once take the time of one.
    """

    def __init__(self, bars: int) -> None:
        self.both, self.sums = (np.empty(bars, np.complex128) for _ in range(2))
        self.gap = np.empty(bars)


class _Days:
    """Some days in a row."""

    def __init__(self, bars: SymbolBars, first: int, end: int, room: _Room) -> None:
        self._columns, self._room = bars.columns, room
        self.part = slice(int(bars.day_first[first]), int(bars.day_end[end - 1]))
        self._begins = bars.day_first[first:end] - self.part.start
        self._lengths = bars.day_end[first:end] - bars.day_first[first:end]
        self._is_whole = bars.is_whole

    def sides(self) -> tuple[NDArray[np.int8], Mask]:
        """Return +1 where the close is above the VWAP, -1 below, and where there is a VWAP."""
        close = self._columns.close[self.part]
        vwap, is_known = self._vwap()
        # A VWAP more than twice the highest close is no doubt, however wide its dead band.
        doubt = _SURE * BAND * max(float(close.max()), 1.0)
        side = _signs(close - vwap, doubt)
        near = np.flatnonzero(side == 0)
        side[near] = _compared(close[near], vwap[near])
        return side, is_known

    def _vwap(self) -> tuple[Values, Mask]:
        """Return the VWAP as `Vwap` has it, NaN while nothing was traded, and where it is known."""
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
        return self._sums(values, values).astype(np.float64)

    def _sums(self, values: NDArray[Any], out: NDArray[Any]) -> NDArray[Any]:
        """Return running sums of each day, if none is rounded; changes `values`.

        A day's first bar takes back what the day before has come to.
        """
        of_days = np.add.reduceat(values, self._begins)
        values[self._begins[1:]] -= of_days[:-1]
        return np.cumsum(values, out=out)

    def _real_sums(self, values: Values) -> Values:
        """Return running sums of each day by itself, a row filled up with 0.

        A sum over all days would swallow the digits of a day's first bars.
        """
        is_filled = np.arange(self._lengths.max()) < self._lengths[:, None]
        rows = np.zeros(is_filled.shape)
        rows[is_filled] = values
        sums: Values = np.cumsum(rows, axis=1)[is_filled]
        return sums


class _PlainDays(_Days):
    """Days of whole prices whose sums no double rounds: nothing is divided but where in doubt."""

    def sides(self) -> tuple[NDArray[np.int8], Mask]:
        close = self._columns.close[self.part]
        spent3, traded = self._running()
        gap = np.multiply(close, traded, out=self._room.gap[: len(close)])
        gap *= 3
        gap -= spent3
        # What was traded never falls during a day: its ends are the most.
        most = 3 * float(traded[self._begins + self._lengths - 1].max())
        side = _signs(gap, _SURE * BAND * max(float(close.max()), 1.0) * most)
        is_known = np.ones(len(close), np.bool_)
        if not traded[self._begins].all():  # what is traded from a day's first bar on is known
            is_known = traded > 0
        near = np.flatnonzero(side == 0)
        if len(near):
            vwap = np.full(len(near), np.nan)
            np.divide(spent3[near], 3 * traded[near], out=vwap, where=is_known[near])
            side[near] = _compared(close[near], vwap)
        return side, is_known

    def _running(self) -> tuple[Values, Values]:
        """Return three times the turnover, and the volume, of each day so far."""
        columns, part = self._columns, self.part
        size = part.stop - part.start
        both, prices3 = self._room.both[:size], self._room.gap[:size]
        np.copyto(both.imag, columns.volume[part])
        np.add(columns.high[part], columns.low[part], out=prices3)
        prices3 += columns.close[part]
        np.multiply(prices3, both.imag, out=both.real)
        sums = self._sums(both, self._room.sums[:size])
        return sums.real, sums.imag


def _signs(gap: Values, doubt: float) -> NDArray[np.int8]:
    """Return +1 above `doubt`, -1 below its opposite, 0 between and for NaN."""
    sign: NDArray[np.int8] = (gap > doubt).view(np.int8) - (gap < -doubt).view(np.int8)
    return sign


def _compared(close: Values, vwap: Values) -> NDArray[np.int8]:
    """Return +1 where the close is above the VWAP, -1 where below, as the rule compares them."""
    over, under = above_each(close, vwap), above_each(vwap, close)
    sign: NDArray[np.int8] = over.view(np.int8) - under.view(np.int8)
    return sign
