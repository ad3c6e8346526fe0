"""Where the close breaks out of the Bollinger bands: screened first, decided exactly after.

With n closes that sum to S and their squares to Q, the close c lies beyond a band where
(n c - S)^2 > k^2 (n Q - S^2): no root, no division, and of whole prices not even a rounding.
Prices are counted from one nearby, which changes neither side and keeps the numbers small. Bars
that may be beyond, a few of a hundred, are then compared as the rule compares them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.backtest.fast.hits import Bars, Hits
from core.backtest.fast.recurrence import Values
from core.domain.compare import BAND, above_each

_BARS = 16_384  # worked on at once, to stay in the cache
_EXACT = 2.0**53
_ROUNDING = 1e-13  # of span^2: far above what rounding can do to either side
_FAR = 1e5  # won; of prices spread wider, rounding may look like a distance
_WINDOWS = 1 << 17  # closes of all windows looked at at once


def band_breaks(closes: Values, period: int, width: float, is_whole: bool = False) -> Hits:
    """Return where the close leaves the bands upwards and downwards, as `BollingerBreak` says.

    `is_whole`: all closes are whole numbers, which makes it quicker.
    """
    overs: list[Bars] = []
    unders: list[Bars] = []
    for first in range(period - 1, len(closes), _BARS):
        begin = first - (period - 1)
        over, under = _Stretch.of(closes[begin : first + _BARS], period, is_whole).beyond(width)
        overs.append(over + first)
        unders.append(under + first)
    beyond = Hits.joined(overs, unders)
    return Hits(_breaks(beyond.buys, period), _breaks(beyond.sells, period))


def _breaks(beyond: Bars, period: int) -> Bars:
    """Return the bars beyond a band whose bar before was not, though there was a band."""
    is_new = np.ones(len(beyond), np.bool_)
    is_new[1:] = beyond[1:] != beyond[:-1] + 1
    return beyond[is_new & (beyond >= period)]


class _Stretch(NamedTuple):
    """Some bars with all closes their bands come from; prices are counted from one of them.

    Attributes:
        closes: From period - 1 bars before the first one on, won.
        base: What they are counted from, won.
        near: They, counted from there; `span`: the farthest, not negative.
        total: Of each bar, the sum of its last `period` of them; `squares` likewise.
        is_exact: No sum was rounded.
    """

    closes: Values
    period: int
    base: float
    near: Values
    span: float
    total: Values
    squares: Values
    is_exact: bool

    @classmethod
    def of(cls, closes: Values, n: int, is_whole: bool) -> _Stretch:
        base = float(closes[0])
        near = closes - base
        span = max(float(near.max()), -float(near.min()))
        largest = max((n * span) ** 2, n * (abs(base) + span))
        total, squares = window_sums(near, n), window_sums(near * near, n)
        return cls(closes, n, base, near, span, total, squares, is_whole and largest < _EXACT)

    def beyond(self, width: float) -> tuple[Bars, Bars]:
        """Return which bars close above the upper band, and which below the lower one."""
        maybe = self._screened(width)
        mid, reach = self._moments(maybe, width)
        close = self.closes[maybe + self.period - 1]
        return maybe[above_each(close, mid + reach)], maybe[above_each(mid - reach, close)]

    def _screened(self, width: float) -> Bars:
        """Return all bars that may be beyond a band.

        With everything divided by n, that is where (c - m)^2 + k^2 m^2 > k^2 Q / n.
        """
        n, factor = self.period, width * width
        mean = self.total * (1 / n)
        away = self.near[n - 1 :] - mean
        away *= away
        mean *= mean
        mean *= factor
        mean += away
        mean += (1 + factor) * _ROUNDING * self.span**2
        maybe = np.flatnonzero(mean > self.squares * (factor / n))
        # Within the dead band is not beyond: that leaves frozen prices out.
        is_far = away[maybe] > (BAND / 2) ** 2
        return maybe if is_far.all() or self.span > _FAR else maybe[is_far]

    def _moments(self, bars: Bars, width: float) -> tuple[Values, Values]:
        """Return the middle line and how far the bands are from it, as `Bollinger` does."""
        n = self.period
        if not self.is_exact:
            mean, deviation = _of_windows(self.closes, n, bars)
            return mean, width * (deviation * n) / n
        total = self.total[bars]
        spread = np.sqrt(n * self.squares[bars] - total * total)
        return (total + n * self.base) / n, width * spread / n


def window_sums(values: Values, n: int) -> Values:
    """Return the sums of every `n` values in a row.

    Sums of 2, 4, 8 ... by doubling, put together by the bits of `n`: unlike differences of running
    sums they never hold more than the window, so that nothing is lost and nothing drifts.
    """
    size, power, width, done = len(values) - n + 1, values, 1, 0
    total: Values | None = None
    while True:
        if n & width:
            own = power[done : done + size]
            total = own if total is None else total + own
            done += width
        if done == n:
            assert total is not None
            return total
        power = power[:-width] + power[width:]
        width *= 2


def _of_windows(closes: Values, n: int, bars: Bars) -> tuple[Values, Values]:
    """Return mean and population deviation of some windows, each by itself."""
    windows = sliding_window_view(closes, n)
    mean, deviation = np.empty(len(bars)), np.empty(len(bars))
    step = max(_WINDOWS // n, 1)
    for at in range(0, len(bars), step):
        part = slice(at, at + step)
        own = windows[bars[part]]
        mean[part], deviation[part] = own.mean(axis=1), own.std(axis=1)
    return mean, deviation
