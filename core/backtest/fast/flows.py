"""Finished trades as a table, and what their fills did to the money, in the order of the fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.closed import Closed
from core.backtest.fast.plans import Plans
from core.domain.price import Price

Ints = NDArray[np.int64]
Values = NDArray[np.float64]
Array = TypeVar("Array", Ints, Values)


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Trades in the order of their exits, and two fills of each in the order of the work.

    Attributes:
        plan: Of each trade: the row of its plan; `trades`: these rows.
        shares: Of each trade.
        trade: Of each fill: the row of its trade.
        sign: Of each fill: +1 for a buy, -1 for a sale.
        time: Of each fill, UTC epoch seconds.
        cash: After each fill, won; `realized`: the same.
    """

    plan: Ints
    trades: Plans
    shares: Ints
    trade: Ints
    sign: Ints
    time: Ints
    cash: Values
    realized: Values

    @classmethod
    def of(cls, plans: Plans, closed: Closed, before: Price) -> Self:
        """Return the flows of trades before which `before` won were realised."""
        trades = plans[closed.plan]
        times = _pairs(trades["entry_time"], trades["exit_time"])
        fill = _in_order(times, trades["symbol"])
        is_sale = fill % 2
        return cls(
            closed.plan,
            trades,
            closed.shares,
            fill // 2,
            1 - 2 * is_sale,
            times[fill],
            _pairs(closed.bought.astype(np.float64), closed.sold.astype(np.float64))[fill],
            np.append([before], closed.realized).astype(np.float64)[np.cumsum(is_sale)],
        )

    def rows(self, times: Ints) -> Ints:
        """Return the row of each fill in `times`, which hold every time that there is."""
        bars: Ints = _pairs(self.trades["entry"], self.trades["exit"])
        # Of a market of one symbol they are the rows already.
        if len(bars) and bars.max() < len(times) and np.array_equal(times[bars], self.time):
            return bars
        return np.searchsorted(times, self.time)


def _in_order(times: Ints, symbol: Ints) -> Ints:
    """Return the fills in the order of the work; those of a trade follow each other in `times`."""
    symbols = int(symbol.max(initial=0)) + 1
    keys = times * symbols + np.repeat(symbol, 2)
    if (keys[1:] >= keys[:-1]).all():  # a single symbol's
        return np.arange(len(keys))
    # A buy stands before its sale, which may be at the same bar: stable sorting leaves it so.
    return np.argsort(keys, kind="stable")


def _pairs(buy: Array, sale: Array) -> Array:
    pairs: Array = np.stack((buy, sale), axis=1).ravel()
    return pairs
