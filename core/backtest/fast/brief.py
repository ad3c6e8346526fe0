"""What a sweep wants to know of a run: its figures, without trades or an equity curve.

They are those of `core.backtest.metrics.numbers`, to the last bit. Nothing is held overnight, so
the days' ends are known from the fills alone; of one symbol also the deepest fall, see `falls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from core.backtest.fast.closed import Closed
from core.backtest.fast.equity import market_value, steps
from core.backtest.fast.falls import falls_of_one
from core.backtest.fast.flows import Flows
from core.backtest.fast.merge import Merge
from core.backtest.fast.plans import Plans, money
from core.backtest.market import MarketData
from core.backtest.metrics import exposure_pct, falls, figures
from core.backtest.trade_columns import TradeColumns, Won, won
from core.backtest.trading_days import TradingDays, day_rows


@dataclass(frozen=True, slots=True, eq=False)
class Brief:
    """The fields of `Metrics` but `invested_pct` and `groups`, and the days they are of."""

    numbers: dict[str, Any]
    days: TradingDays


def brief(market: MarketData, merge: Merge, trade_from: date | None = None) -> Brief:
    """Return what came of the plans that `merge` has gone through."""
    closed, start = merge.books.closed(), merge.books.terms.start_capital
    flows = merge.flows
    days = _days(market, flows, start, trade_from)
    first = int(days.first[0]) if len(days) else 0
    if len(market.symbols) == 1:
        held, fallen = falls_of_one(market.symbols[0], flows, closed, start)
    else:
        held, fallen = _looked_up(market, flows, start, first)
    trades = _columns(flows.trades, closed)
    return Brief(
        {
            **figures(start, merge.books.cash, trades, days, fallen),
            "exposure_pct": exposure_pct(held, len(market.times) - first),
        },
        days,
    )


def _days(market: MarketData, flows: Flows, start: int, trade_from: date | None) -> TradingDays:
    number, first = day_rows(market, trade_from)
    fills = np.searchsorted(flows.time, market.times[first])
    done = np.append(fills[1:], len(flows.time))[: len(first)]
    cash = np.concatenate(([start], flows.cash))
    return TradingDays.of(number, first, start, cash[done])


def _looked_up(
    market: MarketData, flows: Flows, start: int, first: int
) -> tuple[int, dict[str, float]]:
    """Return at how many timestamps something was held, and the falls, from the whole path."""
    times = market.times
    value = market_value(market, flows.trades, flows.shares, times)[first:]
    equity = steps(flows.rows(times), start, flows.cash, len(times))[first:]
    equity += value
    return np.count_nonzero(value), falls(equity, start)


def _columns(trades: Plans, closed: Closed) -> TradeColumns:
    held_s = trades["exit_time"] - trades["entry_time"]
    turnover = _turnover(trades, closed)
    return TradeColumns(closed.gross_pnl, closed.commission, closed.tax, turnover, held_s / 60.0)


def _turnover(trades: Plans, closed: Closed) -> Won:
    if trades["is_whole_entry"].all() and trades["is_whole_exit"].all():
        prices = (trades["entry_price"] + trades["exit_price"]).astype(np.int64)
        both: Won = prices * closed.shares
        return both
    entry = money(trades["entry_price"], trades["is_whole_entry"])
    out = money(trades["exit_price"], trades["is_whole_exit"])
    rows = zip(entry, out, closed.shares.tolist(), strict=True)
    return won([(bought + sold) * shares for bought, sold, shares in rows])
