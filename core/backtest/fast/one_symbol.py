"""Leads the account through the plans of a single symbol: all at once, or one step per trade.

While it is held nothing else can happen, so a trade is booked from its order to its exit at once,
and the next plan is the first one whose signal comes at or after that exit. Each timestamp is a bar
of the symbol, so that no BUY ever waits when a daily limit is looked at.
"""

from __future__ import annotations

from core.backtest.fast.at_once import trade_at_once
from core.backtest.fast.books import Books
from core.backtest.fast.timeline import Timeline


def trade_one(line: Timeline, books: Books, first: int, end: int) -> None:
    """Trade the plans from row `first` to before `end`, whole days."""
    plan = trade_at_once(line, books, first, end)
    if plan < end:
        _step_by_step(line, books, plan, end)


def _step_by_step(line: Timeline, books: Books, plan: int, end: int) -> None:
    close, entry_price, exit_price = line.close, line.entry_price, line.exit_price
    following, order, buy, sell = line.following, books.order, books.buy, books.sell
    while plan < end:
        shares, _ = order(close[plan], books.cash)
        if not shares:
            books.denied += 1
            plan += 1
            continue
        books.ordered += 1
        held = buy(shares, entry_price[plan])
        if held is None:
            plan += 1
            continue
        sell(plan, held, exit_price[plan])
        plan = following[plan]
