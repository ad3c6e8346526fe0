"""Finished trades as a table, and what their fills did to the money, in the order of the fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.books import Closed, Mark
from core.backtest.fast.plans import Plans
from core.domain.price import Price

Ints = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Trades in the order of their exits, and two fills of each in the order of the work.

    The sums go on from fill to fill as the books' own do, so that they are the same to the bit.

    Attributes:
        trades: The plans of the trades.
        shares: Of each trade.
        trade: Of each fill: the row of its trade.
        sign: Of each fill: +1 for a buy, -1 for a sale.
        time: Of each fill, UTC epoch seconds.
        cash: After each fill, won; `realized`: the same.
    """

    trades: Plans
    shares: Ints
    trade: Ints
    sign: Ints
    time: Ints
    cash: Values
    realized: Values

    @classmethod
    def of(cls, plans: Plans, closed: Sequence[Closed], before: Mark) -> Self:
        """Return the flows of trades that came right after `before`."""
        columns = zip(*closed, strict=True) if closed else [()] * 7
        plan, shares, *money = columns
        paid, taken, gross_pnl, commission, tax = np.array(money, np.float64)
        trades = plans[np.array(plan, np.int64)]
        times = _pairs(trades["entry_time"], trades["exit_time"])
        symbols = np.repeat(trades["symbol"], 2)
        # A buy stands before its sale, which may be at the same bar: lexsort leaves it there.
        fill = np.lexsort((symbols, times))
        cash = _pairs(-paid, -taken)[fill]
        realized = _pairs(np.zeros(len(tax)), gross_pnl - commission - tax)[fill]
        return cls(
            trades,
            np.array(shares, np.int64),
            fill // 2,
            1 - 2 * (fill % 2),
            times[fill],
            _sums(before.cash, cash),
            _sums(before.realized, realized),
        )


def _pairs(buy: NDArray[np.generic], sale: NDArray[np.generic]) -> NDArray[np.generic]:
    return np.stack((buy, sale), axis=1).ravel()


def _sums(before: Price, changes: Values) -> Values:
    """Return the value after each change; one addition after the other, never in pairs."""
    sums: Values = np.add.accumulate(np.concatenate(([before], changes)))[1:]
    return sums
