"""Makes the outcome out of a finished merge: trades, counts and the equity curve."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import repeat
from typing import Any

import numpy as np

from core.backtest.fast.books import Books
from core.backtest.fast.closed import Closed
from core.backtest.fast.equity import market_value, steps
from core.backtest.fast.flows import Ints
from core.backtest.fast.merge import Merge
from core.backtest.fast.plans import REASONS, Plans, money
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, Outcome
from core.domain.portfolio import Trade


def outcome(market: MarketData, merge: Merge, terms: Terms) -> Outcome:
    """Return what came of the plans that `merge` has gone through."""
    books = merge.books
    closed, flows = books.closed(), merge.flows
    times = market.times
    curve = EquityCurve(
        times,
        steps(flows.rows(times), terms.start_capital, flows.cash, len(times)),
        market_value(market, flows.trades, flows.shares, times),
    )
    return Outcome(
        trades=_trades(market, flows.trades, closed),
        equity=curve,
        counts=_counts(market, flows.trades, books),
        limits=tuple(merge.hits),
        start_capital=terms.start_capital,
        cash=books.cash,
    )


def _counts(market: MarketData, trades: Plans, books: Books) -> Counts:
    sold = len(trades)
    return Counts(
        bars=market.bars,
        signals=books.ordered + int(np.count_nonzero(trades["is_signal"])),
        orders=books.ordered + sold,
        fills=2 * sold,
        denied=books.denied,
        canceled=books.canceled,
        refusals=books.refusals,
    )


def _trades(market: MarketData, trades: Plans, closed: Closed) -> tuple[Trade, ...]:
    names = market.names
    return made(
        symbol=[names[place] for place in trades["symbol"].tolist()],
        entry_time=_moments(market, trades["entry_time"]),
        entry_price=money(trades["entry_price"], trades["is_whole_entry"]),
        quantity=closed.shares.tolist(),
        exit_time=_moments(market, trades["exit_time"]),
        exit_price=money(trades["exit_price"], trades["is_whole_exit"]),
        exit_reason=[REASONS[code] for code in trades["reason"].tolist()],
        gross_pnl=closed.gross_pnl.tolist(),
        commission=closed.commission.tolist(),
        tax=closed.tax.tolist(),
    )


def _moments(market: MarketData, times: Ints) -> Iterator[datetime]:
    """Return what `MarketData.moment` says of each of `times`."""
    return map(datetime.fromtimestamp, times.tolist(), repeat(market.zone))


def made(**columns: Iterable[Any]) -> tuple[Trade, ...]:
    """Return trades out of whole columns, each a field.

    A frozen record sets field by field through a call; filling its slots column by column takes a
    third of the time, which in a sweep is most of the time of a run.
    """
    columns["symbol"] = symbols = list(columns["symbol"])
    trades = tuple(map(object.__new__, repeat(Trade, len(symbols))))
    for name, values in columns.items():
        deque(map(getattr(Trade, name).__set__, trades, values), maxlen=0)
    return trades
