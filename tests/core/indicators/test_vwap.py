"""VWAP: `ta` over each day, from turnover where it is known."""

from datetime import timedelta
from fractions import Fraction
from itertools import groupby

import numpy as np
import pandas as pd
import pytest
import ta
from hypothesis import given
from hypothesis import strategies as st

from core.bars import BarBuilder
from core.domain.market import Bar
from core.indicators.vwap import Vwap
from tests.core.bar_samples import OPEN, bar, real_bars, real_ticks
from tests.core.indicators.samples import assert_near, batched, settings, updated

DAY = timedelta(days=1)


@pytest.mark.parametrize("name", ["005930_1min", "005490_1min", "AAPL_1min", "SPY_1min"])
def test_it_is_ta_day_by_day(name: str) -> None:
    bars = real_bars(name)
    oracle: list[float] = []
    for _, day in groupby(bars, lambda one: one.start.date()):
        rows = pd.DataFrame([(b.high, b.low, b.close, b.volume) for b in day], dtype=float)
        oracle += ta.volume.volume_weighted_average_price(
            rows[0], rows[1], rows[2], rows[3], window=len(rows), fillna=True
        ).tolist()
    for ours in (updated(Vwap(settings()), bars), batched(Vwap(settings()), bars)):
        assert_near(ours["vwap"], oracle, bars)


def test_with_trades_known_it_is_what_was_paid_per_share() -> None:
    ticks = real_ticks("005490_ticks")
    builder = BarBuilder("005490")
    bars = [one for one in (*(builder.add(t) for t in ticks), builder.close()) if one]
    paid = sum(int(t.price) * t.quantity for t in ticks) / sum(t.quantity for t in ticks)
    for compute in (updated, batched):
        assert compute(Vwap(settings()), bars)["vwap"][-1] == paid


def test_it_restarts_every_day() -> None:
    bars = [bar(OPEN, 100), bar(OPEN + timedelta(minutes=1), 200), bar(OPEN + DAY, 500)]
    for compute in (updated, batched):
        assert compute(Vwap(settings()), bars)["vwap"].tolist() == [100, 150, 500]


def test_a_bar_without_turnover_counts_its_typical_price() -> None:
    bars = [
        Bar("005930", OPEN, 100, 130, 90, 110, 10, turnover=1000),
        Bar("005930", OPEN + timedelta(minutes=1), 100, 130, 90, 110, 10),
    ]
    for compute in (updated, batched):
        assert compute(Vwap(settings()), bars)["vwap"].tolist() == [100, 105]


def test_it_is_undefined_while_nothing_was_traded() -> None:
    bars = [
        bar(OPEN, 100, 5),
        bar(OPEN + DAY, 90, 0),
        bar(OPEN + DAY + timedelta(minutes=1), 80, 1),
    ]
    for compute in (updated, batched):
        values = compute(Vwap(settings()), bars)["vwap"]
        np.testing.assert_array_equal(values, [100, np.nan, 80])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(1, 3_000_000),
            st.integers(0, 10**7),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_it_is_exact_and_both_ways_agree(rows: list[tuple[int, int, int, bool]]) -> None:
    """Whole won stay whole, so each value is the nearest float to the true quotient."""
    rows.sort(key=lambda row: row[0])
    bars = [
        bar(
            OPEN + day * DAY + timedelta(minutes=i),
            close,
            volume,
            close * volume if known else None,
            3,
        )
        for i, (day, close, volume, known) in enumerate(rows)
    ]
    ours = updated(Vwap(settings()), bars)["vwap"]
    np.testing.assert_array_equal(ours, batched(Vwap(settings()), bars)["vwap"])
    for index, (day, *_) in enumerate(rows):
        today = [row for row in rows[: index + 1] if row[0] == day]
        volume = sum(row[2] for row in today)
        expected = (
            float(Fraction(sum(row[1] * row[2] for row in today), volume)) if volume else None
        )
        assert ours[index] == expected or (expected is None and np.isnan(ours[index]))


def test_years_before_a_day_take_nothing_from_it() -> None:
    """One running sum over everything would leave the small first bar of a day 1e-7 off."""
    big = [bar(OPEN + day * DAY, 3_000_000.5, 10**9) for day in range(3000)]
    first = bar(OPEN + 3000 * DAY, 1234.5, 1)
    for compute in (updated, batched):
        assert compute(Vwap(settings()), [*big, first])["vwap"][-1] == 1234.5
