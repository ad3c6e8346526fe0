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

from core.backtest.fast.first import first_at_least, first_at_most
from core.backtest.fast.optional_exits import follows_peak, rising_exits, time_stops
from core.backtest.fast.plans import EOD, PLAN, SIGNAL, SL, TIME, TP, Plans
from core.backtest.fast.prices import execution_prices
from core.backtest.fast.terms import Terms
from core.backtest.market import SymbolBars
from core.domain.order import Side

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]

_EPOCH = date(1970, 1, 1)


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
    """Return what becomes of each BUY that entries are allowed for, oldest first.

    Args:
        place: Of the symbol in the configured order.
        buys: Bars whose score reaches the buy threshold, ascending.
        sells: Bars whose score reaches the sell threshold, ascending.
        trade_from: Nothing is bought before this day; None: from the first one.
    """
    columns, grid, slippage = bars.columns, terms.grid, terms.slippage_ticks
    buys, days = _allowed(bars, buys, terms, trade_from)
    entry = buys + 1
    price = execution_prices(columns.open[entry], Side.BUY, grid, slippage)
    plans = np.zeros(len(buys), PLAN)
    plans["entry"], plans["entry_price"] = entry, price
    plans["stop"] = price * (1 - terms.exits.stop_loss_pct / 100)
    plans["target"] = price * (1 + terms.exits.take_profit_pct / 100)
    sale = _sales(bars, _signal_bars(bars, sells), plans, days, terms)
    plans["symbol"], plans["day"] = place, bars.days[days]
    plans["signal"], plans["exit"] = buys, sale.bar
    for event, bar in (("signal", buys), ("entry", entry), ("exit", sale.bar)):
        plans[f"{event}_time"] = columns.start[bar]
    plans["close"] = columns.close[buys]
    plans["exit_price"] = execution_prices(sale.reference, Side.SELL, grid, slippage)
    plans["reason"], plans["is_signal"] = sale.reason, sale.reason != EOD
    # The grid's prices are whole whatever the data's are; a level is not, whatever the data's are.
    plans["is_whole_close"] = bars.is_whole
    plans["is_whole_entry"] = bars.is_whole or bool(grid.bands)
    plans["is_whole_exit"] = bool(grid.bands) | (bars.is_whole & ~sale.is_level)
    return plans


def _day_of(bars: SymbolBars, index: Bars) -> Bars:
    days: Bars = np.searchsorted(bars.day_first, index, side="right") - 1
    return days


def _signal_bars(bars: SymbolBars, index: Bars) -> Bars:
    """Leave out the last bars of days, which give no signal."""
    return index[index + 1 < bars.day_end[_day_of(bars, index)]]


def _allowed(
    bars: SymbolBars, buys: Bars, terms: Terms, trade_from: date | None
) -> tuple[Bars, Bars]:
    """Return the bars that may give a BUY, and which of the symbol's days each belongs to."""
    buys = _signal_bars(bars, buys)
    days = _day_of(bars, buys)
    may_enter = buys < bars.cutoffs(terms.timetable)[days]
    if trade_from is not None:
        may_enter &= bars.days[days] >= (trade_from - _EPOCH).days
    return buys[may_enter], days[may_enter]


def _sales(bars: SymbolBars, sells: Bars, plans: Plans, days: Bars, terms: Terms) -> _Sale:
    """Return the earliest exit of each entry.

    At one bar a waiting SELL comes before the flatten time, that before stop and target, and these
    before the day's end (strategy.md, section 5): hence stop and target are looked for only up to
    the bar before the first of the others.
    """
    columns, day_end = bars.columns, bars.day_end[days]
    entry, price, stop, target = (
        plans[name].copy() for name in ("entry", "entry_price", "stop", "target")
    )
    due = _next(sells, entry) + 1
    overdue = time_stops(bars, entry, day_end, price, terms)
    flatten = np.maximum(bars.flattens(terms.timetable)[days], entry)
    end = np.minimum(np.minimum(due, overdue), np.minimum(flatten, day_end))
    if follows_peak(terms.exits):
        bar, stop = rising_exits(bars, entry, end, price, target, terms)
    else:
        bar = first_at_most(columns.low, stop, entry, end)
        bar = first_at_least(columns.high, target, entry, bar)
    is_level = bar < end
    is_over = bar == day_end  # nothing came before the end of the day
    bar = np.where(is_over, day_end - 1, bar)
    opens, is_stop = columns.open[bar], columns.low[bar] <= stop
    at_level = np.where(is_stop, np.minimum(opens, stop), np.maximum(opens, target))
    reference = np.where(is_level, at_level, np.where(is_over, columns.close[bar], opens))
    reason = np.select(
        [is_level & is_stop, is_level, is_over, bar == due, bar == overdue],
        [SL, TP, EOD, SIGNAL, TIME],
        EOD,
    )
    return _Sale(bar, reference, is_level & (reference != opens), reason)


def _next(index: Bars, begin: Bars) -> Bars:
    """Return the first of `index` at or after each `begin`; where there is none, a far one."""
    beyond = np.append(index, np.iinfo(np.int64).max - 1)
    return beyond[np.searchsorted(index, begin)]
