"""Every BUY candidate of a symbol up to its entry, and by when it is sold whatever prices do.

Neither depends on stop and target: sets of a sweep that differ in these alone share it, and with
it what was found out about the bars at which positions touch their levels.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.optional_exits import time_stops
from core.backtest.fast.plans import PLAN
from core.backtest.fast.prices import execution_prices
from core.backtest.fast.terms import Terms
from core.backtest.fast.touches import Touches
from core.backtest.market import SymbolBars
from core.domain.order import Side

Bars = NDArray[np.int64]
Prices = NDArray[np.float64]

_EPOCH = date(1970, 1, 1)


class Entries:
    """The BUYs of one symbol that entries are allowed for, oldest first.

    Attributes:
        plans: With every column that no exit decides.
        entry: The bar at whose open each is filled, for `price`.
        due: The bar at which a SELL signal sells; a far one where there is none. `overdue`: the
            same of the time stop.
        day_end: The bar after the day's last one.
        end: The first of these and of the flatten time: by then it is sold.
        stopped: The bars at which positions touch their stops; `targeted`: their targets.
    """

    def __init__(
        self,
        place: int,
        bars: SymbolBars,
        buys: Bars,
        sells: Bars,
        terms: Terms,
        trade_from: date | None,
    ) -> None:
        """Lay out what signals lead to.

        Args:
            place: Of the symbol in the configured order.
            buys: Bars whose score reaches the buy threshold, ascending.
            sells: Bars whose score reaches the sell threshold, ascending.
            trade_from: Nothing is bought before this day; None: from the first one.
        """
        self.bars, columns = bars, bars.columns
        buys, days = _allowed(bars, buys, terms, trade_from)
        entry = self.entry = buys + 1
        self.price = execution_prices(
            columns.open[entry], Side.BUY, terms.grid, terms.slippage_ticks
        )
        self.day_end = bars.day_end[days]
        self.due = _next(_signal_bars(bars, sells), entry) + 1
        self.overdue = time_stops(bars, entry, self.day_end, self.price, terms)
        flatten = np.maximum(bars.flattens(terms.timetable)[days], entry)
        sold = np.minimum(self.due, self.overdue)
        self.end = np.minimum(sold, np.minimum(flatten, self.day_end))
        self.stopped = Touches(np.less_equal, columns.low, entry, self.end)
        self.targeted = Touches(np.greater_equal, columns.high, entry, self.end)
        self.plans = np.zeros(len(buys), PLAN)
        self._fill_in(place, buys, bars.days[days], bool(terms.grid.bands))

    def _fill_in(self, place: int, buys: Bars, days: Bars, has_grid: bool) -> None:
        plans, bars, columns = self.plans, self.bars, self.bars.columns
        plans["symbol"], plans["day"] = place, days
        plans["signal"], plans["signal_time"] = buys, columns.start[buys]
        plans["entry"], plans["entry_time"] = self.entry, columns.start[self.entry]
        plans["close"], plans["entry_price"] = columns.close[buys], self.price
        plans["is_whole_close"] = bars.is_whole
        plans["is_whole_entry"] = bars.is_whole or has_grid


def entry_terms(terms: Terms) -> Hashable:
    """Return what of `terms` decides about entries: sets alike in this share them."""
    exits = terms.exits
    stops = exits.time_stop_min, exits.time_stop_gain_pct
    return terms.grid, terms.slippage_ticks, terms.timetable, stops


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
    days = _day_of(bars, buys)
    may_enter = buys + 1 < bars.day_end[days]  # a day's last bar gives no signal
    may_enter &= buys < bars.cutoffs(terms.timetable)[days]
    if trade_from is not None:
        may_enter &= bars.days[days] >= (trade_from - _EPOCH).days
    return buys[may_enter], days[may_enter]


def _next(index: Bars, begin: Bars) -> Bars:
    """Return the first of `index` at or after each `begin`; where there is none, a far one."""
    beyond = np.append(index, np.iinfo(np.int64).max - 1)
    return beyond[np.searchsorted(index, begin)]
