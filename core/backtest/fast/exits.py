"""What becomes of every BUY candidate of a symbol, should it be bought: exit, prices, levels.

None of it depends on the account. A position's entry price is its symbol's next open, so its stop
and target, the next SELL signal, the flatten time and the day's end are known beforehand, and the
first of them is the exit. The merge then goes from trade to trade and never looks at a bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.entries import Entries
from core.backtest.fast.optional_exits import follows_peak, rising_exits
from core.backtest.fast.plans import EOD, SIGNAL, SL, TIME, TP, Plans
from core.backtest.fast.prices import execution_prices
from core.backtest.fast.terms import Terms
from core.backtest.market import SymbolBars
from core.domain.order import Side

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Sale:
    """How positions are sold: at which bar, out of which reference price."""

    bar: Bars
    reference: Prices
    is_level: NDArray[np.bool_]
    reason: NDArray[np.int64]


def planned(
    place: int, bars: SymbolBars, buys: Bars, sells: Bars, terms: Terms, trade_from: date | None
) -> Plans:
    """Return what becomes of each BUY that entries are allowed for, oldest first; see `Entries`."""
    return with_exits(Entries(place, bars, buys, sells, terms, trade_from), terms)


def with_exits(entries: Entries, terms: Terms) -> Plans:
    """Return what becomes of each entry under `terms`, which suit the entries."""
    bars, grid, price = entries.bars, terms.grid, entries.price
    plans = entries.plans.copy()
    stop = price * (1 - terms.exits.stop_loss_pct / 100)
    target = price * (1 + terms.exits.take_profit_pct / 100)
    plans["stop"], plans["target"] = stop, target
    sale = _sales(entries, stop, target, terms)
    plans["exit"], plans["exit_time"] = sale.bar, bars.columns.start[sale.bar]
    plans["exit_price"] = execution_prices(sale.reference, Side.SELL, grid, terms.slippage_ticks)
    plans["reason"], plans["is_signal"] = sale.reason, sale.reason != EOD
    # The grid's prices are whole whatever the data's are; a level is not, whatever the data's are.
    plans["is_whole_exit"] = bool(grid.bands) | (bars.is_whole & ~sale.is_level)
    return plans


def _sales(entries: Entries, stop: Prices, target: Prices, terms: Terms) -> _Sale:
    """Return the earliest exit of each entry.

    At one bar a waiting SELL comes before the flatten time, that before stop and target, and these
    before the day's end (strategy.md, section 5): hence stop and target are looked for only up to
    the bar before the first of the others.
    """
    columns, end, day_end = entries.bars.columns, entries.end, entries.day_end
    if follows_peak(terms.exits):
        bar, stop = rising_exits(entries.bars, entries.entry, end, entries.price, target, terms)
    else:
        bar = entries.stopped.first(terms.exits.stop_loss_pct, stop)
        bar = np.minimum(bar, entries.targeted.first(terms.exits.take_profit_pct, target))
    is_level = bar < end
    is_over = bar == day_end  # nothing came before the end of the day
    bar = np.where(is_over, day_end - 1, bar)
    opens, is_stop = columns.open[bar], columns.low[bar] <= stop
    at_level = np.where(is_stop, np.minimum(opens, stop), np.maximum(opens, target))
    reference = np.where(is_level, at_level, np.where(is_over, columns.close[bar], opens))
    reason = np.select(
        [is_level & is_stop, is_level, is_over, bar == entries.due, bar == entries.overdue],
        [SL, TP, EOD, SIGNAL, TIME],
        EOD,
    )
    return _Sale(bar, reference, is_level & (reference != opens), reason)
