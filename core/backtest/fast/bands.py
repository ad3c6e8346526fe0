"""Where the close breaks out of the Bollinger bands: screened first, decided exactly after.

With n closes that sum to S and their squares to Q, the close c lies beyond a band where
(n c - S)^2 > k^2 (n Q - S^2): no root, no division, and of whole prices hardly ever a rounding.
Bars that may be beyond, one in ten, are then compared as the rule compares them.
"""

from __future__ import annotations

import numpy as np

from core.backtest.fast.hits import Bars, Hits, Mask
from core.backtest.fast.recurrence import Values
from core.domain.compare import BAND, above_each

_BARS = 16_384  # worked on at once, to stay in the cache
_EXACT = 2.0**53
_ROUNDING = 1e-12  # of n Q: far above what rounding can do to any other term
_FAR = 1e5  # won
_WINDOWS = 1 << 15  # closes of all windows looked at at once


def band_breaks(closes: Values, period: int, width: float, is_whole: bool = False) -> Hits:
    """Return where the close leaves the bands upwards and downwards, as `BollingerBreak` says.

    `is_whole`: all closes are whole numbers, which makes it quicker.
    """
    is_exact = is_whole and _fits(closes, period)
    overs: list[Bars] = []
    unders: list[Bars] = []
    for first in range(period - 1, len(closes), _BARS):
        begin = first - (period - 1)
        bars, is_over = _Stretch(closes[begin : first + _BARS], period, is_exact).beyond(width)
        overs.append(bars[is_over] + first)
        unders.append(bars[~is_over] + first)
    beyond = Hits.joined(overs, unders)
    return Hits(_breaks(beyond.buys, period), _breaks(beyond.sells, period))


def _fits(closes: Values, period: int) -> bool:
    """Return whether no sum of whole closes is rounded: n^2 c^2 is the largest number met."""
    if not len(closes):
        return True
    largest = max(float(closes.max()), -float(closes.min()))
    return (largest * period) ** 2 < _EXACT


def _breaks(beyond: Bars, period: int) -> Bars:
    """Return the bars beyond a band whose bar before was not, though there was a band."""
    is_new = np.ones(len(beyond), np.bool_)
    is_new[1:] = beyond[1:] != beyond[:-1] + 1
    return beyond[is_new & (beyond >= period)]


class _Stretch:
    """Some bars with all closes their bands come from: `period` - 1 more than there are bars."""

    def __init__(self, closes: Values, period: int, is_exact: bool) -> None:
        self._closes, self._period, self._is_exact = closes, period, is_exact
        # Counted from a close nearby, rounded sums keep more digits of what differs.
        self._near = closes if is_exact else closes - closes[0]
        self._is_close = is_exact or float(np.abs(self._near).max()) < _FAR
        self._total = window_sums(self._near, period)
        self._squares = window_sums(self._near * self._near, period)

    def beyond(self, width: float) -> tuple[Bars, Mask]:
        """Return which bars close beyond a band, and whether that is the upper one."""
        bars = self._screened(width)
        mid, reach = self._moments(bars, width)
        close = self._closes[bars + self._period - 1]
        # Below the lower band is above the upper one of mirrored prices.
        side = np.where(close > mid, 1.0, -1.0)
        is_beyond = above_each(side * close, side * mid + reach)
        return bars[is_beyond], side[is_beyond] > 0

    def _screened(self, width: float) -> Bars:
        """Return all bars that may be beyond a band: (n c - S)^2 + k^2 S^2 > k^2 n Q."""
        n, factor = self._period, width * width
        away = self._near[n - 1 :] * n
        away -= self._total
        away *= away
        reach = self._total * self._total
        reach *= factor
        reach += away
        most = factor * n - (1 + factor) * n * _ROUNDING
        bars = np.flatnonzero(reach > self._squares * most)
        # Frozen prices are on their band, not beyond it; of prices far apart only windows tell.
        return bars[away[bars] > (n * BAND / 2) ** 2] if self._is_close else bars

    def _moments(self, bars: Bars, width: float) -> tuple[Values, Values]:
        """Return the middle line and how far the bands are from it, as `Bollinger` does."""
        n = self._period
        if not self._is_exact:
            mean, deviation = _of_windows(self._closes, n, bars)
            return mean, width * (deviation * n) / n
        total = self._total[bars]
        spread = np.sqrt(n * self._squares[bars] - total * total)
        return total / n, width * spread / n


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
    """Return mean and population deviation of the `n` closes from each of `bars` on."""
    mean, deviation = np.empty(len(bars)), np.empty(len(bars))
    # A window is a column: rows are added up many at a time.
    places = np.arange(n)[:, None]
    step = max(_WINDOWS // n, 1)
    for at in range(0, len(bars), step):
        part = slice(at, at + step)
        own = closes[bars[part] + places]
        mean[part] = own.mean(axis=0)
        own -= mean[part]
        own *= own
        deviation[part] = np.sqrt(own.mean(axis=0))
    return mean, deviation
