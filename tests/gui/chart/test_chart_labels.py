from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.chart.labels import spread
from gui.chart.numbers import compact, plain


@given(st.lists(st.floats(-50, 450), max_size=6))
def test_boxes_never_overlap_and_stay_inside(middles):
    placed = spread(middles, 20, 0, 400)

    ordered = sorted(placed)
    assert all(b - a >= 20 - 1e-9 for a, b in pairwise(ordered))
    assert all(10 - 1e-9 <= y <= 390 + 1e-9 for y in placed)
    assert sorted(range(len(middles)), key=lambda n: placed[n]) == sorted(
        range(len(middles)), key=lambda n: middles[n]
    )


def test_boxes_with_room_stay_where_they_are():
    assert spread([30, 100, 300], 20, 0, 400) == [30, 100, 300]


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (950, "ko", "950"),
        (12_000, "ko", "1.2만"),
        (1_230_000, "ko", "123만"),
        (450_000_000, "ko", "4.5억"),
        (12_000, "en", "12K"),
        (1_230_000, "en", "1.23M"),
    ],
)
def test_large_counts_are_short(value, language, expected):
    assert compact(value, language) == expected


def test_numbers_have_thousands_separators():
    assert plain(2_450_000) == "2,450,000"
    assert plain(227.5, 2) == "227.50"
    assert plain(None) == "–"
