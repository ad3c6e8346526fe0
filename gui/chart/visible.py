"""The bars in sight, ready to draw: where each stands, several joined where they share a pixel."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gui.chart.bar_range import BarRange
from gui.chart.candle_columns import Candles, Floats
from gui.chart.series import ChartSeries


@dataclass(frozen=True, slots=True)
class Visible:
    """What one painting shows of a series; made by `look`."""

    series: ChartSeries
    range: BarRange
    pitch: float  # pixels from one bar to the next
    first: int  # rows [first, end) are in sight
    end: int
    starts: (
        NDArray[np.intp] | None
    )  # first row (from `first`) of each drawn column; None: a column a row
    x: NDArray[np.int64]  # pixel of each column's centre
    candles: Candles  # one for each column
    _traces: dict[str, Floats] = field(default_factory=dict)

    @property
    def body_width(self) -> int:
        """Pixels of a candle's body: odd, so that the wick is in its middle; 1 is a wick alone."""
        width = int(self.pitch * 0.72)
        return max(1, width - 1 + width % 2)

    def pixel(self, row: float) -> float:
        """Return the centre of a row in pixels, not rounded."""
        return (row + 0.5 - self.range.first) * self.pitch

    def row(self, pixel: float) -> int | None:
        """Return the row at a pixel, the nearest one in sight; None without bars."""
        if self.first >= self.end:
            return None
        row = int(np.floor(self.range.first + pixel / self.pitch))
        return min(max(row, self.first), self.end - 1)

    def trace(self, name: str) -> Floats:
        """Return a value at each column, of the last row where several share it."""
        if name not in self._traces:
            values = self.series.values(name, self.first, self.end)
            if self.starts is not None:
                values = values[np.append(self.starts[1:], len(values)) - 1]
            self._traces[name] = values
        return self._traces[name]

    def column_values(self, name: str) -> Floats:
        """Return the highest value of each column, NaN where there is none."""
        values = self.series.values(name, self.first, self.end)
        return values if self.starts is None else np.fmax.reduceat(values, self.starts)


def look(series: ChartSeries, bars: BarRange, width: float) -> Visible:
    """Return the bars of `bars` laid out over `width` pixels."""
    total = len(series)
    pitch = width / bars.count
    first = min(max(int(np.floor(bars.first)), 0), total)
    end = max(min(int(np.ceil(bars.end)), total), first)
    candles = series.candles(first, end)
    x = np.floor((np.arange(first, end) + 0.5 - bars.first) * pitch).astype(np.int64)
    starts = None
    if pitch < 1 and len(x):
        starts = np.flatnonzero(np.diff(x, prepend=x[0] - 1))
        x, candles = x[starts], candles.merged(starts)
    return Visible(series, bars, pitch, first, end, starts, x, candles)


def extent(*parts: Floats) -> tuple[float, float] | None:
    """Return the lowest and highest finite value; None where there is none."""
    values = np.concatenate([part[np.isfinite(part)] for part in parts]) if parts else np.empty(0)
    return (float(values.min()), float(values.max())) if len(values) else None
