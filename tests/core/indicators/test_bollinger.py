"""Bollinger bands: exact arithmetic, and `ta` and TA-Lib as far as those are exact."""

from fractions import Fraction
from math import nan, sqrt

import numpy as np
import pandas as pd
import pytest
import ta
import talib
from hypothesis import given
from hypothesis import strategies as st

from core.indicators.bollinger import Bollinger
from tests.core.bar_samples import bars_of, real_bars
from tests.core.indicators.samples import (
    CENTS,
    REAL_FILES,
    STEPS,
    WHOLE,
    assert_near,
    batched,
    settings,
    updated,
)

NAMES = ("bb_low", "bb_mid", "bb_high")


def exact(closes: list[float], period: int, width: float) -> dict[str, list[float]]:
    """Compute the bands from their definition, in fractions up to the last root."""
    fractions = [Fraction(close) for close in closes]
    bands: dict[str, list[float]] = {name: [] for name in NAMES}
    for end in range(1, len(closes) + 1):
        window = fractions[max(end - period, 0) : end]
        mean = sum(window) / period
        variance = sum(close * close for close in window) / period - mean * mean
        reach = width * sqrt(variance) if end >= period else nan
        for name, offset in zip(NAMES, (-reach, 0 * reach, reach), strict=True):
            bands[name].append(float(mean) + offset)
    return bands


@pytest.mark.parametrize("name", REAL_FILES)
def test_it_is_exact_and_talib_on_real_prices(name: str) -> None:
    bars = real_bars(name)
    oracle = exact([bar.close for bar in bars], 20, 2.0)
    high, mid, low = talib.BBANDS(np.array([bar.close for bar in bars], dtype=float), 20, 2.0, 2.0)
    for ours in (updated(Bollinger(settings()), bars), batched(Bollinger(settings()), bars)):
        for band, other in zip(NAMES, (low, mid, high), strict=True):
            assert_near(ours[band], oracle[band], bars, within=1e-13)
            assert_near(ours[band], other, bars)


@pytest.mark.parametrize("name", [name for name in REAL_FILES if name != "000660_raw_1d"])
def test_it_is_ta_on_real_prices(name: str) -> None:
    """But for 30 years of 000660, over which the running deviation of `ta` drifts by 1.9e-9."""
    bars = real_bars(name)
    oracle = ta.volatility.BollingerBands(pd.Series([b.close for b in bars], dtype=float), 20, 2)
    for ours in (updated(Bollinger(settings()), bars), batched(Bollinger(settings()), bars)):
        assert_near(ours["bb_low"], oracle.bollinger_lband(), bars)
        assert_near(ours["bb_mid"], oracle.bollinger_mavg(), bars)
        assert_near(ours["bb_high"], oracle.bollinger_hband(), bars)


@given(STEPS, st.integers(2, 40), st.sampled_from([0.1, 1.0, 2.0, 2.5]))
def test_it_is_ta_on_walks(closes: list[float], period: int, width: float) -> None:
    oracle = ta.volatility.BollingerBands(pd.Series(closes, dtype=float), period, width)
    bars = bars_of(closes)
    chosen = settings(bb_period=period, bb_width=width)
    for ours in (updated(Bollinger(chosen), bars), batched(Bollinger(chosen), bars)):
        assert_near(ours["bb_low"], oracle.bollinger_lband(), bars)
        assert_near(ours["bb_high"], oracle.bollinger_hband(), bars)


@given(WHOLE | CENTS, st.integers(2, 40))
def test_it_is_exact_on_any_prices(closes: list[float], period: int) -> None:
    """`ta` itself is not, once a huge price has been in its running sums."""
    oracle = exact(closes, period, 2.0)
    bars = bars_of(closes)
    chosen = settings(bb_period=period)
    for ours in (updated(Bollinger(chosen), bars), batched(Bollinger(chosen), bars)):
        for name in NAMES:
            assert_near(ours[name], oracle[name], bars)


@given(WHOLE, st.integers(2, 400))
def test_both_ways_agree_to_the_last_bit_on_whole_prices(closes: list[float], period: int) -> None:
    bars, chosen = bars_of(closes), settings(bb_period=period)
    as_float = bars_of([float(close) for close in closes])
    for name, values in updated(Bollinger(chosen), bars).items():
        np.testing.assert_array_equal(values, batched(Bollinger(chosen), bars)[name])
        np.testing.assert_array_equal(values, updated(Bollinger(chosen), as_float)[name])


@given(st.lists(st.integers(1, 10**6) | st.floats(0.01, 10**6), max_size=60))
def test_prices_may_stop_being_whole(closes: list[float]) -> None:
    oracle = exact(closes, 5, 2.0)
    bars = bars_of(closes)
    ours = updated(Bollinger(settings(bb_period=5)), bars)
    for name in NAMES:
        assert_near(ours[name], oracle[name], bars)


@pytest.mark.parametrize("price", [1, 71_300, 2_481_000, 644.87])
def test_frozen_prices_have_bands_of_no_width(price: float) -> None:
    ours = updated(Bollinger(settings()), bars_of([3 * price, *[price] * 40]))
    assert ours["bb_low"][-1] == ours["bb_mid"][-1] == ours["bb_high"][-1]
    assert ours["bb_mid"][-1] == pytest.approx(price, rel=1e-12)


@pytest.mark.parametrize("unit", [1, 0.01])
def test_nothing_drifts_over_100_000_bars(unit: float) -> None:
    steps = np.random.default_rng(1).integers(-5, 6, 100_000) * 100
    closes = (np.abs(2_000_000 + np.cumsum(steps)) + 100).tolist()
    closes[50_000] = 3_000_000_000  # a huge price leaves nothing behind
    closes = [close * unit for close in closes]
    bars = bars_of(closes)
    oracle = exact(closes[-30:], 20, 2.0)
    for ours in (updated(Bollinger(settings()), bars), batched(Bollinger(settings()), bars)):
        for name in NAMES:
            assert_near(ours[name][-5:], oracle[name][-5:], bars[-5:])


def test_bands_of_huge_prices_do_not_overflow() -> None:
    closes = [10.0**12, 10.0**12 + 2] * 200
    oracle = exact(closes[-20:], 20, 2.0)
    for compute in (updated, batched):
        ours = compute(Bollinger(settings()), bars_of(closes))
        assert ours["bb_high"][-1] == pytest.approx(oracle["bb_high"][-1], rel=1e-12)


@pytest.mark.parametrize("count", [0, 1, 19])
def test_too_few_bars_have_no_values(count: int) -> None:
    for compute in (updated, batched):
        if count or compute is batched:
            ours = compute(Bollinger(settings()), bars_of([100] * count))
            assert all(np.isnan(values).all() for values in ours.values())
