"""The `ta` package behind the chart's indicator menu."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import ta

from core.indicators import Pane
from core.indicators.ta_adapter import offered
from core.series import BarColumns
from tests.core.bar_samples import bars_of, real_bars

ALL = sorted(offered())


@pytest.fixture(scope="module")
def columns() -> BarColumns:
    return BarColumns.from_bars(real_bars("005930_1min")[:500])


def test_every_indicator_of_ta_is_offered() -> None:
    assert len(ALL) == 43
    assert {"RSIIndicator", "MACD", "AverageTrueRange", "OnBalanceVolumeIndicator"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_output_has_a_number_for_each_bar(name: str, columns: BarColumns) -> None:
    indicator = offered()[name]
    assert indicator.title
    values = indicator.compute(columns)
    assert set(values) == set(indicator.outputs)
    for output, array in values.items():
        assert array.shape == (len(columns),)
        assert np.isfinite(array).any(), output


@pytest.mark.parametrize("name", ALL)
def test_outputs_drawn_over_the_candles_are_prices(name: str, columns: BarColumns) -> None:
    indicator = offered()[name]
    for output, array in indicator.compute(columns).items():
        middle = np.nanmedian(array[100:])
        is_price = bool(abs(middle / np.median(columns.close) - 1) < 0.1)
        assert (indicator.pane(output) is Pane.PRICE) == is_price, output


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_bars_are_no_error(name: str, count: int) -> None:
    few = BarColumns.from_bars(bars_of(range(100, 100 + count)))
    assert all(len(array) == count for array in offered()[name].compute(few).values())


def test_parameters_reach_ta(columns: BarColumns) -> None:
    ours = offered()["MACD"].compute(columns, window_slow=30, window_fast=10)["macd"]
    theirs = ta.trend.macd(pd.Series(columns.close), 30, 10)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("MACD", {"period": 3}, "MACD has no parameter period; it has: window_slow, window_fast"),
        ("MACD", {"window_slow": 0}, "MACD window_slow must be int from 1 to 10000, was 0"),
        ("MACD", {"window_slow": 2.5}, "must be int"),
        ("MACD", {"window_slow": True}, "must be int"),
        ("PSARIndicator", {"step": -0.1}, "step must be a number from 0 to 10000, was -0.1"),
        ("PSARIndicator", {"step": float("nan")}, "step must be a number"),
        ("IchimokuIndicator", {"visual": 1}, "visual must be bool"),
        ("OnBalanceVolumeIndicator", {"window": 3}, "it has: none"),
    ],
)
def test_wrong_parameters_are_refused(
    name: str, parameters: dict[str, float], message: str, columns: BarColumns
) -> None:
    with pytest.raises(ValueError, match=message):
        offered()[name].compute(columns, **parameters)


def test_ta_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, core.indicators; print({'ta', 'pandas'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
