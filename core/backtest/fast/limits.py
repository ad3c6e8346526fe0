"""Daily limits without a look at each bar: only days that might reach one are looked at closely.

While a position is held, each of its closes lies strictly between its stop and its target: a bar
that reached one of them would have sold it before its close counted. So between two fills the
equity lies between the cash plus all positions at their stops and the cash plus all positions at
their targets. Where neither reaches a limit after any fill of a day, no close of that day does. (A
stop that rises only makes the room smaller.) Where one does, the lowest and the highest close of
each position are the closer bounds.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.books import Mark
from core.backtest.fast.equity import market_value, steps
from core.backtest.fast.first import extremes
from core.backtest.fast.flows import Flows, Ints, Values
from core.backtest.fast.plans import Plans
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import LimitHit
from core.domain.price import Price
from core.risk.daily_limits import DailyLimitOptions, reached

_ROOM_PCT = 1e-7  # far above what sums of floats are off; too much costs a closer look only


class DayLimits:
    """Looks for the limits of a run over `plans`."""

    def __init__(self, market: MarketData, plans: Plans, terms: Terms) -> None:
        self._market, self._plans = market, plans
        self._start_capital, self._options = terms.start_capital, terms.limits
        self.is_off = not (terms.limits.daily_target_pct or terms.limits.daily_max_loss_pct)
        self._is_realized = terms.limits.daily_basis == "realized"

    def first_hit(self, flows: Flows, before: Mark) -> LimitHit | None:
        """Return where the days of `flows`, traded as if there were no limits, first reach one.

        Args:
            before: The books before the first of the trades.
        """
        begun, after = before.cash, flows.cash
        if self._is_realized:
            capital = self._start_capital
            begun, after = capital + before.realized, capital + flows.realized
        day = flows.trades["day"][flows.trade]
        first = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
        start = np.concatenate(([begun], after))[first]  # nothing is held overnight
        edges = np.append(first, len(day))
        for at in self._doubts(flows, after, start, edges):
            fills = slice(edges[at], edges[at + 1])
            hit = self._hit(flows, fills, after[fills], float(start[at]))
            if hit is not None:
                return hit
        return None

    def _doubts(self, flows: Flows, after: Values, start: Values, edges: Ints) -> list[int]:
        """Return the days that might reach a limit.

        Args:
            start: Of each day: the value it is measured from.
            edges: Of the days' fills.
        """
        levels = flows.trades["stop"], flows.trades["target"]
        found = self._beyond(flows, after, start, edges, levels)
        if len(found) and not self._is_realized:
            lowest, highest = self._closes
            closes = lowest[flows.plan], highest[flows.plan]
            found = self._beyond(flows, after, start, edges, closes)
        days: list[int] = found.tolist()
        return days

    def _beyond(
        self, flows: Flows, after: Values, start: Values, edges: Ints, held: tuple[Values, Values]
    ) -> Ints:
        """Return the days on which a value may reach a limit if trades are `held` between these."""
        low = high = after
        if not self._is_realized:
            shares = flows.sign * flows.shares[flows.trade]
            low, high = (after + np.cumsum(shares * price[flows.trade]) for price in held)
        base = np.repeat(start, np.diff(edges))
        lowest = (low - base) / base * 100 - _ROOM_PCT
        highest = (high - base) / base * 100 + _ROOM_PCT
        may_reach = _reaches(lowest, self._options) | _reaches(highest, self._options)
        return np.flatnonzero(np.logical_or.reduceat(may_reach, edges[:-1]))

    @cached_property
    def _closes(self) -> tuple[Values, Values]:
        """The lowest and the highest close at which each plan would be held."""
        plans = self._plans
        lowest, highest = np.empty(len(plans)), np.empty(len(plans))
        for place, bars in enumerate(self._market.symbols):
            own = np.flatnonzero(plans["symbol"] == place)
            entry = plans["entry"][own]
            # One that is sold at the bar at which it was bought is held at no close.
            end = np.maximum(plans["exit"][own], entry + 1)
            lowest[own] = extremes(np.minimum, bars.columns.close, entry, end)
            highest[own] = extremes(np.maximum, bars.columns.close, entry, end)
        return lowest, highest

    def _hit(self, flows: Flows, fills: slice, after: Values, start: Price) -> LimitHit | None:
        """Return where the day of these fills first reaches a limit.

        Before the first and after the last of them the account stays as it is.
        """
        market, fill_time = self._market, flows.time[fills]
        first, last = np.searchsorted(market.times, fill_time[[0, -1]])
        times = market.times[first : last + 1]
        values = steps(np.searchsorted(times, fill_time), start, after, len(times))
        if not self._is_realized:
            trade = np.unique(flows.trade[fills])
            values += market_value(market, flows.trades[trade], flows.shares[trade], times)
        hits = np.flatnonzero(_reaches((values - start) / start * 100, self._options))
        if not len(hits):
            return None
        limit = reached(start, float(values[hits[0]]), self._options)
        assert limit is not None, f"{values[hits[0]]} reaches no limit from {start}"
        day = int(flows.trades["day"][flows.trade[fills.start]])
        return LimitHit(market.day(day), limit, int(times[hits[0]]))


def _reaches(change_pct: Values, options: DailyLimitOptions) -> NDArray[np.bool_]:
    """`core.risk.daily_limits.reached` of many values: the same comparisons of doubles."""
    is_hit = np.zeros(len(change_pct), np.bool_)
    if options.daily_max_loss_pct:
        is_hit |= change_pct <= -options.daily_max_loss_pct
    if options.daily_target_pct:
        is_hit |= change_pct >= options.daily_target_pct
    return is_hit
