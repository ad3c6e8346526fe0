"""What the RSI rule decides where a price stands still for thousands of bars.

Both of Wilder's means run out of digits there, and what the live indicator says hangs on how each
of its steps was rounded.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from config.schema import Settings
from core.backtest.fast.signals import Signals, candidates
from core.domain.compare import above_each, below_each
from core.domain.market import Bar
from core.indicators.rsi import Rsi
from tests.core.backtest.fast.flat import flat
from tests.core.backtest.fast.test_signals import by_the_scorer

MOVES = [100.0, 101.0, 99.0, 103.0, 102.0, 99.0, 98.0, 99.0]


@pytest.mark.parametrize("period", [2, 3, 5, 14, 50, 150, 400])
@pytest.mark.parametrize("level", [30.0, 49.5, 71.0])
def test_it_decides_as_the_live_rule_does(period: int, level: float) -> None:
    """A price freezes after moves until the means are denormal, then 0, and thaws again."""
    frozen = min(800 * period, 12_000)
    thaw = [99.0 + number % 3 for number in range(20)]
    bars = flat([*MOVES * 60, *[99.0] * frozen, *thaw, *[100.0] * frozen, 101.0, 100.0])
    options = Settings(
        {
            "strategy.rsi_period": period,
            "strategy.rsi_oversold": level,
            "strategy.rsi_overbought": level + 1,
            "strategy.weight_rsi": 2,
        }
    )
    found = candidates(bars, options)
    expected = tuple(map(np.array, by_the_scorer(bars, options)))
    assert np.array_equal(found.buys, expected[0]) and np.array_equal(found.sells, expected[1])
    assert len(found.buys) + len(found.sells) > 50


@pytest.mark.parametrize("period", [2, 14, 50, 400])
def test_it_is_the_live_value_when_both_means_have_run_out(period: int) -> None:
    frozen = 800 * period
    closes = np.array([*MOVES * 60, *[99.0] * frozen, 101.0, 100.0, *[100.0] * 50])
    options = Settings({"strategy.rsi_period": period})
    live, expected = Rsi(options), list[float]()
    values: dict[str, float | None] = {}
    for close in closes.tolist():
        live.update(cast(Bar, SimpleNamespace(close=close)), values)
        rsi = values["rsi"]
        expected.append(np.nan if rsi is None else rsi)
    signals = Signals(flat(closes.tolist()))
    found = signals.rsi(np.arange(len(closes)), options)
    for level in (30.0, 50.0, 70.0):
        assert np.array_equal(below_each(found, level), below_each(expected, level))
        assert np.array_equal(above_each(found, level), above_each(expected, level))
    assert np.isnan(found[: period - 1]).all()
