"""Prices of another market with Korean ticks: said, and only then."""

from __future__ import annotations

import pytest

from config.schema import Settings
from core.backtest.market import MarketData
from core.backtest.off_grid import off_grid
from core.backtest.report.doubts import doubts
from tests.core.backtest.runs import a_run, flat_market


def priced(step: float, every: int = 1) -> MarketData:
    """Return ten bars, of which every so many opens `step` above a whole won."""
    market = flat_market(days=1, minutes=10, symbols=("SPY",))
    (bars,) = market.symbols
    bars.columns.open[::every] += step
    return market


@pytest.mark.parametrize(
    ("market", "rule", "is_told"),
    [
        (priced(0.3), "krx", True),
        (priced(0.3), "none", False),
        (priced(1.0), "krx", False),
        (priced(0.3, every=10), "krx", False),  # a slip of the source
    ],
)
def test_fills_that_are_moved_to_another_market_s_ticks_are_told(
    market: MarketData, rule: str, is_told: bool
) -> None:
    settings = {"costs.tick_rule": rule}
    warning = off_grid(market, Settings(settings))
    assert (warning is not None) is is_told
    told = [text.en for text in doubts(a_run(market, settings=settings), None)]
    assert any("no whole won" in text for text in told) is is_told
    if warning is not None:
        assert warning.en.startswith("SPY: ")
