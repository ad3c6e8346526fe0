"""Where the close breaks out of the Bollinger bands: screened first, decided exactly in doubt.

With n closes that sum to S and their squares to Q, the close c lies beyond a band where
(n c - S)^2 > k^2 (n Q - S^2): no root, no division, and of whole prices hardly ever a rounding.
By how much it is more tells where the dead band could matter, or what was rounded: only these
bars are compared as the rule compares them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.hits import Bars, Hits, Mask
from core.backtest.fast.recurrence import Values
from core.domain.compare import BAND, above_each

_BARS = 16_384  # worked on at once, to stay in the cache
_EXACT = 2.0**53
_ROUNDING = 1e-12  # of n Q: far above what rounding can do to any other term
_SURE = 2.0  # times the widest dead band there can be
_FAR = 1e5  # won
_WINDOWS = 1 << 15  # closes of all windows looked at at once


def band_breaks(closes: Values, period: int, width: float, is_whole: bool = False) -> Hits:
    """Return where the close leaves the bands upwards and downwards, as `BollingerBreak` says.

    `is_whole`: all closes are whole numbers, which makes it quicker.
    """
    is_exact = is_whole and _fits(closes, period)
    room = _Room(min(len(closes), _BARS + period - 1))
    highs: list[Bars] = []
    lows: list[Bars] = []
    old = 0  # the side on which the bar before was beyond
    for first in range(period - 1, len(closes), _BARS):
        part = closes[first - (period - 1) : first + _BARS]
        stretch = _Stretch(part, period, width, is_exact, room)
        bars, is_high, old = stretch.breaks(old)
        if first < period:  # there was no band before the first one
            is_high, bars = is_high[bars > 0], bars[bars > 0]
        highs.append(bars[is_high] + first)
        lows.append(bars[~is_high] + first)
    return Hits.joined(highs, lows)


def _fits(closes: Values, period: int) -> bool:
    """Return whether no sum of whole closes is rounded: n^2 c^2 is the largest number met."""
    if not len(closes):
        return True
    largest = max(float(closes.max()), -float(closes.min()))
    return (largest * period) ** 2 < _EXACT


class _Room:
    """Memory for the numbers of a stretch, used again and again: it stays in the cache."""

    def __init__(self, closes: int) -> None:
        self.near, self.scaled, self.excess = (np.empty(closes) for _ in range(3))
        self.total, self.squares = (np.empty(closes) for _ in range(2))
        self.spare = np.empty((2, closes))


class _Stretch:
    """Some bars with all closes their bands come from: `period` - 1 more than there are bars.

    All numbers are n^2 times those of prices, and those of closes near the first one.
    """

    def __init__(
        self, closes: Values, period: int, width: float, is_exact: bool, room: _Room
    ) -> None:
        self._closes, self._period, self._width, self._is_exact = closes, period, width, is_exact
        self._near = closes
        if not is_exact:
            # Counted from a close nearby, rounded sums keep more digits of what differs.
            self._near = np.subtract(closes, closes[0], out=room.near[: len(closes)])
        scaled = np.multiply(self._near, period, out=room.scaled[: len(closes)])
        self._total = _window_sums(self._near, period, room.total, room.spare)
        self._away = np.subtract(scaled[period - 1 :], self._total, out=scaled[period - 1 :])
        self._excess = self._beyond(room)

    def _beyond(self, room: _Room) -> Values:
        """Return (n c - S)^2 - k^2 (n Q - S^2)."""
        near, n, bars = self._near, self._period, len(self._away)
        squares = np.multiply(near, near, out=room.excess[: len(near)])
        self._squares = _window_sums(squares, n, room.squares, room.spare)
        spread, excess = room.spare[0, :bars], room.excess[:bars]
        np.multiply(self._squares, n, out=spread)
        spread -= np.multiply(self._total, self._total, out=excess)
        spread *= self._width * self._width
        np.multiply(self._away, self._away, out=excess)
        excess -= spread
        return excess

    def breaks(self, old: int) -> tuple[Bars, Mask, int]:
        """Return the bars that are beyond a band as the one before was not, and on which side.

        `old` and the last number returned: where the bar before and the last one are, +1 or -1.
        """
        n, closes = self._period, self._closes
        lowest, highest = float(closes.min()), float(closes.max())
        # With d = |c - mean| - reach the excess is n^2 d (d + 2 reach), and both are such moves.
        moves = 2 * n * n * (highest - lowest)
        wide = _SURE * BAND * max(1.0, highest, -lowest) * moves
        blur = 0.0
        if not self._is_exact:
            blur = _ROUNDING * (1 + self._width**2) * n * float(self._squares.max())
        is_beyond, is_sure = self._excess > -blur, self._excess > wide + blur
        if np.count_nonzero(is_beyond) > np.count_nonzero(is_sure):
            doubtful = self._worth_it(np.flatnonzero(is_beyond > is_sure))
            is_sure[doubtful[self._decided(doubtful)]] = True
        is_high = self._away > 0
        is_new = is_sure.copy()
        is_new[1:] &= ~is_sure[:-1] | (is_high[1:] != is_high[:-1])
        is_new[0] &= old != (1 if is_high[0] else -1)
        bars = np.flatnonzero(is_new)
        return bars, is_high[bars], (1 if is_high[-1] else -1) if is_sure[-1] else 0

    def _worth_it(self, bars: Bars) -> Bars:
        """Leave out frozen prices, on their band and not beyond it, unless prices are far apart."""
        if not self._is_exact and float(np.abs(self._near).max()) >= _FAR:
            return bars
        is_off: Mask = np.abs(self._away[bars]) > self._period * BAND / 2
        return bars[is_off]

    def _decided(self, bars: Bars) -> Mask:
        """Return at which of some bars the rule finds the close beyond a band."""
        mid, reach = self._moments(bars)
        close = self._closes[bars + self._period - 1]
        # Below the lower band is above the upper one of mirrored prices.
        side = np.where(close > mid, 1.0, -1.0)
        return above_each(side * close, side * mid + reach)

    def _moments(self, bars: Bars) -> tuple[Values, Values]:
        """Return the middle line and how far the bands are from it, as `Bollinger` does."""
        n, width = self._period, self._width
        if not self._is_exact:
            mean, deviation = _of_windows(self._closes, n, bars)
            return mean, width * (deviation * n) / n
        total = self._total[bars]
        spread = np.sqrt(n * self._squares[bars] - total * total)
        return total / n, width * spread / n


def window_sums(values: Values, n: int) -> Values:
    """Return the sums of every `n` values in a row."""
    return _window_sums(values, n, np.empty(len(values)), np.empty((2, len(values))))


def _window_sums(values: Values, n: int, total: Values, spare: NDArray[np.float64]) -> Values:
    """Put the sums of every `n` values in a row into `total`; `spare` is used up.

    Sums of 2, 4, 8 ... by doubling, put together by the bits of `n`: unlike differences of running
    sums they never hold more than the window, so that nothing is lost and nothing drifts.
    """
    size, power, width, done, turn = len(values) - n + 1, values, 1, 0, 0
    total = total[:size]
    while True:
        if n & width:
            own = power[done : done + size]
            if done:
                total += own
            else:
                np.copyto(total, own)
            done += width
        if done == n:
            return total
        doubled = spare[turn, : len(power) - width]
        power = np.add(power[:-width], power[width:], out=doubled)
        width, turn = 2 * width, 1 - turn


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
