"""All symbols' plans as columns of Python numbers, with a moment for everything that may happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from core.backtest.fast.plans import LIMIT, SIGNAL, TIME, Plans, money
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.domain.order import Side
from core.domain.price import Price
from core.simulation.costs import execution_price


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Plans in the order of their signals; a plan is known by its row.

    A moment is a number whose order is that of the work (strategy.md, section 5): at one timestamp
    first every symbol's fills and exits, then the daily limits, then every symbol's signals; the
    symbols in the configured order.

    Attributes:
        symbols: How many there are.
        following: The first plan whose signal comes at or after the exit, of any symbol.
    """

    plans: Plans
    symbols: int
    symbol: list[int]
    signal: list[int]  # moments
    entry: list[int]
    exit: list[int]
    following: list[int]
    close: list[Price]
    entry_price: list[Price]
    exit_price: list[Price]

    @classmethod
    def of(cls, plans: Plans, symbols: int) -> Self:
        """Lay out plans that are in the order of their signals."""
        step, symbol = 2 * symbols, plans["symbol"]
        return cls(
            plans,
            symbols,
            symbol.tolist(),
            (plans["signal_time"] * step + symbols + symbol).tolist(),
            (plans["entry_time"] * step + symbol).tolist(),
            (plans["exit_time"] * step + symbol).tolist(),
            np.searchsorted(plans["signal_time"].copy(), plans["exit_time"].copy()).tolist(),
            money(plans["close"], plans["is_whole_close"]),
            money(plans["entry_price"], plans["is_whole_entry"]),
            money(plans["exit_price"], plans["is_whole_exit"]),
        )

    def limits(self, time: int) -> int:
        """Return the moment at which the daily limits of the timestamp `time` are looked at."""
        return (time * 2 + 1) * self.symbols

    def end_day(self, market: MarketData, terms: Terms, first: int, end: int, time: int) -> None:
        """Let a daily limit that is reached at `time` sell whatever is held then.

        Each symbol's next bar sells at its open: whichever of the day's plans (rows `first` to
        before `end`) are held at `time`, this is their exit now.
        """
        day = self.plans[first:end]
        for row in np.flatnonzero((day["entry_time"] <= time) & (time < day["exit_time"])).tolist():
            plan = day[row]
            place = int(plan["symbol"])
            bars = market.symbols[place]
            start = bars.columns.start
            bar = int(np.searchsorted(start, time, side="right"))
            opens = bars.price(bars.columns.open[bar])
            price = execution_price(opens, Side.SELL, terms.grid, terms.slippage_ticks)
            # A SELL that waits since an earlier timestamp has been sent as a signal's.
            is_sent = plan["reason"] in (SIGNAL, TIME) and start[plan["exit"] - 1] < time
            plan["exit"], plan["exit_time"], plan["exit_price"] = bar, start[bar], price
            plan["reason"], plan["is_signal"] = LIMIT, is_sent
            plan["is_whole_exit"] = isinstance(price, int)
            self.exit_price[first + row] = price
            self.exit[first + row] = int(start[bar]) * 2 * self.symbols + place
