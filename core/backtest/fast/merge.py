"""Leads the account through the plans: one step per event, whatever lies between.

A bar on which nothing is bought or sold changes nothing but the equity curve, so it is never looked
at. While a symbol is held or has a BUY waiting, its other plans are passed over.

Daily limits are looked for afterwards, in stretches of days: as nothing is held overnight, what
follows a day depends on it by the money alone. If a day reached a limit, its stretch is traded
anew up to that moment, and the rest comes after it.
"""

from __future__ import annotations

import bisect
from datetime import date

import numpy as np

from core.backtest.fast.books import Books
from core.backtest.fast.costs import taxes_of
from core.backtest.fast.flows import Flows
from core.backtest.fast.limits import DayLimits
from core.backtest.fast.many_symbols import trade_many
from core.backtest.fast.one_symbol import trade_one
from core.backtest.fast.plans import Plans
from core.backtest.fast.terms import Terms
from core.backtest.fast.timeline import Timeline
from core.backtest.market import MarketData
from core.backtest.outcome import LimitHit, Progress

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_STRETCH, _LONGEST_STRETCH = 4096, 16384  # days with plans; doubled while no limit is reached


class Merge:
    """One run over plans that are in the order of their signals."""

    def __init__(self, market: MarketData, plans: Plans, terms: Terms) -> None:
        self._market, self._terms = market, terms
        self.plans = plans  # a daily limit changes exits in it
        self.books = Books(terms)
        self.hits: list[LimitHit] = []
        self._flows: Flows | None = None  # of all trades, where they were needed for limits
        self._limits = DayLimits(market, plans, terms)
        self._line = Timeline(plans, len(market.symbols))
        days, first = np.unique(plans["day"], return_index=True)
        self._days: list[int] = days.tolist()
        self._edges: list[int] = [*first.tolist(), len(plans)]  # plans of day n: edge n to n + 1

    @property
    def flows(self) -> Flows:
        """All trades, and what their fills did to the money."""
        closed = self.books.closed()
        if self._flows is None or len(self._flows.plan) != len(closed.plan):
            self._flows = Flows.of(self.plans, closed, 0)
        return self._flows

    def run(self, progress: Progress) -> None:
        """Trade every day; `progress` is told the share of them that is done."""
        for rate, first, end in taxes_of(self._terms.costs, np.array(self._days)):
            self.books.tax_by(rate)
            at, stretch = first, _FIRST_STRETCH
            while at < end:
                until = min(at + stretch, end)
                done = self._trade(at, until)
                # A limit may come as soon again; without one longer stretches cost less.
                stretch = done - at if done < until else min(2 * stretch, _LONGEST_STRETCH)
                at = done
                progress(at / len(self._days))

    def _trade(self, at: int, until: int) -> int:
        """Trade a stretch of days up to the first one that reaches a limit; return the next day."""
        books, first, mark = self.books, self._edges[at], self.books.mark()
        self._lead(first, self._edges[until], None)
        closed = books.closed(mark)
        if not len(closed.plan) or self._limits.is_off:
            return until
        flows = Flows.of(self.plans, closed, mark.realized)
        hit = self._limits.first_hit(flows, mark)
        if hit is None:
            self._flows = None if mark.closed else flows
            return until
        self.hits.append(hit)
        books.back_to(mark)
        day = bisect.bisect_left(self._days, hit.day.toordinal() - _EPOCH)
        end, limits = self._ended(day, hit.time)
        self._lead(first, end, limits)
        return day + 1

    def _ended(self, day: int, time: int) -> tuple[int, int]:
        """End a day at `time`; return the plan after its last one, and the moment of the limit."""
        first, end = self._edges[day], self._edges[day + 1]
        limits = self._line.limits(time)
        self._line.end_day(self._market, self._terms, first, end, time)
        return bisect.bisect_left(self._line.signal, limits, first, end), limits

    def _lead(self, first: int, end: int, limits: int | None) -> None:
        if self._line.symbols == 1:
            trade_one(self._line, self.books, first, end)
        else:
            trade_many(self._line, self.books, first, end, limits)
