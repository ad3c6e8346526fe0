"""Longer bars out of minutes: the same as those made of the trades themselves."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bars import BarBuilder, resample
from core.domain.market import Bar, Tick
from core.series import BarColumns
from tests.core.bar_samples import NEW_YORK, OPEN, bar, bars_of, real_bars, real_ticks

LENGTHS = [1, 3, 5, 10, 15, 30, 60, 1440]
FIELDS = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")


def assert_same(left: BarColumns, right: BarColumns) -> None:
    for name in FIELDS:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)


def built(ticks: list[Tick], minutes: int) -> BarColumns:
    builder = BarBuilder("005930", minutes)
    closed = [*(builder.add(one) for one in ticks), builder.close()]
    return BarColumns.from_bars(one for one in closed if one is not None)


@pytest.mark.parametrize("minutes", LENGTHS)
def test_resampled_real_minutes_equal_bars_of_the_trades(minutes: int) -> None:
    ticks = real_ticks("005490_ticks")
    assert_same(resample(built(ticks, 1), minutes), built(ticks, minutes))


@given(
    st.lists(
        st.tuples(st.integers(0, 5 * 86_400), st.integers(1, 3_000_000), st.integers(1, 1000)),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([*LENGTHS, 7, 120]),
    st.booleans(),
)
def test_resampled_minutes_equal_bars_of_the_trades(
    trades: list[tuple[int, int, int]], minutes: int, in_new_york: bool
) -> None:
    first = OPEN.replace(tzinfo=NEW_YORK) if in_new_york else OPEN
    ticks = [Tick("005930", first + timedelta(seconds=s), p, q) for s, p, q in sorted(trades)]
    assert_same(resample(built(ticks, 1), minutes), built(ticks, minutes))


def test_days_follow_the_exchange_not_utc() -> None:
    """Seoul's 08:59 and 09:01 lie on two days of UTC."""
    bars = bars_of([100, 101, 102], OPEN - timedelta(minutes=1))
    days = resample(BarColumns.from_bars(bars), 1440)
    assert len(days) == 1
    assert days.local[0] % 86_400 == 0
    assert days.start[0] == (OPEN - timedelta(hours=9)).timestamp()


def test_days_of_a_real_file() -> None:
    bars = real_bars("005930_1min")
    days = resample(BarColumns.from_bars(bars), 1440)
    dates = sorted({one.start.date() for one in bars})
    assert len(days) == len(dates)
    assert days.volume.sum() == sum(one.volume for one in bars)
    last_day = [one for one in bars if one.start.date() == dates[-1]]
    assert days.close[-1] == last_day[-1].close
    assert days.high[-1] == max(one.high for one in last_day)


def test_turnover_is_unknown_where_a_part_is() -> None:
    known: list[Bar] = [bar(OPEN, 100, 10, 1000), bar(OPEN + timedelta(minutes=1), 100, 5, 500)]
    columns = BarColumns.from_bars([*known, bar(OPEN + timedelta(minutes=3), 100, 5)])
    assert resample(columns, 3).turnover.tolist()[0] == 1500
    assert np.isnan(resample(columns, 60).turnover[0])


def test_nothing_resamples_to_nothing() -> None:
    assert len(resample(BarColumns(), 5)) == 0


@pytest.mark.parametrize("minutes", [0, 1441])
def test_impossible_lengths_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="1 to 1440 minutes"):
        resample(BarColumns(), minutes)
