"""RSI: `ta` to the last bit, also where Wilder's means have gone denormal."""

import numpy as np
import pandas as pd
import pytest
import ta
import talib
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from core.indicators.rsi import Rsi
from tests.core.bar_samples import bars_of, real_bars
from tests.core.indicators.samples import CENTS, REAL_FILES, WHOLE, batched, settings, updated

SHORT_FILES = ("005490_1min", "033640_1min")


@pytest.mark.parametrize("name", REAL_FILES)
def test_it_is_ta_on_real_prices(name: str) -> None:
    bars = real_bars(name)
    oracle = ta.momentum.rsi(pd.Series([bar.close for bar in bars], dtype=float), 14)
    for ours in (updated(Rsi(settings()), bars), batched(Rsi(settings()), bars)):
        np.testing.assert_array_equal(ours["rsi"][13:], oracle[13:])
        assert np.isnan(ours["rsi"][:13]).all()


@pytest.mark.parametrize("name", [name for name in REAL_FILES if name not in SHORT_FILES])
def test_it_is_talib_once_the_seed_is_forgotten(name: str) -> None:
    """TA-Lib begins with a mean of 14 changes; after 700 bars that weighs (13/14)^700 = 3e-23."""
    bars = real_bars(name)
    oracle = talib.RSI(np.array([bar.close for bar in bars], dtype=float), 14)
    ours = updated(Rsi(settings()), bars)["rsi"]
    np.testing.assert_allclose(ours[700:], oracle[700:], rtol=0, atol=1e-7)


@given(WHOLE | CENTS, st.integers(2, 60))
def test_it_is_ta_on_any_prices(closes: list[float], period: int) -> None:
    oracle = ta.momentum.rsi(pd.Series(closes, dtype=float), period)[period - 1 :]
    bars = bars_of(closes)
    chosen = settings(rsi_period=period)
    for ours in (updated(Rsi(chosen), bars), batched(Rsi(chosen), bars)):
        np.testing.assert_array_equal(ours["rsi"][period - 1 :], oracle)
        assert np.isnan(ours["rsi"][: period - 1]).all()


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([100] * 30, 100),  # flat: no fall, so the limit
        (list(range(100, 130)), 100),
        (list(range(130, 100, -1)), 0),
    ],
)
def test_the_ends_of_the_scale(closes: list[float], expected: float) -> None:
    for compute in (updated, batched):
        assert compute(Rsi(settings()), bars_of(closes))["rsi"][-1] == expected


@pytest.mark.parametrize("period", [2, 14])
def test_a_market_frozen_for_weeks(period: int) -> None:
    """Both means shrink by (1 - 1/n) a bar, get denormal and stop there; so they do in `ta`."""
    closes = [100, 105, 103, 110, 104, *[104] * 12_000, 105]
    oracle = ta.momentum.rsi(pd.Series(closes, dtype=float), period).to_numpy()
    chosen = settings(rsi_period=period)
    bars = bars_of(closes)
    for ours in (updated(Rsi(chosen), bars), batched(Rsi(chosen), bars)):
        np.testing.assert_array_equal(ours["rsi"][period - 1 :], oracle[period - 1 :])


@given(WHOLE)
def test_it_stays_on_its_scale(closes: list[float]) -> None:
    values = updated(Rsi(settings()), bars_of(closes))["rsi"]
    assert ((values >= 0) & (values <= 100) | np.isnan(values)).all()


def test_no_bars_have_no_values() -> None:
    assert len(batched(Rsi(settings()), [])["rsi"]) == 0


def test_its_levels_are_drawn() -> None:
    (plot,) = Rsi(settings(rsi_oversold=25, rsi_overbought=80)).plots()
    assert plot.guides == (25, 80)
    assert plot.span == (0, 100)


def test_the_levels_must_be_in_order() -> None:
    with pytest.raises(
        ConfigError, match=r"rsi_oversold \(70\) must be below rsi_overbought \(70\)"
    ):
        settings(rsi_oversold=70)
