"""All symbols' plans as columns, with a moment for everything that may happen."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.plans import LIMIT, SIGNAL, TIME, Plans, money
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.domain.order import Side
from core.domain.price import Price
from core.simulation.costs import execution_price

Ints = NDArray[np.int64]


class WholePrices(NamedTuple):
    """Prices of plans in whole won."""

    close: Ints
    entry: Ints
    exit: Ints

    def at(self, plans: Ints) -> Self:
        return self._replace(
            close=self.close[plans], entry=self.entry[plans], exit=self.exit[plans]
        )


class Timeline:
    """Plans in the order of their signals; a plan is known by its row.

    A moment is a number whose order is that of the work (strategy.md, section 5): at one timestamp
    first every symbol's fills and exits, then the daily limits, then every symbol's signals; the
    symbols in the configured order.

    Lists of Python numbers are made when a plan is first led through step by step.

    Attributes:
        symbols: How many there are.
    """

    def __init__(self, plans: Plans, symbols: int) -> None:
        self.plans, self.symbols = plans, symbols

    @cached_property
    def symbol(self) -> list[int]:
        places: list[int] = self.plans["symbol"].tolist()
        return places

    @cached_property
    def signal(self) -> list[int]:
        """Moments of the signals; `entry`, `exit`: of the fills."""
        return self._moments("signal_time", self.symbols)

    @cached_property
    def entry(self) -> list[int]:
        return self._moments("entry_time", 0)

    @cached_property
    def exit(self) -> list[int]:
        return self._moments("exit_time", 0)

    @cached_property
    def following(self) -> list[int]:
        """The first plan whose signal comes at or after the exit, of any symbol."""
        plans = self.plans
        found = np.searchsorted(plans["signal_time"].copy(), plans["exit_time"].copy())
        following: list[int] = found.tolist()
        return following

    @cached_property
    def close(self) -> list[Price]:
        return self._prices("close")

    @cached_property
    def entry_price(self) -> list[Price]:
        return self._prices("entry_price")

    @cached_property
    def exit_price(self) -> list[Price]:
        return self._prices("exit_price")

    @cached_property
    def whole(self) -> WholePrices | None:
        """All prices, where each is in whole won."""
        plans = self.plans
        if not all(plans[f"is_whole_{name}"].all() for name in ("close", "entry", "exit")):
            return None
        names = ("close", "entry_price", "exit_price")
        return WholePrices(*(plans[name].astype(np.int64) for name in names))

    def chain(self, first: int, end: int) -> Ints:
        """Return the plans from `first` to before `end` that follow each other."""
        following, found, plan = self.following, list[int](), first
        add = found.append
        while plan < end:
            add(plan)
            plan = following[plan]
        return np.array(found, np.int64)

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
            self._sell(first + row, int(start[bar]), place, price)

    def _sell(self, plan: int, time: int, place: int, price: Price) -> None:
        """Put another exit where the columns have been made already."""
        made = self.__dict__
        if "exit" in made:
            self.exit[plan] = time * 2 * self.symbols + place
        if "exit_price" in made:
            self.exit_price[plan] = price
        if made.get("whole") is not None:
            assert isinstance(price, int), f"{price} among whole prices"
            made["whole"].exit[plan] = price

    def _moments(self, name: str, after: int) -> list[int]:
        symbols, plans = self.symbols, self.plans
        moments: list[int] = (plans[name] * (2 * symbols) + after + plans["symbol"]).tolist()
        return moments

    def _prices(self, name: str) -> list[Price]:
        whole = name.removesuffix("_price")
        return money(self.plans[name], self.plans[f"is_whole_{whole}"])
