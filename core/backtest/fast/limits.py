"""Daily limits without a look at each bar: only days that might reach one are looked at closely.

While a position is held, each of its closes lies strictly between its stop and its target: a bar
that reached one of them would have sold it before its close counted. So between two fills the
equity lies strictly between the cash plus all positions at their stops and the cash plus all
positions at their targets. Where neither reaches a limit after any fill, no close can. (A stop that
rises only makes the room smaller.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.books import Mark
from core.backtest.fast.equity import market_value, steps
from core.backtest.fast.flows import Flows, Values
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import LimitHit
from core.risk.daily_limits import DailyLimitOptions, reached

_ROOM_PCT = 1e-7  # far above what sums of floats are off; too much costs a closer look only


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """The days with fills: the row of each one's first fill, and the value it is measured from."""

    first: NDArray[np.int64]
    start: Values


def first_hit(market: MarketData, flows: Flows, before: Mark, terms: Terms) -> LimitHit | None:
    """Return where the days of `flows`, traded as if there were no limits, first reach one.

    Args:
        before: The books before the first of the trades.
    """
    options = terms.limits
    if not (options.daily_target_pct or options.daily_max_loss_pct):
        return None
    is_realized = options.daily_basis == "realized"
    begun, after = before.cash, flows.cash
    if is_realized:
        begun, after = terms.start_capital + before.realized, terms.start_capital + flows.realized
    day = flows.trades["day"][flows.trade]
    first = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    days = _Days(first, np.concatenate(([begun], after))[first])
    if not _may_be_hit(flows, after, days, is_realized, options):
        return None
    edges = np.searchsorted(market.times, flows.time[[0, -1]])
    times = market.times[edges[0] : edges[1] + 1]
    values = steps(times, flows.time, after, begun)
    if not is_realized:
        values += market_value(market, flows, times)
    # After its last fill a day stays as it is, so what follows may count as a part of it.
    rows = np.searchsorted(times, flows.time[first])
    start = np.repeat(days.start, np.diff(rows, append=len(times)))
    hits = np.flatnonzero(_reaches((values - start) / start * 100, options))
    if not len(hits):
        return None
    at = int(hits[0])
    number = int(day[first[np.searchsorted(rows, at, side="right") - 1]])
    limit = reached(float(start[at]), float(values[at]), options)
    assert limit is not None, f"{values[at]} reaches no limit from {start[at]}"
    return LimitHit(market.day(number), limit, int(times[at]))


def _may_be_hit(
    flows: Flows, after: Values, days: _Days, is_realized: bool, options: DailyLimitOptions
) -> bool:
    start = np.repeat(days.start, np.diff(days.first, append=len(after)))
    low = high = after
    if not is_realized:
        held, plan = flows.sign * flows.shares[flows.trade], flows.trades[flows.trade]
        low, high = (after + np.cumsum(held * plan[level]) for level in ("stop", "target"))
    changes = ((value - start) / start * 100 for value in (low, high))
    lowest, highest = next(changes) - _ROOM_PCT, next(changes) + _ROOM_PCT
    return bool((_reaches(lowest, options) | _reaches(highest, options)).any())


def _reaches(change_pct: Values, options: DailyLimitOptions) -> NDArray[np.bool_]:
    """`core.risk.daily_limits.reached` of many values: the same comparisons of doubles."""
    is_hit = np.zeros(len(change_pct), np.bool_)
    if options.daily_max_loss_pct:
        is_hit |= change_pct <= -options.daily_max_loss_pct
    if options.daily_target_pct:
        is_hit |= change_pct >= options.daily_target_pct
    return is_hit
