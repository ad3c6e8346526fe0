"""What the AI is told of a bar."""

import pytest

from core.predict import features
from tests.core.bar_samples import bars_of


def test_it_is_told_indicators_and_returns() -> None:
    bars = bars_of(range(100, 120))
    told = features(bars, {"rsi": 61.5, "vwap": None, "ai": 0.02})
    assert told == {
        "rsi": 61.5,
        "vwap": None,
        "close": 119,
        "volume": 10,
        "return_1": pytest.approx(119 / 118 - 1),
        "return_5": pytest.approx(119 / 114 - 1),
        "return_15": pytest.approx(119 / 104 - 1),
    }


def test_returns_without_enough_bars_are_undefined() -> None:
    told = features(bars_of(range(100, 106)), {})
    assert told["return_5"] == pytest.approx(0.05)
    assert told["return_15"] is None
