"""What the account is worth at every timestamp, worked out from the trades at once."""

from __future__ import annotations

import numpy as np

from core.backtest.fast.flows import Ints, Values
from core.backtest.fast.plans import Plans
from core.backtest.market import MarketData, SymbolBars
from core.domain.price import Price


def steps(times: Ints, fill_time: Ints, after: Values, before: Price) -> Values:
    """Return a value that only fills change, after the work of each of `times`.

    Args:
        fill_time: Of each fill, ascending; all are among `times`.
        after: The value after each fill; the last one of a timestamp counts.
        before: The value before the first fill.
    """
    edges = np.concatenate(([0], np.searchsorted(times, fill_time), [len(times)]))
    path: Values = np.repeat(np.concatenate(([before], after)), np.diff(edges))
    return path


def market_value(market: MarketData, trades: Plans, shares: Ints, times: Ints) -> Values:
    """Return what is held at the last closes at each of `times`, a stretch of `market.times`.

    Every trade, of so many shares, lies within `times`. Symbols are added up in the configured
    order, as the exact engine does; a float sum depends on it.
    """
    total = np.zeros(len(times))
    for place in np.unique(trades["symbol"]).tolist():
        own = trades["symbol"] == place
        _add(total, times, market.symbols[place], trades[own], shares[own])
    return total


def _add(total: Values, times: Ints, bars: SymbolBars, trades: Plans, shares: Ints) -> None:
    """Add the value of one symbol's trades, which never overlap, to `total`."""
    start, close = bars.columns.start, bars.columns.close
    first = np.searchsorted(times, trades["entry_time"])
    lengths = np.searchsorted(times, trades["exit_time"]) - first
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.repeat(first, lengths) + within
    if np.array_equal(lengths, trades["exit"] - trades["entry"]):  # a bar at each of these times
        bar = np.repeat(trades["entry"], lengths) + within
    else:
        bar = np.searchsorted(start, times[rows], side="right") - 1
    total[rows] += np.repeat(shares, lengths) * close[bar]
