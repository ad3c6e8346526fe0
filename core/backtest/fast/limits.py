"""Daily limits without a look at each bar: only a day that might reach one is looked at closely.

While a position is held, each of its closes lies strictly between its stop and its target: a bar
that reached one of them would have sold it before its close counted. So between two fills the
equity lies strictly between the cash plus all positions at their stops and the cash plus all
positions at their targets. Where neither reaches a limit after any fill of a day, no close of that
day can. (A stop that rises only makes the room smaller.)
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.account import Account
from core.backtest.outcome import LimitHit
from core.domain.price import Price
from core.risk.daily_limits import DailyLimitOptions, reached

_ROOM = 1e-9  # of the day's start: far above what sums of floats are off, far below a won


class DayWatch:
    """Tells whether a day might have reached a limit.

    Attributes:
        start: The value that the day is measured from, won.
        is_doubtful: It might; only then is a closer look needed.
    """

    def __init__(self, options: DailyLimitOptions) -> None:
        self._options = options
        self.is_realized = options.daily_basis == "realized"
        self.is_doubtful = False
        self.start: Price = 0
        self._loss = self._gain = 0.0  # values at which the limits are
        self._low = self._high = 0.0  # of all positions, at their stops and at their targets

    def begin(self, account: Account) -> None:
        """Begin a day, with nothing held."""
        start = account.capital if self.is_realized else account.cash
        loss, gain = self._options.daily_max_loss_pct, self._options.daily_target_pct
        self.start, self.is_doubtful = start, False
        self._loss = start * (1 - loss / 100 + _ROOM) if loss else -math.inf
        self._gain = start * (1 + gain / 100 - _ROOM) if gain else math.inf
        self._low = self._high = 0.0

    def moved(self, account: Account, shares: int, stop: float, target: float) -> None:
        """Take note of a fill; `shares` are below 0 for sold ones."""
        self._low += shares * stop
        self._high += shares * target
        if self.is_realized:
            low = high = account.capital
        else:
            low, high = account.cash + self._low, account.cash + self._high
        if low <= self._loss or high >= self._gain:
            self.is_doubtful = True


def first_hit(
    day: date,
    start: Price,
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    options: DailyLimitOptions,
) -> LimitHit | None:
    """Return where `values`, one for each of `times`, first reach a limit.

    The same comparisons of the same doubles as `core.risk.daily_limits.reached`, which has the
    last word.
    """
    change_pct = (values - start) / start * 100
    is_hit = np.zeros(len(values), np.bool_)
    if options.daily_max_loss_pct:
        is_hit |= change_pct <= -options.daily_max_loss_pct
    if options.daily_target_pct:
        is_hit |= change_pct >= options.daily_target_pct
    if not is_hit.any():
        return None
    at = int(is_hit.argmax())
    limit = reached(start, float(values[at]), options)
    assert limit is not None, f"{values[at]} reaches no limit from {start}"
    return LimitHit(day, limit, int(times[at]))
