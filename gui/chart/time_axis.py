"""Which bars carry a time label, and what it says; times are the exchange's own clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from config.text import Text
from core.series import DAY_S

_FEW = 3  # labels
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
    dates, columns, is_thinned = _finest(_DATES, wall, x, gap)
    ticks = [TimeTick(column, dates.label(int(wall[column]), language), True) for column in columns]
    if dates is _DAYS_LEVEL and not is_thinned:
        taken = x[columns]
        clock, columns, _ = _finest(_CLOCK, wall, x, gap)
        ticks += [
            TimeTick(column, clock.label(int(wall[column]), language), False)
            for column in columns
            if np.all(np.abs(taken - x[column]) >= gap)
        ]
    return sorted(ticks, key=lambda tick: tick.column)


def _finest(
    levels: Sequence[_Level], wall: NDArray[np.int64], x: NDArray[np.float64], gap: float
) -> tuple[_Level, list[int], bool]:
    """Return the finest level with room for its labels, its columns, and whether it is thinned.

    A finer one is thinned where all coarser ones would leave the axis nearly empty.
    """
    chosen, found = levels[0], np.empty(0, np.intp)
    for level in levels:
        columns = level.changes(wall)
        is_dense = len(columns) > 1 and (x[columns[-1]] - x[columns[0]]) / (len(columns) - 1) < gap
        if is_dense and len(found) >= _FEW:
            break
        chosen, found = level, columns
        if is_dense:
            return chosen, _apart(found.tolist(), x, gap), True
    return chosen, _apart(found.tolist(), x, gap), False


def _apart(columns: list[int], x: NDArray[np.float64], gap: float) -> list[int]:
    """Leave out columns too near to the one before."""
    kept: list[int] = []
    for column in columns:
        if not kept or x[column] - x[kept[-1]] >= gap:
            kept.append(column)
    return kept


@dataclass(frozen=True, slots=True)
class _Level:
    """One kind of label: where `key` of the time changes, a new period begins."""

    key: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    label: Callable[[int, str], str]

    def changes(self, wall: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the columns that begin a period, without the very first one."""
        if not len(wall) or np.ptp(self.key(wall[[0, -1]])) == 0:
            return np.empty(0, np.intp)
        return np.flatnonzero(np.diff(self.key(wall))) + 1


def _months(count: int) -> _Level:
    def key(wall: NDArray[np.int64]) -> NDArray[np.int64]:
        months = wall.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        return months // count

    return _Level(key, _year_label if count >= 12 else _month_label)


def _minutes(count: int) -> _Level:
    return _Level(lambda wall: wall // (60 * count), _clock_label)


def day_starts(wall: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the columns whose bar is the first of its day; the very first one is none."""
    return _DAYS_LEVEL.changes(wall)


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


_DAYS_LEVEL = _Level(lambda wall: wall // DAY_S, day_label)
_DATES = (*(_months(count) for count in (120, 60, 24, 12, 6, 3, 1)), _DAYS_LEVEL)
_CLOCK = tuple(_minutes(count) for count in (240, 120, 60, 30, 20, 10, 5, 3, 2, 1))
"""Kinds of labels, the coarsest first."""
