"""What is written under the curves of a backtest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from gui.backtest.time_axis import TimeAxis

SEOUL_S = 9 * 3600
JUNE = datetime(2021, 6, 1, tzinfo=UTC).timestamp() - SEOUL_S  # midnight in Seoul


def labels(days: float, width_px: float, begin: float = JUNE) -> list[str]:
    axis = TimeAxis()
    axis.east_s = SEOUL_S
    [(spacing, values)] = axis.tickValues(begin, begin + days * 86400, width_px)
    return axis.tickStrings(values, 1.0, spacing)


@pytest.mark.parametrize(
    ("days", "has"),
    [(0.25, "03:00"), (4, "06/02"), (31, "06/12"), (200, "2021-07"), (3000, "2024")],
)
def test_times_are_written_in_figures_of_the_zone(qtbot: QtBot, days: float, has: str) -> None:
    assert has in labels(days, 400)


@pytest.mark.parametrize("days", [0.01, 0.3, 1, 5, 9, 31, 62, 200, 700, 4000, 20_000])
@pytest.mark.parametrize("width_px", [250, 400, 1500])
def test_no_label_lies_over_another(qtbot: QtBot, days: float, width_px: float) -> None:
    axis = TimeAxis()
    [(_, values)] = axis.tickValues(JUNE, JUNE + timedelta(days=days).total_seconds(), width_px)
    px_per_s = width_px / (days * 86400)
    gaps = [(b - a) * px_per_s for a, b in pairwise(values)]
    assert all(gap >= 55 for gap in gaps)


def test_a_range_that_no_calendar_has_does_no_harm(qtbot: QtBot) -> None:
    assert labels(1e9, 400, begin=-1e12) is not None
