"""Makes the outcome out of a finished merge: trades, counts and the equity curve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.backtest.fast.equity import cash_path, market_value_path
from core.backtest.fast.ledger import Ledger, traded
from core.backtest.fast.merge import Merge
from core.backtest.fast.plans import EOD, LIMIT, REASONS, Plans, money
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, Outcome
from core.domain.portfolio import Trade


def outcome(market: MarketData, plans: Plans, terms: Terms, merge: Merge) -> Outcome:
    """Return what came of `plans`, which `merge` has gone through."""
    ledger, times = merge.ledger, market.times
    trades, quantity = traded(plans, ledger.closed)
    fills = merge.line.times(ledger.moment)
    curve = EquityCurve(
        times,
        cash_path(times, fills, ledger.cash, terms.start_capital),
        market_value_path(market, trades, quantity, times),
    )
    return Outcome(
        trades=tuple(_trades(market, trades, ledger)),
        equity=curve,
        counts=_counts(market, trades, ledger),
        limits=tuple(merge.hits),
        start_capital=terms.start_capital,
        cash=merge.account.cash,
    )


def _trades(market: MarketData, trades: Plans, ledger: Ledger) -> Iterator[Trade]:
    names, moment = market.names, market.moment
    sales = [closed.sale for closed in ledger.closed]
    return map(
        Trade,
        [names[place] for place in trades["symbol"].tolist()],
        map(moment, trades["entry_time"].tolist()),
        money(trades["entry_price"], trades["is_whole_entry"]),
        [sale.quantity for sale in sales],
        map(moment, trades["exit_time"].tolist()),
        money(trades["exit_price"], trades["is_whole_exit"]),
        [REASONS[code] for code in trades["reason"].tolist()],
        [sale.gross_pnl for sale in sales],
        [sale.commission for sale in sales],
        [sale.tax for sale in sales],
    )


def _counts(market: MarketData, trades: Plans, ledger: Ledger) -> Counts:
    sold = len(trades)
    silent = int(np.isin(trades["reason"], (EOD, LIMIT)).sum())  # orders without a signal
    return Counts(
        bars=market.bars,
        signals=ledger.ordered + sold - silent + ledger.replaced,
        orders=ledger.ordered + sold,
        fills=2 * sold,
        denied=ledger.denied,
        canceled=ledger.canceled,
    )
