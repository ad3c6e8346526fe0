"""The bars that tests/bench/bars.py wrote with `write_raw`, for the peers' Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

FIRST, LAST, CUTOFF, FLATTEN = 1, 2, 4, 8
"""Marks of a bar: its day's first and last, no BUY from it, positions are sold at its open."""
DAY_BARS = 381
TICK = 100  # won, of every price that tests/bench/bars.py makes
COMMISSION, TAX = 0.00015, 0.002
CAPITAL, SHARE, STOP, TARGET = 10_000_000, 0.1, 0.01, 0.02
"""The defaults of the settings that strategy.md names."""


@dataclass(frozen=True, eq=False)
class Bars:
    """Whole columns, each of shape (n,), prices in won."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    marks: np.ndarray  # uint8

    def __len__(self) -> int:
        return len(self.close)

    def head(self, count: int) -> Bars:
        """Return the first `count` bars, on memory of their own."""
        parts = (self.open, self.high, self.low, self.close, self.volume, self.marks)
        return Bars(*(part[:count].copy() for part in parts))


def read(path: str) -> Bars:
    """Return what `write_raw` has written."""
    data = Path(path).read_bytes()
    count = int(np.frombuffer(data, np.int64, 1)[0])
    columns = np.frombuffer(data, np.float64, 5 * count, 8).reshape(5, count)
    marks = np.frombuffer(data, np.uint8, count, 8 + 40 * count)
    return Bars(*(column.copy() for column in columns), marks.copy())


def times(count: int) -> pd.DatetimeIndex:
    """Return the starts of the bars that tests/bench/bars.py makes."""
    day, minute = np.divmod(np.arange(count), DAY_BARS)
    of_day = np.where(minute == DAY_BARS - 1, 930, 540 + minute)
    return pd.Timestamp("2020-01-01") + pd.to_timedelta(day * 1440 + of_day, unit="min")
