"""Closed bars in a row as lists, for running over many of them without a record for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.domain.market import Bar
from core.domain.price import Price

Lines = dict[str, list[float]]
"""Indicator values by name, one for each bar of a stretch, NaN while undefined."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Closed bars of one symbol and one trading day, oldest first; at least one.

    Attributes:
        day: The trading day, on the exchange's calendar.
        zone: In which `bar` tells times.
        start: UTC epoch seconds.
        open, high, low, close: Prices as `Bar` has them.
        close_float: `close` as floats, with which formulas take half the time.
        turnover: Won, None where not known.
    """

    symbol: str
    day: date
    zone: ZoneInfo
    start: NDArray[np.int64]
    open: Sequence[Price]
    high: Sequence[Price]
    low: Sequence[Price]
    close: Sequence[Price]
    close_float: Sequence[float]
    volume: Sequence[int]
    turnover: Sequence[Price | None]
    ticks: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.close)

    def time(self, row: int) -> datetime:
        """Return the start of a bar."""
        return datetime.fromtimestamp(int(self.start[row]), self.zone)

    def bar(self, row: int) -> Bar:
        """Return one bar as the record that live trading has of it."""
        return Bar(
            self.symbol,
            self.time(row),
            self.open[row],
            self.high[row],
            self.low[row],
            self.close[row],
            self.volume[row],
            self.turnover[row],
            int(self.ticks[row]),
        )
