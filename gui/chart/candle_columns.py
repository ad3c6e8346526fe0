"""Candles as rows and columns, and how bars become them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.domain.market import Bar
from core.series import BarColumns

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candles:
    """Bars to draw as columns of one length, oldest first; may share memory with the series."""

    local: NDArray[np.int64]  # start, seconds since 1970 by the exchange's own clock
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.local)

    def merged(self, starts: NDArray[np.intp]) -> Candles:
        """Return one candle for each group of rows; group k begins at `starts[k]`, the first 0."""
        last = np.append(starts[1:], len(self)) - 1
        return Candles(
            self.local[starts],
            self.open[starts],
            np.maximum.reduceat(self.high, starts),
            np.minimum.reduceat(self.low, starts),
            self.close[last],
            np.add.reduceat(self.volume, starts),
        )


class Candle(NamedTuple):
    """One bar to draw; as a row of `Candles`."""

    local: int
    open: float
    high: float
    low: float
    close: float
    volume: int


NAMES = Candle._fields
"""Of the columns, in the order of both."""


def row_of(bar: Bar) -> Candle:
    """Return a bar as it is drawn."""
    return Candle(local_of(bar), bar.open, bar.high, bar.low, bar.close, bar.volume)


def local_of(bar: Bar) -> int:
    """Return a bar's start in seconds since 1970 by the exchange's own clock."""
    return round(bar.start.replace(tzinfo=UTC).timestamp())


def columns_of(bars: Sequence[Bar]) -> BarColumns:
    """Return closed bars as columns, without those that are not newer than all before.

    Made at once, not bar by bar, so that a symbol opens without a pause.
    """
    starts = np.array([bar.start.timestamp() for bar in bars]).round().astype(np.int64)
    newest_before = np.maximum.accumulate(starts[:-1])
    rising = np.append(True, starts[1:] > newest_before)[: len(starts)]
    kept = [bar for bar, is_newer in zip(bars, rising.tolist(), strict=True) if is_newer]
    return BarColumns.from_arrays(
        start=starts[rising],
        local=[local_of(bar) for bar in kept],
        open=[bar.open for bar in kept],
        high=[bar.high for bar in kept],
        low=[bar.low for bar in kept],
        close=[bar.close for bar in kept],
        volume=[bar.volume for bar in kept],
        turnover=[np.nan if bar.turnover is None else bar.turnover for bar in kept],
        ticks=[bar.ticks for bar in kept],
    )
