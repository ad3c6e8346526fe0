"""Daily limits without a look at each bar: only days that might reach one are looked at closely.

While a position is held, each of its closes lies strictly between its stop and its target: a bar
that reached one of them would have sold it before its close counted. So between two fills the
equity lies between the cash plus all positions at their stops and the cash plus all positions at
their targets. Where neither reaches a limit after any fill of a day, no close of that day does. (A
stop that rises only makes the room smaller.) Where one does, the lowest and the highest close of
each position are the closer bounds.
"""

from __future__ import annotations

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


def first_hit(market: MarketData, flows: Flows, before: Mark, terms: Terms) -> LimitHit | None:
    """Return where the days of `flows`, traded as if there were no limits, first reach one.

    Args:
        before: The books before the first of the trades.
    """
    options = terms.limits
    if not (options.daily_target_pct or options.daily_max_loss_pct):
        return None
    begun, after = before.cash, flows.cash
    if options.daily_basis == "realized":
        begun, after = terms.start_capital + before.realized, terms.start_capital + flows.realized
    day = flows.trades["day"][flows.trade]
    first = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    start = np.concatenate(([begun], after))[first]  # nothing is held overnight
    edges = np.append(first, len(day))
    levels = flows.trades["stop"], flows.trades["target"]
    doubts = _doubts(flows, after, start, edges, levels, options)
    if doubts.any():
        doubts = _doubts(flows, after, start, edges, _closes(market, flows.trades), options)
    for at in np.flatnonzero(doubts).tolist():
        fills = slice(int(edges[at]), int(edges[at + 1]))
        hit = _hit(market, flows, fills, after[fills], float(start[at]), options)
        if hit is not None:
            return hit
    return None


def _closes(market: MarketData, trades: Plans) -> tuple[Values, Values]:
    """Return the lowest and the highest close of each position."""
    lowest, highest = np.empty(len(trades)), np.empty(len(trades))
    for place in np.unique(trades["symbol"]).tolist():
        own = np.flatnonzero(trades["symbol"] == place)
        close, entry = market.symbols[place].columns.close, trades["entry"][own]
        # One that is sold at the bar at which it was bought is held at no close.
        end = np.maximum(trades["exit"][own], entry + 1)
        lowest[own] = extremes(np.minimum, close, entry, end)
        highest[own] = extremes(np.maximum, close, entry, end)
    return lowest, highest


def _doubts(
    flows: Flows,
    after: Values,
    start: Values,
    edges: Ints,
    bounds: tuple[Values, Values],
    options: DailyLimitOptions,
) -> NDArray[np.bool_]:
    """Return for each day whether it might reach a limit.

    Args:
        start: Of each day: the value it is measured from.
        edges: Of the days' fills.
        bounds: Of each trade: between what prices it is held.
    """
    low = high = after
    if options.daily_basis == "equity":
        held = flows.sign * flows.shares[flows.trade]
        low, high = (after + np.cumsum(held * bound[flows.trade]) for bound in bounds)
    base = np.repeat(start, np.diff(edges))
    lowest = (low - base) / base * 100 - _ROOM_PCT
    highest = (high - base) / base * 100 + _ROOM_PCT
    may_reach = _reaches(lowest, options) | _reaches(highest, options)
    return np.logical_or.reduceat(may_reach, edges[:-1])


def _hit(
    market: MarketData,
    flows: Flows,
    fills: slice,
    after: Values,
    start: Price,
    options: DailyLimitOptions,
) -> LimitHit | None:
    """Return where the day of these fills first reaches a limit.

    Before the first and after the last of them the account stays as it is.
    """
    fill_time = flows.time[fills]
    first, last = np.searchsorted(market.times, fill_time[[0, -1]])
    times = market.times[first : last + 1]
    values = steps(np.searchsorted(times, fill_time), start, after, len(times))
    if options.daily_basis == "equity":
        trade = np.unique(flows.trade[fills])
        values += market_value(market, flows.trades[trade], flows.shares[trade], times)
    hits = np.flatnonzero(_reaches((values - start) / start * 100, options))
    if not len(hits):
        return None
    limit = reached(start, float(values[hits[0]]), options)
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
