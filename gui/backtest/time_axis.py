"""A time axis in figures only, which every language reads, and no label over another."""

from __future__ import annotations

from datetime import UTC, datetime

import pyqtgraph as pg

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_STEPS = (
    *((count * _MINUTE_S, "%H:%M") for count in (1, 5, 10, 30, 60, 120, 240)),
    *((count * _DAY_S, "%m/%d") for count in (1, 2, 5, 10)),
)
_MONTHS = (
    *((count, "%Y-%m") for count in (1, 3, 6)),
    *((12 * count, "%Y") for count in (1, 2, 5, 10, 20)),
)
_MONTH_S, _LABEL_PX = 30.44 * _DAY_S, 64  # a label and the air beside it
_LEAST_S, _MOST_S = 0.0, 4_000_000_000.0  # years that every platform can write


class TimeAxis(pg.AxisItem):
    """Ticks where a day, month or year of the data's zone begins.

    pyqtgraph's own writes "Jun" in every language, and a month over its first days.
    """

    east_s = 0.0
    """Seconds that the zone of the data is ahead of UTC."""

    def __init__(self) -> None:
        super().__init__(orientation="bottom")
        self._format = "%Y"

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        first, last = (min(max(edge + self.east_s, _LEAST_S), _MOST_S) for edge in (minVal, maxVal))
        least_s = (last - first) / max(size, 1) * _LABEL_PX
        for step_s, self._format in _STEPS:
            if step_s >= least_s:
                count = range(int(-(-first // step_s)), int(last // step_s) + 1)
                return [(step_s, [one * step_s - self.east_s for one in count])]
        for months, self._format in _MONTHS:
            if months * _MONTH_S >= least_s:
                break
        return [(months * _MONTH_S, self._months(first, last, months))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._local(value + self.east_s).strftime(self._format) for value in values]

    def _months(self, first: float, last: float, step: int) -> list[float]:
        begin, end = (12 * at.year + at.month - 1 for at in map(self._local, (first, last)))
        starts = (
            datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()
            for month in range(-(-begin // step) * step, end + 1, step)
        )
        return [start - self.east_s for start in starts if first <= start <= last]

    @staticmethod
    def _local(local_s: float) -> datetime:
        return datetime.fromtimestamp(min(max(local_s, _LEAST_S), _MOST_S), UTC)
