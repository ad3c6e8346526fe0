"""EMA: `ta` to the last bit, and TA-Lib once its seed is forgotten."""

import numpy as np
import pandas as pd
import pytest
import ta
import talib
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from core.indicators.ema import EmaPair
from tests.core.bar_samples import bars_of, real_bars
from tests.core.indicators.samples import (
    CENTS,
    REAL_FILES,
    WHOLE,
    assert_near,
    batched,
    settings,
    updated,
)

PERIODS = st.tuples(st.integers(2, 60), st.integers(2, 60)).filter(lambda pair: pair[0] < pair[1])


@pytest.mark.parametrize("name", REAL_FILES)
def test_it_is_ta_on_real_prices(name: str) -> None:
    bars = real_bars(name)
    closes = pd.Series([bar.close for bar in bars], dtype=float)
    for ours in (updated(EmaPair(settings()), bars), batched(EmaPair(settings()), bars)):
        np.testing.assert_array_equal(ours["ema_short"], ta.trend.ema_indicator(closes, 9))
        np.testing.assert_array_equal(ours["ema_long"], ta.trend.ema_indicator(closes, 21))


@pytest.mark.parametrize("name", REAL_FILES)
def test_it_is_talib_once_the_seed_is_forgotten(name: str) -> None:
    """TA-Lib begins with a mean of 21 closes; after 340 bars that weighs (20/22)^340 = 8e-15."""
    bars = real_bars(name)
    oracle = talib.EMA(np.array([bar.close for bar in bars], dtype=float), 21)
    ours = updated(EmaPair(settings()), bars)["ema_long"]
    assert_near(ours[360:], oracle[360:], bars[360:])


@given(WHOLE | CENTS, PERIODS)
def test_it_is_ta_on_any_prices(closes: list[float], periods: tuple[int, int]) -> None:
    chosen = settings(ema_short=periods[0], ema_long=periods[1])
    bars = bars_of(closes)
    series = pd.Series(closes, dtype=float)
    for ours in (updated(EmaPair(chosen), bars), batched(EmaPair(chosen), bars)):
        for name, period in zip(("ema_short", "ema_long"), periods, strict=True):
            np.testing.assert_array_equal(ours[name], ta.trend.ema_indicator(series, period))


@pytest.mark.parametrize("price", [1, 333, 71_300, 2_481_000, 644.87])
def test_frozen_prices_are_their_own_mean(price: float) -> None:
    ours = updated(EmaPair(settings()), bars_of([price] * 1000))
    assert set(ours["ema_short"][8:]) == set(ours["ema_long"][20:]) == {price}


def test_it_is_undefined_for_the_first_bars() -> None:
    for compute in (updated, batched):
        ours = compute(EmaPair(settings(ema_short=2, ema_long=3)), bars_of([10, 20, 30]))
        assert np.isnan(ours["ema_short"]).tolist() == [True, False, False]
        assert np.isnan(ours["ema_long"]).tolist() == [True, True, False]


def test_no_bars_have_no_values() -> None:
    assert [len(values) for values in batched(EmaPair(settings()), []).values()] == [0, 0]


@pytest.mark.parametrize("short", [21, 30])
def test_the_short_period_must_be_the_shorter(short: int) -> None:
    with pytest.raises(ConfigError, match=rf"ema_short \({short}\) must be below ema_long \(21\)"):
        settings(ema_short=short)
