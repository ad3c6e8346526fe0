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
    total = np.zeros(len(times))
    for place in np.unique(trades["symbol"]).tolist():
        own = trades["symbol"] == place
        bars = market.symbols[place]
        add = _add_everywhere if _is_everywhere(bars, times) else _add_where_held
        add(total, times, bars, trades[own], shares[own])
    return total


def _is_everywhere(bars: SymbolBars, times: Ints) -> bool:
    """Return whether the symbol's bars start at exactly these times, a stretch of all that are."""
    start = bars.columns.start
    if len(start) != len(times):
        return False
    return bool(start[0] == times[0] and start[-1] == times[-1])


def _add_everywhere(
    total: Values, times: Ints, bars: SymbolBars, trades: Plans, shares: Ints
) -> None:
    """Add the value of the trades of a symbol that has a bar at each of `times`."""
    edges = np.stack((trades["entry"], trades["exit"]), axis=1).ravel()
    held = np.stack((shares, np.zeros_like(shares)), axis=1).ravel().astype(np.float64)
    path = steps(edges, 0, held, len(times))
    path *= bars.columns.close
    total += path


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
