from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.chart.scale import Scale, padded, ticks


def test_values_map_onto_rows_and_back():
    scale = Scale(70_000, 71_000, top=20, bottom=220)

    assert scale.y(70_000) == 220
    assert scale.y(71_000) == 20
    assert scale.value(scale.y(70_250)) == pytest.approx(70_250)


def test_unknown_values_stay_unknown():
    rows = Scale(0, 1, 0, 10).rows(np.array([0.0, np.nan, 1.0]))

    assert rows[0] == 10
    assert np.isnan(rows[1])
    assert rows[2] == 0


@pytest.mark.parametrize(
    ("low", "high", "most", "expected", "decimals"),
    [
        (70_010, 70_990, 5, [70_200, 70_400, 70_600, 70_800], 0),
        (0, 100, 4, [0, 50, 100], 0),
        (2_440_000, 2_460_000, 4, [2_440_000, 2_445_000, 2_450_000, 2_455_000, 2_460_000], 0),
        (1.21, 1.29, 4, [1.22, 1.24, 1.26, 1.28], 2),
    ],
)
def test_grid_values_are_round(low, high, most, expected, decimals):
    values, found = ticks(low, high, most)

    assert values.tolist() == pytest.approx(expected)
    assert found == decimals


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9), st.integers(1, 40))
def test_grid_values_lie_inside_and_are_not_too_many(low, width, most):
    high = low + width
    values, _ = ticks(low, high, most)

    slack = 1e-6 * max(abs(low), abs(high), 1)
    assert all(low - slack <= value <= high + slack for value in values)
    assert len(values) <= most + 1


@pytest.mark.parametrize("low, high, most", [(5, 5, 4), (7, 6, 4), (0, 1, 0), (math.nan, 1, 4)])
def test_an_impossible_range_has_no_grid(low, high, most):
    assert len(ticks(low, high, most)[0]) == 0


def test_a_single_price_gets_a_range():
    low, high = padded(70_000, 70_000, 0.0)

    assert low < 70_000 < high
