"""What a backtest gives back, whichever engine ran it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.domain.portfolio import Trade
from core.domain.price import Price
from core.risk.daily_limits import DailyLimit

Progress = Callable[[float], None]
"""Told now and then how much is done, 0 to 1; may raise to break the run off."""


def silent(_: float) -> None:
    """Take no note of progress."""


@dataclass(frozen=True, slots=True, eq=False)
class EquityCurve:
    """The account after each timestamp's work; oldest first, all of shape (timestamps,).

    Attributes:
        time: Start of the bars, UTC epoch seconds, each once.
        cash: Won.
        market_value: Open positions at their symbols' last closes, won, added up in the configured
            order of symbols; `cash + market_value` is the equity.
    """

    time: NDArray[np.int64]
    cash: NDArray[np.float64]
    market_value: NDArray[np.float64]

    @property
    def equity(self) -> NDArray[np.float64]:
        total: NDArray[np.float64] = self.cash + self.market_value
        return total


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A day that a daily limit ended."""

    day: date
    limit: DailyLimit
    time: int  # UTC epoch seconds of the timestamp at whose closes it was reached


@dataclass(frozen=True, slots=True)
class Refusals:
    """BUY signals that a check refused, each by the first of these that did, in this order.

    A BUY that nothing may be bought by (cut-off, daily limit, days before the first) is no order at
    all in a backtest, so that it is not refused either.
    """

    max_positions: int = 0
    order_size: int = 0  # the position's share of the capital buys not one share
    cash: int = 0
    position_value: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened, in numbers."""

    bars: int = 0  # of all symbols
    signals: int = 0  # BUY that became an order, SELL, SELL_SL, SELL_TP, SELL_TIME
    orders: int = 0  # sent: every BUY that passed the checks, and one for each sale
    fills: int = 0
    denied: int = 0  # BUY that a check refused: the sum of `refusals`
    canceled: int = 0  # BUY whose cash sufficed for no share, or that a daily limit cancelled
    refusals: Refusals = Refusals()


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Trades ordered by exit time, then by the configured order of symbols; money in won."""

    trades: Sequence[Trade]  # of the fast engine made when looked at first
    equity: EquityCurve
    counts: Counts
    limits: tuple[LimitHit, ...]
    start_capital: Price
    cash: Price  # at the end, when nothing is held any more

    @property
    def net_pnl(self) -> Price:
        return self.cash - self.start_capital
