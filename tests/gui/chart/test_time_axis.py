from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from gui.chart.time_axis import day_starts, full_label, time_ticks


def walls(*moments: datetime) -> np.ndarray:
    """Seconds of the exchange's clock, with UTC standing for it."""
    return np.array([int(moment.timestamp()) for moment in moments])


def session(day: datetime, minutes: int = 380) -> list[datetime]:
    return [day.replace(hour=9) + timedelta(minutes=number) for number in range(minutes)]


FRIDAY, MONDAY = datetime(2018, 1, 26, tzinfo=UTC), datetime(2018, 1, 29, tzinfo=UTC)
TWO_DAYS = walls(*session(FRIDAY), *session(MONDAY))


def labels(wall: np.ndarray, pitch: float, language: str = "ko") -> list[str]:
    x = (np.arange(len(wall)) + 0.5) * pitch
    return [tick.text for tick in time_ticks(wall, x, 70, language)]


def test_a_day_begins_without_a_gap_for_the_weekend():
    assert day_starts(TWO_DAYS).tolist() == [380]


def test_a_new_day_is_named_and_hours_stand_between():
    found = labels(TWO_DAYS, 1.5)

    assert "01/29(월)" in found
    assert {"10:00", "11:00", "14:00"} <= set(found)


def test_english_names_the_day_in_english():
    assert "Mon 01/29" in labels(TWO_DAYS, 1.5, "en")


def test_closer_zoom_names_single_minutes():
    assert labels(walls(*session(MONDAY, 5)), 100) == ["09:01", "09:02", "09:03", "09:04"]


@pytest.mark.parametrize("pitch", [0.02, 0.1, 0.5, 1, 3, 7, 20, 90])
def test_labels_never_overlap(pitch):
    days = [MONDAY + timedelta(days=number) for number in range(40)]
    wall = walls(*(moment for day in days for moment in session(day)))
    x = (np.arange(len(wall)) + 0.5) * pitch
    keep = slice(0, int(1400 / pitch))

    ticks = time_ticks(wall[keep], x[keep], 70, "ko")

    places = [x[tick.column] for tick in ticks]
    assert ticks
    assert all(after - before >= 70 for before, after in pairwise(places))


def test_years_of_days_are_labelled_by_month_or_year():
    days = walls(
        *(datetime(1990, 9, 11, tzinfo=UTC) + timedelta(days=number) for number in range(9_000))
    )

    assert "2000" in labels(days, 0.15)


def test_nothing_to_label_without_bars():
    assert labels(walls(), 5) == []


@pytest.mark.parametrize(
    ("language", "is_daily", "expected"),
    [
        ("ko", False, "2018/01/29(월) 09:05"),
        ("en", False, "Mon 2018/01/29 09:05"),
        ("ko", True, "2018/01/29(월)"),
    ],
)
def test_the_crosshair_names_the_whole_time(language, is_daily, expected):
    second = int(walls(MONDAY.replace(hour=9, minute=5))[0])

    assert full_label(second, language, is_daily) == expected
