"""The account by trading day: what it was worth at the end of each, and what each brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from core.domain.price import Price

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayResult:
    """What one trading day brought, open positions at their last prices; `pnl` in won."""

    day: date  # of the exchange
    pnl: float
    return_pct: float  # of the equity at the end of the day before


@dataclass(frozen=True, slots=True, eq=False)
class TradingDays:
    """Oldest first, all of shape (days,).

    Attributes:
        number: The exchange's date as days since 1970-01-01.
        first: Row of each day's first timestamp in the equity curve.
        before: Equity at the end of the day before, of the first day the start capital; won.
        after: Equity at the end of the day, won.
    """

    number: NDArray[np.int64]
    first: NDArray[np.int64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        number: NDArray[np.int64],
        first: NDArray[np.int64],
        start_capital: Price,
        after: NDArray[np.float64],
    ) -> Self:
        before = np.concatenate(([start_capital], after[:-1]))[: len(after)]
        return cls(number, first, before, after)

    def __len__(self) -> int:
        return len(self.number)

    @property
    def returns(self) -> NDArray[np.float64]:
        """Return of each day as a fraction."""
        fractions: NDArray[np.float64] = self.after / self.before - 1
        return fractions

    def date(self, at: int) -> date:
        return _EPOCH + timedelta(days=int(self.number[at]))

    def result(self, at: int) -> DayResult:
        before, after = float(self.before[at]), float(self.after[at])
        return DayResult(self.date(at), after - before, (after / before - 1) * 100)


def trading_days(
    outcome: Outcome, market: MarketData, trade_from: date | None = None
) -> TradingDays:
    """Return the days that have a bar of any symbol, those before `trade_from` left out."""
    number, first = day_rows(market, trade_from)
    equity = outcome.equity
    last = np.append(first[1:], len(equity.time))[: len(first)] - 1
    return TradingDays.of(
        number, first, outcome.start_capital, equity.cash[last] + equity.market_value[last]
    )


def day_rows(
    market: MarketData, trade_from: date | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the days as `trading_days` does, and the row of each one's first timestamp."""
    number, rows = market.days[0], market.day_rows
    if trade_from is None:
        return number, rows
    kept = number >= (trade_from - _EPOCH).days
    return number[kept], rows[kept]
