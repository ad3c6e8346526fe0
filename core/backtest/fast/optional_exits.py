"""The exits that are off by default: trailing stop, break-even stop and time stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.first import first_at_most
from core.backtest.fast.terms import Terms
from core.backtest.market import SymbolBars
from core.risk.exits import ExitOptions

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]

_NEVER = np.iinfo(np.int64).max
_MINUTE_S = 60


def follows_peak(options: ExitOptions) -> bool:
    """Return whether the stop may rise while a position is held."""
    return bool(options.trailing_stop_pct or options.break_even_pct)


def time_stops(bars: SymbolBars, entry: Bars, day_end: Bars, price: Prices, terms: Terms) -> Bars:
    """Return the bar at which the time stop of each entry sells; a far one if it never does.

    It is decided at the close of the first bar that ends late enough and closes too low, and fills
    at the next one; the day's last bar decides nothing.
    """
    options = terms.exits
    if not options.time_stop_min:
        return np.full(len(entry), _NEVER)
    start, close = bars.columns.start, bars.columns.close
    oldest = start[entry] + options.time_stop_min * _MINUTE_S - _MINUTE_S
    begin = np.maximum(np.searchsorted(start, oldest), entry)
    spared = price * (1 + options.time_stop_gain_pct / 100)
    below = np.nextafter(spared, -np.inf)  # at most this: below what spares it
    found = first_at_most(close, below, begin, day_end - 1)
    return np.where(found < day_end - 1, found + 1, _NEVER)


def rising_exits(
    bars: SymbolBars, entry: Bars, end: Bars, price: Prices, target: Prices, terms: Terms
) -> tuple[Bars, Prices]:
    """Return where each position touches its stop or target before `end`, and its stop there.

    The stop during a bar follows from the highs of the bars before. All positions are led along
    bar by bar, in step: the n-th bar of each, then the next one of those still held.
    """
    columns = bars.columns
    found, stops = end.copy(), price.copy()
    held = np.flatnonzero(entry < end)
    peak, at = price[held], entry[held]
    even = price * _break_even_ratios(bars, entry, terms)
    while len(held):
        stop = _stops(price[held], peak, even[held], terms.exits)
        is_out = (columns.low[at] <= stop) | (columns.high[at] >= target[held])
        found[held[is_out]], stops[held] = at[is_out], stop
        stays = ~is_out & (at + 1 < end[held])
        peak, held, at = np.maximum(peak, columns.high[at])[stays], held[stays], at[stays] + 1
    return found, stops


def _stops(price: Prices, peak: Prices, even: Prices, options: ExitOptions) -> Prices:
    """`core.risk.exits.levels` for many positions; a peak is never below its entry price."""
    stop: Prices = price * (1 - options.stop_loss_pct / 100)
    if options.trailing_stop_pct:
        begins = price * (1 + options.trailing_start_pct / 100)
        trailing = np.maximum(stop, peak * (1 - options.trailing_stop_pct / 100))
        stop = np.where(peak >= begins, trailing, stop)
    if options.break_even_pct:
        reached = price * (1 + options.break_even_pct / 100)
        stop = np.where(peak >= reached, np.maximum(stop, even), stop)
    return stop


def _break_even_ratios(bars: SymbolBars, entry: Bars, terms: Terms) -> Prices:
    """Return by entry the multiple of its price that pays both sides' costs on that day."""
    days, place = np.unique(bars.columns.local[entry] // 86_400, return_inverse=True)
    dates = days.astype("datetime64[D]").tolist()
    ratios = [terms.costs.break_even_ratio(True, day) for day in dates]
    return np.array(ratios, np.float64)[place]
