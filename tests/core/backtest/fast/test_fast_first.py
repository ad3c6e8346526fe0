"""The first bar that reaches a level, against a plain look at every bar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest.fast import first
from core.backtest.fast.first import extremes, first_at_most, first_reaching

STRETCHES = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 40), st.integers(0, 9)))


def plain(hits: list[bool], begin: int, end: int) -> int:
    return next((bar for bar in range(begin, end) if hits[bar]), end)


@given(values=st.lists(st.integers(0, 9), min_size=40, max_size=40), stretches=STRETCHES)
@settings(max_examples=60, deadline=None)
def test_the_first_bar_that_reaches_the_level_is_found(
    values: list[int], stretches: list[tuple[int, int, int]]
) -> None:
    column = np.array(values, np.float64)
    begin, end, level = np.array(sorted(stretches) or [(0, 0, 0)]).T
    below = first_at_most(column, level.astype(np.float64), begin, end)
    above = first_reaching(np.greater_equal, column, level.astype(np.float64), begin, end)
    rows = list(zip(begin.tolist(), end.tolist(), level.tolist(), strict=True))
    assert below.tolist() == [plain([v <= at for v in values], b, e) for b, e, at in rows]
    assert above.tolist() == [plain([v >= at for v in values], b, e) for b, e, at in rows]


def test_many_long_stretches_are_looked_through_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first, "_AT_ONCE", 7)
    column = np.arange(50, dtype=np.float64)
    begin = np.arange(30)
    found = first_reaching(np.greater_equal, column, begin + 15.0, begin, begin + 20)
    assert found.tolist() == list(range(15, 45))


def test_a_stretch_may_end_with_the_column() -> None:
    column = np.array([3.0, 1.0, 2.0])
    begin, end = np.array([0, 1, 2]), np.array([3, 3, 3])
    assert extremes(np.minimum, column, begin, end).tolist() == [1, 1, 2]
    assert extremes(np.maximum, column, begin, end).tolist() == [3, 2, 2]
