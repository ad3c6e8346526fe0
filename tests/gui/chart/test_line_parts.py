"""Lines of what restarts every day are broken between days, and nowhere else."""

from types import SimpleNamespace

import numpy as np
import pytest

from config.text import Text
from core.indicators import Plot
from gui.chart.plots import LineLayer

DAY = 86_400


def parts(local: list[int], restarts_daily: bool = True) -> list[slice]:
    plot = Plot(Text.of("VWAP"), ("vwap",), "vwap", restarts_daily=restarts_daily)
    candles = SimpleNamespace(local=np.array(local, dtype=np.int64))
    return LineLayer(plot)._parts(SimpleNamespace(candles=candles, x=np.arange(len(local))))


def test_a_line_is_broken_where_a_day_begins():
    assert parts([0, 60, DAY, DAY + 60, DAY + 120]) == [slice(0, 2), slice(2, 5)]


@pytest.mark.parametrize(
    ("local", "restarts"),
    [
        ([0, 60, DAY], False),  # an EMA goes on across days
        ([0, 60, 120], True),  # one day
        ([0, DAY, 2 * DAY], True),  # bars of a day each
        ([60 * k + DAY * day for day in range(99) for k in range(2)], True),  # too many to see
    ],
)
def test_it_is_one_line_otherwise(local: list[int], restarts: bool):
    assert parts(local, restarts) == [slice(None)]
