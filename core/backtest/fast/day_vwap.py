"""Where the close breaks through the day's VWAP, days by the dozen.

The day's sums are running sums over many days less what they were when the day began: of whole
numbers that is exact, wherever the running sum has got to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.market import SymbolBars
from core.domain.compare import BAND
from core.rules.registry import Verdicts

_BARS = 16_384  # about as many are worked on at once, in whole days
_Mask = NDArray[np.bool_]


def fits(bars: SymbolBars) -> bool:
    """Return whether the day's sums stay whole and exact as floats."""
    columns = bars.columns
    if not bars.is_whole or not len(bars):
        return bars.is_whole
    known = columns.turnover[~np.isnan(columns.turnover)]
    longest = int((bars.day_end - bars.day_first).max())
    most = max(3 * float(columns.high.max()) * float(columns.volume.max()), 1.0)
    if len(known):
        most = max(most, 3 * float(known.max()))
    return most * longest < 2**53 and bool(np.array_equal(known, np.rint(known)))


def vwap_breaks(bars: SymbolBars) -> Verdicts:
    """Return at which bars the close breaks above the VWAP and below it, as `VwapBreak` says.

    For bars that `fits`.
    """
    size = len(bars)
    is_over, is_under, is_known = (np.zeros(size, np.bool_) for _ in range(3))
    for first, end in _stretches(bars):
        part = slice(int(bars.day_first[first]), int(bars.day_end[end - 1]))
        _mark(bars, first, end, part, is_over[part], is_under[part], is_known[part])
    buys, sells = is_over.copy(), is_under.copy()
    buys[:1] = sells[:1] = False
    buys[1:] &= is_known[:-1] & ~is_over[:-1]
    sells[1:] &= is_known[:-1] & ~is_under[:-1]
    return Verdicts(buys, sells)


def _stretches(bars: SymbolBars) -> list[tuple[int, int]]:
    """Return runs of days, first and end, of about `_BARS` bars."""
    edges = np.unique(np.searchsorted(bars.day_first, np.arange(0, len(bars) + _BARS, _BARS)))
    pairs = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return [(first, end) for first, end in pairs if first < end]


def _mark(
    bars: SymbolBars,
    first: int,
    end: int,
    part: slice,
    is_over: _Mask,
    is_under: _Mask,
    is_known: _Mask,
) -> None:
    columns = bars.columns
    close, volume, turnover = columns.close[part], columns.volume[part], columns.turnover[part]
    spent = (columns.high[part] + columns.low[part] + close) * volume
    if not np.isnan(turnover).all():
        spent = np.where(np.isnan(turnover), spent, 3 * turnover)
    begins = bars.day_first[first:end] - part.start
    lengths = bars.day_end[first:end] - bars.day_first[first:end]
    spent3 = _sums(spent.astype(np.int64), begins, lengths)
    traded3 = 3 * _sums(volume, begins, lengths)
    np.greater(traded3, 0, out=is_known)
    vwap = spent3 / np.maximum(traded3, 1)
    difference = close - vwap
    band = BAND * np.maximum(np.maximum(close, vwap), 1.0)
    np.logical_and(difference > band, is_known, out=is_over)
    np.logical_and(-difference > band, is_known, out=is_under)


def _sums(
    values: NDArray[np.int64], begins: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return running sums that begin anew at each of `begins`."""
    running = np.cumsum(values)
    before = running[begins] - values[begins]
    sums: NDArray[np.int64] = running - np.repeat(before, lengths)
    return sums
