"""Bollinger bands."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import chain
from math import sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from config.schema import Options, Settings, option, section
from config.text import Text
from core.domain.market import Bar
from core.domain.price import Price
from core.indicators.registry import Arrays, Indicator, Numbers, Plot, Shape, register, undefine
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns

_PER_WON = 2**40
_EXACT_FLOAT = 2**26.5  # its square is the last of the whole numbers that floats tell apart
_Numbers = Sequence[Price]
_BLOCK = 1 << 20  # elements of a window view worked on at once


@section("strategy")
class BollingerOptions(Options):
    bb_period: int = option(
        20,
        ge=2,
        le=400,
        unit=Text("봉", "bars"),
        page="indicators",
        title=Text("볼린저밴드 기간", "Bollinger period"),
        help=Text(
            "중심선(이동평균)과 표준편차를 구하는 기간입니다.",
            "Bars of the middle line (a moving average) and of the standard deviation.",
        ),
    )
    bb_width: float = option(
        2.0,
        ge=0.1,
        le=10,
        unit="σ",
        page="indicators",
        title=Text("볼린저밴드 폭", "Bollinger width"),
        help=Text(
            "상단과 하단이 중심선에서 표준편차의 몇 배 떨어져 있는지 정합니다.",
            "How many standard deviations the bands lie from the middle line.",
        ),
    )


@register("bollinger")
class Bollinger(Indicator):
    """Mean of the last n closes, and the bands `bb_width` population deviations around it, in won.

    Undefined for the first n - 1 bars. Nothing drifts: the sums of closes and squares are exact
    integers, of won, or from the first price that is not whole of 2^-40 won (about 1e-12).
    """

    title = Text("볼린저밴드", "Bollinger bands")
    names = ("bb_low", "bb_mid", "bb_high")

    def __init__(self, settings: Settings) -> None:
        options = settings[BollingerOptions]
        self._period = self.warmup = options.bb_period
        self._width = options.bb_width
        self._per_won = 1  # sums count won until the first price that is not whole
        # The closes before the first are 0: they count nothing in either sum.
        self._closes: deque[int] = deque([0] * self._period, self._period)
        self._sum = self._squares = self._bars = 0

    def update(self, bar: Bar, values: Numbers) -> None:
        n, closes, close = self._period, self._closes, bar.close
        if self._per_won != 1 or close.__class__ is not int:
            close = self._exact(close)
        old = closes[0]
        closes.append(close)
        change = close - old
        total = self._sum = self._sum + change
        squares = self._squares = self._squares + change * (close + old)
        self._bars += 1
        if self._bars < n:
            values["bb_low"] = values["bb_mid"] = values["bb_high"] = None
            return
        scale = n * self._per_won
        mid = total / scale
        reach = self._width * sqrt(n * squares - total * total) / scale
        values["bb_low"], values["bb_mid"], values["bb_high"] = mid - reach, mid, mid + reach

    def update_each(self, stretch: Stretch) -> Lines:
        closes, window, total, squares = self._summed(stretch)
        kind = type(total)  # a formula of one kind of numbers takes less time, too
        n, scale = kind(self._period), kind(self._period * self._per_won)
        width, seen = self._width, self._bars
        lows: list[float] = []
        mids: list[float] = []
        highs: list[float] = []
        for close, old in zip(closes, chain(window, closes), strict=False):
            change = close - old
            total += change
            squares += change * (close + old)
            mid = total / scale
            reach = width * sqrt(n * squares - total * total) / scale
            lows.append(mid - reach)
            mids.append(mid)
            highs.append(mid + reach)
        self._closes.extend(map(int, closes[-self._period :]))
        self._sum, self._squares, self._bars = int(total), int(squares), seen + len(closes)
        lines = {"bb_low": lows, "bb_mid": mids, "bb_high": highs}
        return {name: undefine(self._period - 1 - seen, line) for name, line in lines.items()}

    def _summed(self, stretch: Stretch) -> tuple[_Numbers, _Numbers, Price, Price]:
        """Return the closes, those of the window and both sums; as floats where these are exact."""
        if self._per_won == 1 and set(map(type, stretch.close)) == {int}:
            highest = max(*stretch.close, *self._closes)
            # No number met is above n^2 x close^2. Such integers take twice the time of floats.
            if self._period * highest < _EXACT_FLOAT:
                window = list(map(float, self._closes))
                return stretch.close_float, window, float(self._sum), float(self._squares)
            return stretch.close, list(self._closes), self._sum, self._squares
        closes = list(map(self._exact, stretch.close))
        return closes, list(self._closes), self._sum, self._squares

    def _exact(self, close: Price) -> int:
        """Return `close` in the small unit, to which all sums are brought first."""
        if self._per_won == 1:
            self._per_won = _PER_WON
            for index, whole in enumerate(self._closes):
                self._closes[index] = whole * _PER_WON
            self._sum *= _PER_WON
            self._squares *= _PER_WON**2
        return round(close * _PER_WON)

    def batch(self, columns: BarColumns) -> Arrays:
        mid = np.full(len(columns), np.nan)
        reach = mid.copy()
        if len(columns) >= self._period:
            rest = slice(self._period - 1, None)
            mid[rest], spread = _moments(columns.close, self._period)
            reach[rest] = self._width * spread / self._period
        return {"bb_low": mid - reach, "bb_mid": mid, "bb_high": mid + reach}

    def plots(self) -> tuple[Plot, ...]:
        title = Text("볼린저 {} {:g}σ", "Bollinger {} {:g}σ").format(self._period, self._width)
        return (Plot(title, self.names, "bollinger", shape=Shape.BAND),)


Moments = tuple[NDArray[np.float64], NDArray[np.float64]]


def _moments(closes: NDArray[np.float64], n: int) -> Moments:
    """Return the mean, and n times the population deviation, of every n closes in a row."""
    # n^2 x close^2 is the largest number met.
    fits = float(np.max(np.abs(closes))) * n < 2**31.5
    if fits and np.array_equal(closes, np.rint(closes)):
        return _whole_moments(closes.astype(np.int64), n)
    return _real_moments(closes, n)


def _whole_moments(closes: NDArray[np.int64], n: int) -> Moments:
    """Exact: running sums may wrap round 2^64, but their differences come out right."""
    total = _window_sums(closes, n)
    squares = _window_sums(closes * closes, n)
    return total / n, np.sqrt(n * squares - total * total)


def _window_sums(values: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    running = np.concatenate((np.zeros(1, np.int64), np.cumsum(values)))
    sums: NDArray[np.int64] = running[n:] - running[:-n]
    return sums


def _real_moments(closes: NDArray[np.float64], n: int) -> Moments:
    """Each window by itself, in blocks to save memory: a huge price leaves no error behind."""
    windows = sliding_window_view(closes, n)
    mean, spread = np.empty(len(windows)), np.empty(len(windows))
    step = max(_BLOCK // n, 1)
    for first in range(0, len(windows), step):
        block = slice(first, first + step)
        mean[block] = windows[block].mean(axis=1)
        spread[block] = windows[block].std(axis=1) * n
    return mean, spread
