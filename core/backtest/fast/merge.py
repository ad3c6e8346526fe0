"""Leads the account through the plans: one step per order, fill and exit, whatever lies between.

A bar on which nothing is bought or sold changes nothing but the equity curve, so it is never looked
at. While a symbol is held or has a BUY waiting, its other plans are passed over.
"""

from __future__ import annotations

import bisect
import sys
from heapq import heappop, heappush

import numpy as np

from core.backtest.fast.account import Account
from core.backtest.fast.costs import Share, Taxes
from core.backtest.fast.equity import cash_path, market_value_path
from core.backtest.fast.ledger import Closed, Exit, Ledger, Mark, traded
from core.backtest.fast.limits import DayWatch, first_hit
from core.backtest.fast.plans import SIGNAL, TIME, Plans
from core.backtest.fast.terms import Terms
from core.backtest.fast.timeline import Timeline
from core.backtest.market import MarketData
from core.backtest.outcome import LimitHit, Progress
from core.domain.order import Side
from core.simulation.costs import execution_price

_END = sys.maxsize  # a moment after all others
_PROGRESS_DAYS = 64


class Merge:
    """One run over plans that are in the order of their signals; one `run` each."""

    def __init__(self, market: MarketData, plans: Plans, terms: Terms) -> None:
        self._market, self._plans, self._terms = market, plans, terms
        self.line = Timeline.of(plans, len(market.symbols))
        self._taxes = Taxes(terms.costs)
        self._tax: Share = self._taxes.on(0)
        self._watch = DayWatch(terms.limits)
        self._next: list[tuple[int, int]] = []  # heap of (moment, plan): the fills to come
        self._instead: dict[int, Exit] = {}  # by plan
        self.account = Account(terms)
        self.ledger = Ledger()
        self.hits: list[LimitHit] = []

    def run(self, progress: Progress) -> None:
        """Trade every day; `progress` is told the share of them that is done."""
        days = self.line.days
        for number, (day, first, end) in enumerate(days):
            self._day(day, first, end)
            if number % _PROGRESS_DAYS == 0:
                progress(number / len(days))

    def _day(self, day: int, first: int, end: int) -> None:
        """Trade one day, which begins and ends with nothing held.

        If it reached a limit, trade it anew, only up to there.
        """
        mark = self.ledger.mark(self.account)
        self._tax = self._taxes.on(day)
        self._watch.begin(self.account)
        self._trade(first, end)
        hit = self._hit(day, mark) if self._watch.is_doubtful else None
        if hit is not None:
            self.hits.append(hit)
            self.ledger.back_to(mark, self.account)
            self._trade(first, end, hit.time)

    def _trade(self, first: int, end: int, limit_time: int | None = None) -> None:
        """Trade the plans of one day; at `limit_time` a daily limit ends it."""
        if limit_time is None:
            self._order(first, end)
        else:
            limits = self.line.limits(limit_time)
            self._order(first, bisect.bisect_left(self.line.signal, limits, first, end))
            self._fill_until(limits)
            self._close_down(limit_time)
        self._fill_until(_END)
        self._instead.clear()

    def _order(self, first: int, end: int) -> None:
        """Go through the BUY signals, and through the fills that come before each of them."""
        line, account, ledger, to_come = self.line, self.account, self.ledger, self._next
        signal, symbols, close, entry = line.signal, line.symbol, line.close, line.entry
        held, buying = account.held, account.buying
        for plan in range(first, end):
            if to_come and to_come[0][0] < signal[plan]:
                self._fill_until(signal[plan])
            symbol = symbols[plan]
            if symbol in held or symbol in buying:
                continue
            if account.order(symbol, close[plan]):
                ledger.ordered += 1
                heappush(to_come, (entry[plan], plan))
            else:
                ledger.denied += 1

    def _fill_until(self, moment: int) -> None:
        to_come, symbols, buying = self._next, self.line.symbol, self.account.buying
        while to_come and to_come[0][0] < moment:
            now, plan = heappop(to_come)
            if symbols[plan] in buying:
                self._buy(now, plan)
            else:
                self._sell(now, plan)

    def _buy(self, now: int, plan: int) -> None:
        line, account = self.line, self.account
        shares = account.buy(line.symbol[plan], line.entry_price[plan])
        if not shares:
            self.ledger.canceled += 1
            return
        self.ledger.note(now, account)
        self._watch.moved(account, shares, line.stop[plan], line.target[plan])
        heappush(self._next, (line.exit[plan], plan))

    def _sell(self, now: int, plan: int) -> None:
        line, account, instead = self.line, self.account, self._instead.get(plan)
        price = line.exit_price[plan] if instead is None else instead.price
        sale = account.sell(line.symbol[plan], price, self._tax)
        self.ledger.note(now, account)
        self.ledger.closed.append(Closed(plan, sale, instead))
        self._watch.moved(account, -sale.quantity, line.stop[plan], line.target[plan])

    # Daily limits

    def _hit(self, day: int, mark: Mark) -> LimitHit | None:
        """Return where the day that began at `mark` first reached a limit, as if none ended it.

        Before the first fill and after the last one the account stays as it was.
        """
        ledger, line, watch = self.ledger, self.line, self._watch
        fills = line.times(ledger.moment[mark.fills :])
        first, last = np.searchsorted(self._market.times, (fills[0], fills[-1]))
        times = self._market.times[first : last + 1]
        if watch.is_realized:
            values = cash_path(times, fills, ledger.capital[mark.fills :], watch.start)
        else:
            values = cash_path(times, fills, ledger.cash[mark.fills :], watch.start)
            trades, quantity = traded(self._plans, ledger.closed[mark.closed :])
            values += market_value_path(self._market, trades, quantity, times)
        return first_hit(self._market.day(day), watch.start, times, values, self._terms.limits)

    def _close_down(self, time: int) -> None:
        """Cancel what waits to be bought and sell what is held, each at its symbol's next bar."""
        to_come, self._next = sorted(self._next), []
        for _, plan in to_come:
            symbol = self.line.symbol[plan]
            if self.account.buying.pop(symbol, None):
                self.ledger.canceled += 1
            else:
                self._sell_at_next_bar(plan, time)

    def _sell_at_next_bar(self, plan: int, time: int) -> None:
        planned = self._plans[plan]
        place = int(planned["symbol"])
        bars, terms = self._market.symbols[place], self._terms
        start = bars.columns.start
        bar = int(np.searchsorted(start, time, side="right"))
        reference = bars.price(bars.columns.open[bar])
        price = execution_price(reference, Side.SELL, terms.grid, terms.slippage_ticks)
        self._instead[plan] = Exit(bar, int(start[bar]), price)
        # A SELL that waits since an earlier timestamp has been counted as a signal.
        has_sold = planned["reason"] in (SIGNAL, TIME) and start[planned["exit"] - 1] < time
        self.ledger.replaced += bool(has_sold)
        heappush(self._next, (self.line.fill(int(start[bar]), place), plan))
