"""Which bars carry a time label, and what it says; times are seconds of the exchange's own clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from config.text import Text

DAY_S = 86_400
_MINUTE_STEPS = (240, 120, 60, 30, 20, 10, 5, 3, 2, 1)
_MONTH_STEPS = (120, 60, 24, 12, 6, 3, 1)  # a decade down to a month
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
    if not len(wall):
        return ticks
    taken = np.empty(0)
    for keys, is_day, label in _levels(wall, language):
        columns = np.flatnonzero(np.diff(keys)) + 1
        if len(columns) > 1 and np.median(np.diff(x[columns])) < gap:
            break
        for column in columns.tolist():
            if not len(taken) or np.min(np.abs(taken - x[column])) >= gap:
                taken = np.append(taken, x[column])
                ticks.append(TimeTick(column, label(int(wall[column])), is_day))
    return sorted(ticks, key=lambda tick: tick.column)


Label = Callable[[int], str]


def _levels(wall: NDArray[np.int64], language: str) -> list[tuple[NDArray[np.int64], bool, Label]]:
    months = wall.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    levels: list[tuple[NDArray[np.int64], bool, Label]] = [
        (months // step, True, _year_label if step >= 12 else _month_label) for step in _MONTH_STEPS
    ]
    levels.append((wall // DAY_S, True, lambda second: day_label(second, language)))
    if wall[-1] - wall[0] < 60 * DAY_S and np.any(wall % DAY_S):
        levels += [(wall // (60 * step), False, _clock_label) for step in _MINUTE_STEPS]
    return levels


def day_starts(wall: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the columns whose bar is the first of its day; the very first one is none."""
    return np.flatnonzero(np.diff(wall // DAY_S)) + 1


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


def _clock_label(second: int) -> str:
    return f"{_moment(second):%H:%M}"


def _month_label(second: int) -> str:
    return f"{_moment(second):%Y/%m}"


def _year_label(second: int) -> str:
    return f"{_moment(second):%Y}"
