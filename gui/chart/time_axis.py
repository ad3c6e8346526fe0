"""Which bars carry a time label, and what it says; times are seconds of the exchange's own clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from config.text import Text
from core.series import DAY_S

_DAYS = Text("월화수목금토일", "Mon Tue Wed Thu Fri Sat Sun")


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A label under one column; `is_day` where a new day (or month, or year) begins."""

    column: int
    text: str
    is_day: bool


def time_ticks(
    wall: NDArray[np.int64], x: NDArray[np.float64], gap: float, language: str
) -> list[TimeTick]:
    """Choose labels for columns at pixels `x`, at least `gap` pixels from each other.

    Args:
        wall: Start of each column's bar in seconds since 1970 by the exchange's clock, ascending.
        x: Centre of each column in pixels, ascending.
    """
    ticks: list[TimeTick] = []
    taken: list[float] = []
    for level in _LEVELS:
        columns = level.changes(wall)
        if len(columns) > 1 and (x[columns[-1]] - x[columns[0]]) / (len(columns) - 1) < gap:
            break
        for column in columns.tolist():
            place = float(x[column])
            if all(abs(place - other) >= gap for other in taken):
                taken.append(place)
                text = level.label(int(wall[column]), language)
                ticks.append(TimeTick(column, text, level.is_day))
    return sorted(ticks, key=lambda tick: tick.column)


@dataclass(frozen=True, slots=True)
class _Level:
    """One kind of label: where `key` of the time changes, a new period begins."""

    key: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    label: Callable[[int, str], str]
    is_day: bool

    def changes(self, wall: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the columns that begin a period, without the very first one."""
        if not len(wall) or np.ptp(self.key(wall[[0, -1]])) == 0:
            return np.empty(0, np.intp)
        return np.flatnonzero(np.diff(self.key(wall))) + 1


def _months(count: int) -> _Level:
    def key(wall: NDArray[np.int64]) -> NDArray[np.int64]:
        months = wall.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        return months // count

    return _Level(key, _year_label if count >= 12 else _month_label, True)


def _minutes(count: int) -> _Level:
    return _Level(lambda wall: wall // (60 * count), _clock_label, False)


def day_starts(wall: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the columns whose bar is the first of its day; the very first one is none."""
    return _BY_DAY.changes(wall)


def day_label(second: int, language: str) -> str:
    """Return "06/04(목)" or "Thu 06/04"."""
    moment = _moment(second)
    if language == "ko":
        return f"{moment:%m/%d}({_DAYS.ko[moment.weekday()]})"
    return f"{_DAYS.en.split()[moment.weekday()]} {moment:%m/%d}"


def full_label(second: int, language: str, is_daily: bool) -> str:
    """Return the whole date of a bar, with its time unless the bar is a day."""
    moment = _moment(second)
    day = f"{moment:%Y/%m/%d}"
    if language == "ko":
        day = f"{day}({_DAYS.ko[moment.weekday()]})"
    else:
        day = f"{_DAYS.en.split()[moment.weekday()]} {day}"
    return day if is_daily else f"{day} {moment:%H:%M}"


def _moment(second: int) -> datetime:
    # The seconds are already local: UTC stands for "no further conversion".
    return datetime.fromtimestamp(second, UTC)


def _clock_label(second: int, language: str) -> str:
    return f"{_moment(second):%H:%M}"


def _month_label(second: int, language: str) -> str:
    return f"{_moment(second):%Y/%m}"


def _year_label(second: int, language: str) -> str:
    return f"{_moment(second):%Y}"


_BY_DAY = _Level(lambda wall: wall // DAY_S, day_label, True)
_LEVELS = (
    *(_months(count) for count in (120, 60, 24, 12, 6, 3, 1)),
    _BY_DAY,
    *(_minutes(count) for count in (240, 120, 60, 30, 20, 10, 5, 3, 2, 1)),
)
"""From a decade down to a minute."""
