"""What a finished backtest amounts to in numbers: profit, risk, trades, costs.

empyrical and quantstats know most of them, but stand on scipy, which has no 32-bit Windows wheel
for our Python; so the formulas are here, with their sources, and tests hold them against hand
computations and the formulas of those packages. Percentages are percentages (2.0 is 2 %), money is
won, and what has no value (a ratio without a loss) is None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.breakdown import Breakdown, breakdown
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from core.backtest.trade_columns import TradeColumns, runs
from core.backtest.trading_days import DayResult, TradingDays, trading_days
from core.domain.price import Price

_DAYS_A_YEAR = 252


@dataclass(frozen=True, slots=True)
class Metrics:
    """The verdict of one run.

    A win is a trade with `net_pnl` > 0, a loss one with `net_pnl` < 0; profits and losses are net.

    Attributes:
        return_pct: Net P&L of the start capital.
        turnover: Value bought and sold.
        costs_share_pct: Commission and tax of the gross profit; None without one.
        max_drawdown_pct: As live: deepest fall of equity from an earlier high, of that high, at the
            closes of every timestamp, the start capital included.
        max_drawdown: The deepest fall in won; may be another fall than that of the percentage.
        sharpe: Of daily returns, 252 days a year, no risk-free rate; None below two days or if all
            are equal.
        sortino: As `sharpe`, over the downside deviation; None without a losing day.
        profit_factor: Profits over losses.
        expectancy: Net P&L of an average trade.
        average_loss: Below 0.
        payoff: Average win over average loss, both above 0.
        exposure_pct: Share of the timestamps after whose work a position was open.
        invested_pct: Market value of equity, averaged over all timestamps.
        longest_losing_streak: Losing trades in a row, in the order of the exits.
        longest_losing_streak_pnl: What that streak took; below 0.
        under_water_pct: Share of days that ended below an earlier day's end.
        longest_under_water_days: Most days in a row of that kind.
    """

    start_capital: Price
    final_equity: float
    net_pnl: Price
    return_pct: float
    gross_pnl: Price
    commission: Price
    tax: Price
    turnover: Price
    costs_share_pct: float | None
    max_drawdown_pct: float
    max_drawdown: float
    sharpe: float | None
    sortino: float | None
    days: int
    trades: int
    wins: int
    losses: int
    win_rate_pct: float | None
    profit_factor: float | None
    expectancy: float | None
    average_win: float | None
    average_loss: float | None
    payoff: float | None
    best_trade: Price | None
    worst_trade: Price | None
    trades_per_day: float | None
    average_hold_min: float | None
    exposure_pct: float
    invested_pct: float
    longest_losing_streak: int
    longest_losing_streak_pnl: Price
    best_day: DayResult | None
    worst_day: DayResult | None
    under_water_pct: float
    longest_under_water_days: int
    groups: Breakdown

    @property
    def costs(self) -> Price:
        return self.commission + self.tax

    def as_json(self) -> dict[str, Any]:
        """Return it in kinds of values that JSON has."""
        plain = asdict(self)
        del plain["groups"]
        for name in ("best_day", "worst_day"):
            plain[name] = plain[name] and {**plain[name], "day": plain[name]["day"].isoformat()}
        return {**plain, "costs": self.costs, "by": self.groups.as_json()}


def measure(outcome: Outcome, market: MarketData, trade_from: date | None = None) -> Metrics:
    """Measure a run; days before `trade_from`, which only warmed indicators up, don't count."""
    days = trading_days(outcome, market, trade_from)
    return Metrics(**numbers(outcome, days), groups=breakdown(outcome.trades, days))


