"""Volume-weighted average price of the day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import nan

import numpy as np

from config.schema import Settings
from config.text import Text
from core.domain.market import Bar
from core.domain.price import Price
from core.indicators.registry import Arrays, Indicator, Numbers, Plot, register
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns


@register("vwap")
class Vwap(Indicator):
    """Average price paid today, in won: sum of turnover / sum of volume since the day's first bar.

    Where a bar's turnover is unknown, its typical price (H+L+C)/3 x volume stands in. The day is
    the local date of the bar's start. Undefined while the day's volume is 0.
    """

    title = Text("거래량가중평균가 (VWAP)", "Volume-weighted average price (VWAP)")
    names = ("vwap",)

    def __init__(self, settings: Settings) -> None:
        self._day: date | None = None
        # Three times the day's turnover and volume: whole won stay whole.
        self._turnover3: Price = 0
        self._volume3 = 0

    def update(self, bar: Bar, values: Numbers) -> None:
        day = bar.start.date()
        if day != self._day:
            self._day, self._turnover3, self._volume3 = day, 0, 0
        if bar.turnover is None:
            self._turnover3 += (bar.high + bar.low + bar.close) * bar.volume
        else:
            self._turnover3 += 3 * bar.turnover
        volume3 = self._volume3 = self._volume3 + 3 * bar.volume
        values["vwap"] = self._turnover3 / volume3 if volume3 else None

    def update_each(self, stretch: Stretch) -> Lines:
        if stretch.day != self._day:
            self._day, self._turnover3, self._volume3 = stretch.day, 0, 0
        turnover3, volume3 = self._turnover3, self._volume3
        line: list[float] = []
        rows = zip(
            stretch.high,
            stretch.low,
            stretch.close,
            stretch.volume,
            stretch.turnover,
            strict=True,
        )
        for high, low, close, volume, turnover in rows:
            turnover3 += (high + low + close) * volume if turnover is None else 3 * turnover
            volume3 += 3 * volume
            line.append(turnover3 / volume3 if volume3 else nan)
        self._turnover3, self._volume3 = turnover3, volume3
        return {"vwap": line}

    def batch(self, columns: BarColumns) -> Arrays:
        volume = columns.volume.astype(np.float64)
        typical3 = (columns.high + columns.low + columns.close) * volume
        turnover3 = np.where(np.isnan(columns.turnover), typical3, 3 * columns.turnover)
        result = np.empty(len(columns))
        # Day by day: running sums over years would lose the small first bars of a day.
        edges = [*columns.day_starts().tolist(), len(columns)]
        for first, end in pairwise(edges):
            traded = np.cumsum(volume[first:end])
            traded[traded == 0] = np.nan
            result[first:end] = np.cumsum(turnover3[first:end]) / (3 * traded)
        return {"vwap": result}

    def plots(self) -> tuple[Plot, ...]:
        return (Plot(Text.of("VWAP"), self.names, "vwap", restarts_daily=True),)
