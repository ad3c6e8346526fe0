"""Columns of closed bars."""

from datetime import timedelta
from itertools import groupby

import numpy as np
import pytest

from core.series import BarColumns
from tests.core.bar_samples import NEW_YORK, OPEN, bar, bars_of, real_bars


def test_a_bar_becomes_a_row() -> None:
    columns = BarColumns(["rsi"])
    columns.append(bar(OPEN, 71_500, 12, 858_000, spread=100), {"rsi": 55.5, "vwap": 1.0})
    assert columns.start.tolist() == [OPEN.timestamp()]
    assert columns.local.tolist() == [OPEN.timestamp() + 9 * 3600]
    row = [columns[name][0] for name in ("open", "high", "low", "close", "volume", "turnover")]
    assert row == [71_500, 71_600, 71_400, 71_500, 12, 858_000]
    assert columns["rsi"].tolist() == [55.5]
    assert columns.names == ("rsi",)


def test_what_is_unknown_is_nan() -> None:
    columns = BarColumns(["rsi", "vwap"])
    columns.append(bar(OPEN, 100), {"rsi": None})
    columns.append(bar(OPEN, 100))
    assert np.isnan(columns.turnover).all()
    assert np.isnan(columns["rsi"]).all()
    assert np.isnan(columns["vwap"]).all()


def test_it_grows_and_keeps_everything() -> None:
    bars = bars_of(range(1, 3001))
    columns = BarColumns.from_bars(bars, ["x"])
    assert len(columns) == 3000
    assert columns.close.tolist() == [one.close for one in bars]
    assert columns.start.tolist() == [one.start.timestamp() for one in bars]
    assert np.isnan(columns["x"]).all()


def test_reading_copies_nothing() -> None:
    columns = BarColumns.from_bars(bars_of([1, 2, 3]))
    assert np.shares_memory(columns.close, columns.close)


def test_a_view_stays_as_it_was_while_the_table_grows() -> None:
    columns = BarColumns.from_bars(bars_of([1, 2, 3]))
    view = columns.close
    for one in bars_of(range(4, 2000)):
        columns.append(one)
    assert view.tolist() == [1, 2, 3]
    assert len(columns.close) == 1999


def test_whole_arrays_make_the_same_table() -> None:
    bars = bars_of([1, 2, 3])
    columns = BarColumns.from_bars(bars)
    names = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")
    copied = BarColumns.from_arrays(**{name: columns[name] for name in names}, rsi=[1, 2, 3])
    copied.append(bar(OPEN, 4), {"rsi": 4})
    assert copied.close.tolist() == [1, 2, 3, 4]
    assert copied["rsi"].tolist() == [1, 2, 3, 4]
    assert len(columns) == 3


def test_left_out_arrays_have_defaults() -> None:
    prices = {name: [1.0, 2.0] for name in ("open", "high", "low", "close")}
    columns = BarColumns.from_arrays(start=[0, 60], volume=[1, 2], **prices)
    assert columns.local.tolist() == [0, 60]
    assert np.isnan(columns.turnover).all()
    assert columns.ticks.tolist() == [0, 0]


def test_arrays_of_another_length_are_refused() -> None:
    prices = {name: [1.0, 2.0] for name in ("open", "high", "low", "close")}
    with pytest.raises(ValueError, match=r"column volume has shape \(1,\), expected \(2,\)"):
        BarColumns.from_arrays(start=[0, 60], volume=[1], **prices)


def test_value_columns_can_be_put_later() -> None:
    columns = BarColumns.from_bars(bars_of([1, 2]))
    columns.set_values({"ema": [0.5, 1.5]})
    columns.append(bar(OPEN, 3), {"ema": 2.5})
    assert columns["ema"].tolist() == [0.5, 1.5, 2.5]
    with pytest.raises(ValueError, match="close is a column of the bar itself"):
        columns.set_values({"close": [1, 2, 3]})


def test_a_name_can_not_be_there_twice() -> None:
    with pytest.raises(ValueError, match="column rsi is there twice"):
        BarColumns(["rsi", "rsi"])


def test_days_are_those_of_the_exchange() -> None:
    bars = real_bars("005930_1min")
    columns = BarColumns.from_bars(bars)
    dates = [one.start.date() for one in bars]
    starts = [index for index, day in enumerate(dates) if index == 0 or day != dates[index - 1]]
    assert columns.day_starts().tolist() == starts
    assert len(np.unique(columns.day)) == len(list(groupby(dates)))


def test_days_hold_across_a_change_of_the_clocks() -> None:
    """New York went to summer time in the night of 2024-03-10."""
    friday = OPEN.replace(month=3, day=8, hour=19, minute=59, tzinfo=NEW_YORK)
    bars = [bar(friday, 1), bar(friday + timedelta(days=3), 2)]
    columns = BarColumns.from_bars(bars)
    assert np.diff(columns.day).tolist() == [3]
    assert np.diff(columns.local).tolist() == [3 * 86_400]
    assert np.diff(columns.start).tolist() == [3 * 86_400 - 3600]


def test_an_empty_table_has_no_days() -> None:
    assert BarColumns().day_starts().tolist() == []
