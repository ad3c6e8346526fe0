"""Curves with few points that show what the full ones would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.backtest.thinned import extremes


@given(st.lists(st.floats(-1e9, 1e9), max_size=300), st.integers(2, 40))
def test_the_highest_and_the_lowest_point_stay(values: list[float], points: int) -> None:
    curve = np.array(values)
    rows = extremes(curve, points)
    assert len(rows) <= max(points, 0) + 2 or len(curve) <= points
    assert list(rows) == sorted(set(rows.tolist()))
    if values:
        kept = curve[rows]
        assert (kept.min(), kept.max()) == (curve.min(), curve.max())
        assert (rows[0], rows[-1]) == (0, len(curve) - 1)


def test_a_short_curve_is_whole() -> None:
    assert extremes(np.zeros(5), 10).tolist() == [0, 1, 2, 3, 4]
