"""Leads the account through the plans of many symbols: one step per order, fill and exit.

The plans come in the order of their signals; the few fills that are to come are kept in a heap.
"""

from __future__ import annotations

import sys
from heapq import heappop, heappush

from core.backtest.fast.books import Books, Held
from core.backtest.fast.timeline import Timeline
from core.domain.price import Price

_END = sys.maxsize  # a moment after all others


def trade_many(
    line: Timeline, books: Books, first: int, end: int, limits: int | None = None
) -> None:
    """Trade the plans from row `first` to before `end`, whole days.

    `limits` is the moment at which a daily limit ends the last day: the plans are those with a
    signal before it, and BUYs that still wait then are cancelled.
    """
    run = _Run(line, books)
    run.order(first, end)
    if limits is not None:
        run.fill_until(limits)
        run.cancel()
    run.fill_until(_END)


class _Run:
    """What is held and what waits, by the symbols' places in the configured order."""

    def __init__(self, line: Timeline, books: Books) -> None:
        self._line, self._books = line, books
        self._buying: dict[int, tuple[int, Price]] = {}  # shares and the cash they reserve
        self._held: dict[int, Held] = {}
        self._next: list[tuple[int, int]] = []  # heap of (moment, plan): the fills to come

    def order(self, first: int, end: int) -> None:
        """Go through the BUY signals, and through the fills that come before each of them."""
        line, books, to_come, held, buying = (
            self._line, self._books, self._next, self._held, self._buying
        )  # fmt: skip
        signal, symbols, most = line.signal, line.symbol, books.terms.max_positions
        for plan in range(first, end):
            if to_come and to_come[0][0] < signal[plan]:
                self.fill_until(signal[plan])
            symbol = symbols[plan]
            if symbol in held or symbol in buying:
                continue
            if len(held) + len(buying) < most and self._order(plan, symbol):
                books.ordered += 1
                heappush(to_come, (line.entry[plan], plan))
            else:
                books.denied += 1

    def _order(self, plan: int, symbol: int) -> bool:
        books, buying = self._books, self._buying
        available = books.cash
        if buying:
            available -= sum([reserve for _, reserve in buying.values()])
        shares, reserve = books.order(self._line.close[plan], available)
        if shares:
            buying[symbol] = shares, reserve
        return shares > 0

    def fill_until(self, moment: int) -> None:
        """Let every fill happen that comes before `moment`."""
        to_come, line, books, held = self._next, self._line, self._books, self._held
        while to_come and to_come[0][0] < moment:
            plan = heappop(to_come)[1]
            symbol = line.symbol[plan]
            if symbol in held:
                books.sell(plan, held.pop(symbol), line.exit_price[plan])
                continue
            bought = books.buy(self._buying.pop(symbol)[0], line.entry_price[plan])
            if bought is not None:
                held[symbol] = bought
                heappush(to_come, (line.exit[plan], plan))

    def cancel(self) -> None:
        """Cancel every BUY that waits."""
        symbols, buying = self._line.symbol, self._buying
        self._books.canceled += len(buying)
        self._next = sorted(fill for fill in self._next if symbols[fill[1]] not in buying)
        buying.clear()