def numbers(outcome: Outcome, days: TradingDays) -> dict[str, Any]:
    """Return every field of `Metrics` but `groups`, which take as long as all others together."""
    first = int(days.first[0]) if len(days) else 0
    equity = outcome.equity.equity[first:]
    value = outcome.equity.market_value[first:]
    held = np.count_nonzero(value)
    start = outcome.start_capital
    trades = TradeColumns.of(outcome.trades)
    invested_pct = float(np.mean(value / equity)) * 100 if len(value) else 0.0
    return {
        **figures(start, outcome.cash, trades, days, falls(equity, start)),
        "exposure_pct": exposure_pct(held, len(value)),
        "invested_pct": invested_pct,
    }


def figures(
    start: Price, cash: Price, trades: TradeColumns, days: TradingDays, fallen: Mapping[str, float]
) -> dict[str, Any]:
    """Return the fields of `Metrics` that can be told without the path of the account.

    Args:
        start: Capital, won; `cash`: at the end.
        fallen: What `falls` gives.
    """
    return {
        "start_capital": start,
        "final_equity": float(cash),  # nothing is held any more
        "net_pnl": cash - start,
        "return_pct": (cash - start) / start * 100,
        **trades.money(),
        **fallen,
        **_daily(days),
        **trades.verdict(len(days)),
    }


def exposure_pct(held: int, timestamps: int) -> float:
    """Return the share of `timestamps` at which something was held after the work."""
    return float(held) / timestamps * 100 if timestamps else 0.0


def max_drawdown_pct(equity: NDArray[np.float64], start: Price) -> float:
    """Return the deepest fall from an earlier high, `start` included, in percent of that high.

    Args:
        equity: Won, oldest first, all > 0; may be empty.

    Source: as `core.engine.counts.Drawdown`; M. Magdon-Ismail and A. Atiya, "Maximum Drawdown",
    Risk, October 2004.
    """
    high = np.maximum(np.maximum.accumulate(equity), start)
    return float(np.max((high - equity) / high, initial=0.0)) * 100


def sharpe(returns: NDArray[np.float64]) -> float | None:
    """Return the yearly Sharpe ratio of daily returns (fractions), shape (days,).

    Source: W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management, 1994, against cash;
    times the root of 252, with the sample standard deviation (strategy.md, section 6).
    """
    if len(returns) < 2 or not np.ptp(returns):
        return None
    return _a_year(returns, float(returns.std(ddof=1)))


def sortino(returns: NDArray[np.float64]) -> float | None:
    """Return the yearly Sortino ratio of daily returns (fractions) against a target of 0.

    Source: F. Sortino and L. Price, "Performance Measurement in a Downside Risk Framework", Journal
    of Investing, 1994: the root mean square of the losing days, all days counted.
    """
    below = np.minimum(returns, 0.0)
    return _a_year(returns, float(np.sqrt(np.mean(below**2)))) if len(returns) else None


def _a_year(returns: NDArray[np.float64], risk: float) -> float | None:
    return float(returns.mean()) / risk * math.sqrt(_DAYS_A_YEAR) if risk else None


def falls(equity: NDArray[np.float64], start: Price) -> dict[str, float]:
    """Return the deepest falls from an earlier high, in percent of it and in won."""
    high = np.maximum(np.maximum.accumulate(equity), start)
    fall = high - equity
    return {
        "max_drawdown_pct": float(np.max(fall / high, initial=0.0)) * 100,  # as the function does
        "max_drawdown": float(np.max(fall, initial=0.0)),
    }


def _daily(days: TradingDays) -> dict[str, Any]:
    returns, pnl = days.returns, days.after - days.before
    high = np.maximum.accumulate(np.concatenate((days.before[:1], days.after)))[1:]
    is_below = days.after < high
    return {
        "sharpe": sharpe(returns),
        "sortino": sortino(returns),
        "days": len(days),
        "best_day": days.result(int(np.argmax(pnl))) if len(days) else None,
        "worst_day": days.result(int(np.argmin(pnl))) if len(days) else None,
        "under_water_pct": float(is_below.mean()) * 100 if len(days) else 0.0,
        "longest_under_water_days": int(np.max(np.diff(runs(is_below)), initial=0)),
    }
