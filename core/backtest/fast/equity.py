"""Cash and market value at every timestamp, worked out from the trades at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.plans import Plans
from core.backtest.market import MarketData, SymbolBars
from core.domain.price import Price

Ints = NDArray[np.int64]
Values = NDArray[np.float64]


def cash_path(
    times: Ints, fill_times: Sequence[int] | Ints, cash: Sequence[Price], before: Price
) -> Values:
    """Return the cash after the work of each of `times`, which hold all of `fill_times`.

    Args:
        fill_times: Of each fill, ascending.
        cash: After each fill; the last one of a timestamp counts.
        before: Cash before the first fill.
    """
    edges = np.concatenate(([0], np.searchsorted(times, fill_times), [len(times)]))
    steps = np.array([before, *cash], np.float64)
    return np.repeat(steps, np.diff(edges))


def market_value_path(market: MarketData, trades: Plans, quantity: Ints, times: Ints) -> Values:
    """Return what is held at the last closes at each of `times`, a stretch of `market.times`.

    Every one of `trades`, of `quantity` shares each, lies within `times`. Symbols are added up in
    the configured order, as the exact engine does; a float sum depends on it.
    """
    total = np.zeros(len(times))
    for place in np.unique(trades["symbol"]).tolist():
        own = trades["symbol"] == place
        _add(total, times, market.symbols[place], trades[own], quantity[own])
    return total


def _add(total: Values, times: Ints, bars: SymbolBars, trades: Plans, quantity: Ints) -> None:
    """Add the value of one symbol's trades, which never overlap, to `total`."""
    start, close = bars.columns.start, bars.columns.close
    first = np.searchsorted(times, trades["entry_time"])
    end = np.searchsorted(times, trades["exit_time"])
    lengths = end - first
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.repeat(first, lengths) + within
    if np.array_equal(lengths, trades["exit"] - trades["entry"]):  # a bar at each of these times
        bar = np.repeat(trades["entry"], lengths) + within
    else:
        bar = np.searchsorted(start, times[rows], side="right") - 1
    total[rows] += np.repeat(quantity, lengths) * close[bar]
