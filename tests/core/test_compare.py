"""Comparisons with a dead band."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import compare
from core.domain.compare import above, at_least, at_most, below

Comparison = Callable[[float | None, float | None], bool]
ALL = [above, below, at_most, at_least]
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@pytest.mark.parametrize("compares", ALL)
@pytest.mark.parametrize("pair", [(None, 1), (1, None), (None, None), (math.nan, 1), (1, math.nan)])
def test_a_comparison_with_an_undefined_value_is_false(
    compares: Comparison, pair: tuple[float | None, float | None]
) -> None:
    assert not compares(*pair)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (70_000, 69_999, True),
        (70_000, 70_000, False),
        (70_000 + 6e-5, 70_000, False),  # within 1e-9 of the price
        (70_000 + 8e-5, 70_000, True),
        (0.5 + 0.9e-9, 0.5, False),  # the band is 1e-9 below a price of 1
        (0.5 + 1.1e-9, 0.5, True),
        (-70_000, -70_000 - 6e-5, False),
        (1, -1, True),
        (0, 0, False),
    ],
)
def test_above_means_by_more_than_the_band(a: float, b: float, expected: bool) -> None:
    assert above(a, b) is expected
    assert below(b, a) is expected
    assert at_most(a, b) is not expected
    assert at_least(b, a) is not expected


def near(number: float) -> st.SearchStrategy[float]:
    return st.floats(-3e-9, 3e-9).map(lambda part: number + part * max(1.0, abs(number)))


@given(NUMBERS.flatmap(lambda n: st.tuples(st.just(n), near(n) | NUMBERS)))
def test_all_follow_the_definition(pair: tuple[float, float]) -> None:
    a, b = pair
    is_above = a - b > 1e-9 * max(1, abs(a), abs(b))
    is_below = b - a > 1e-9 * max(1, abs(a), abs(b))
    assert above(a, b) == is_above
    assert below(a, b) == is_below
    assert at_most(a, b) == (not is_above)
    assert at_least(a, b) == (not is_below)


@given(st.lists(st.tuples(*[st.none() | NUMBERS] * 2), max_size=20))
def test_arrays_compare_as_their_elements_do(
    pairs: list[tuple[float | None, float | None]],
) -> None:
    a = np.array([left for left, _ in pairs], dtype=np.float64)
    b = np.array([right for _, right in pairs], dtype=np.float64)
    for compares in ALL:
        each = getattr(compare, f"{compares.__name__}_each")
        assert each(a, b).tolist() == [compares(*pair) for pair in pairs]
