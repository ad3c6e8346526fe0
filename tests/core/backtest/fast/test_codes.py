"""Which bars reach a score: the table and the asking in turn give what adding up gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.backtest.fast.codes import Asked, Found, reaching, sums
from core.backtest.fast.hits import Bars, Mask


def test_scores_are_added_up_in_the_order_of_the_rules() -> None:
    table = sums([0.1, 0.2, 0.3])
    assert table[7] == 0.1 + 0.2 + 0.3
    assert table[7] != 0.3 + 0.2 + 0.1
    assert table[5] == 0.1 + 0.3


@given(
    weights=st.lists(st.sampled_from([0.1, 0.5, 0.7, 1.0, 3.0]), max_size=9),
    threshold=st.sampled_from([0.0, 0.1, 0.6, 1.2, 1.5, 9.0]),
    lazy=st.integers(0, 3),
    seed=st.integers(0, 10**6),
)
def test_bars_that_reach_are_those_whose_weights_add_up(
    weights: list[float], threshold: float, lazy: int, seed: int
) -> None:
    bars, size = 60, len(weights)
    holds = np.random.default_rng(seed).random((size, bars)) < 0.4
    first_lazy = max(size - lazy, 0)
    found = [Found(bit, np.flatnonzero(holds[bit])) for bit in range(first_lazy)]
    asked = [Asked(bit, holds[bit].__getitem__) for bit in range(first_lazy, size)]
    table = sums(weights) >= threshold - 1e-9
    code = sum((holds[bit].astype(np.int64) << bit for bit in range(size)), np.zeros(bars, int))
    assert reaching(table, bars, found, asked).tolist() == np.flatnonzero(table[code]).tolist()


@pytest.mark.parametrize(("threshold", "expected"), [(1.5, [2]), (1.0, [2, 3]), (2.0, [])])
def test_what_is_dear_is_asked_only_where_the_score_turns_on_it(
    threshold: float, expected: list[int]
) -> None:
    seen: list[list[int]] = []

    def dear(at: Bars) -> Mask:
        seen.append(at.tolist())
        return at < 3

    found = [Found(0, np.array([2, 3], np.int64))]
    table = sums([1.0, 0.5]) >= threshold - 1e-9
    assert reaching(table, 10, found, [Asked(1, dear)]).tolist() == expected
    assert seen == ([[2, 3]] if threshold == 1.5 else [])
