"""Touched levels are the same, whatever other distances were asked about before."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backtest.fast.first import first_reaching
from core.backtest.fast.touches import Touches

DISTANCES = st.lists(st.sampled_from([0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 30.0]), min_size=1, max_size=9)


@given(seed=st.integers(0, 10**6), asked=DISTANCES)
@settings(max_examples=60, deadline=None)
def test_touches_are_those_found_alone(seed: int, asked: list[float]) -> None:
    random = np.random.default_rng(seed)
    column = 1_000 + np.cumsum(random.integers(-9, 10, 300)).astype(np.float64)
    entry = np.sort(random.integers(0, 300, 40))
    end = np.minimum(entry + random.integers(0, 60, 40), 300)
    price = column[entry]
    stops = Touches(np.less_equal, column, entry, end)
    targets = Touches(np.greater_equal, column, entry, end)
    for pct in asked:
        low, high = price * (1 - pct / 100), price * (1 + pct / 100)
        alone = first_reaching(np.less_equal, column, low, entry, end)
        assert stops.first(pct, low).tolist() == alone.tolist()
        alone = first_reaching(np.greater_equal, column, high, entry, end)
        assert targets.first(pct, high).tolist() == alone.tolist()
