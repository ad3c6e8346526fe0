"""What the account is worth at every timestamp, worked out from the trades at once."""

from __future__ import annotations

import numpy as np

from core.backtest.fast.first import flat
from core.backtest.fast.flows import Ints, Values
from core.backtest.fast.plans import Plans
from core.backtest.market import MarketData, SymbolBars
from core.domain.price import Price


def steps(rows: Ints, before: Price, after: Values, length: int) -> Values:
    """Return `length` values that go from `before` to the first of `after` at its row, and so on.

    `rows` ascend; of several at one row the last one counts.
    """
    edges = np.concatenate(([0], rows, [length]))
    path: Values = np.repeat(np.concatenate(([before], after)), np.diff(edges))
    return path


def market_value(market: MarketData, trades: Plans, shares: Ints, times: Ints) -> Values:
    """Return what is held at the last closes at each of `times`, a stretch of `market.times`.

    Every trade, of so many shares, lies within `times`. Symbols are added up in the configured
    order, as the exact engine does; a float sum depends on it.
    """
    if len(market.symbols) == 1 and _is_everywhere(market.symbols[0], times):
        return _value(market.symbols[0], trades, shares)
    total = np.zeros(len(times))
    for place in np.unique(trades["symbol"]).tolist():
        own, bars = trades["symbol"] == place, market.symbols[place]
        if _is_everywhere(bars, times):
            total += _value(bars, trades[own], shares[own])
        else:
            _add_where_held(total, times, bars, trades[own], shares[own])
    return total


def _is_everywhere(bars: SymbolBars, times: Ints) -> bool:
    """Return whether the symbol's bars start at exactly these times, a stretch of all that are."""
    start = bars.columns.start
    if len(start) != len(times):
        return False
    return not len(times) or bool(start[0] == times[0] and start[-1] == times[-1])


def _value(bars: SymbolBars, trades: Plans, shares: Ints) -> Values:
    """Return what is held of one symbol at the close of each of its bars."""
    edges = np.stack((trades["entry"], trades["exit"]), axis=1).ravel()
    held = np.stack((shares, np.zeros_like(shares)), axis=1).ravel()
    value = steps(edges, 0, held.astype(np.float64), len(bars))
    value *= bars.columns.close
    return value


def _add_where_held(
    total: Values, times: Ints, bars: SymbolBars, trades: Plans, shares: Ints
) -> None:
    """Add the value of one symbol's trades; between its bars the last close counts on."""
    first = np.searchsorted(times, trades["entry_time"])
    lengths = np.searchsorted(times, trades["exit_time"]) - first
    rows = flat(first, lengths)
    if np.array_equal(lengths, trades["exit"] - trades["entry"]):  # a bar at each of these times
        bar = flat(trades["entry"], lengths)
    else:
        bar = np.searchsorted(bars.columns.start, times[rows], side="right") - 1
    total[rows] += np.repeat(shares, lengths) * bars.columns.close[bar]
