"""Makes the outcome out of a finished merge: trades, counts and the equity curve."""

from __future__ import annotations

import numpy as np

from core.backtest.fast.books import Books
from core.backtest.fast.equity import market_value, steps
from core.backtest.fast.late_trades import LateTrades
from core.backtest.fast.merge import Merge
from core.backtest.fast.plans import Plans
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, Outcome


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
        trades=LateTrades(market.names, market.zone, flows.trades, closed),
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
