"""Bars in the page: whole days where there is room, and as exact as they came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.backtest.report import candles
from core.backtest.report.candles import candle_data, stretches
from core.backtest.report.curves import curve_data, kept_rows
from tests.core.backtest.runs import SEOUL, a_real_run, a_trade, an_outcome, flat_market


def decoded(packed: dict[str, Any]) -> list[tuple[float, ...]]:
    """Undo it as "candles.js" does: wall clock, open, high, low, close."""
    time, close, made = packed["start"], packed["close"], []
    for at in range(0, len(packed["bars"]), 5):
        gap, jump, body, above, below = packed["bars"][at : at + 5]
        time += gap * packed["step"]
        opened = close + jump
        close = opened + body
        high, low = max(opened, close) + above, min(opened, close) - below
        made.append((time, *(price * packed["unit"] for price in (opened, high, low, close))))
    return made


@pytest.mark.parametrize("is_whole", [True, False])
def test_bars_come_back_as_they_were(is_whole: bool) -> None:
    run = a_real_run(is_whole=is_whole)
    chosen, is_thinned = stretches(run.market, run.outcome.trades)
    assert not is_thinned and chosen
    for one, packed in zip(chosen, candle_data(run.market, chosen), strict=True):
        columns = run.market.symbols[one.symbol].columns.part(one.first, one.end)
        found = np.array(decoded(packed))
        assert found[:, 0].tolist() == columns.local.tolist()
        for at, name in enumerate(("open", "high", "low", "close"), 1):
            assert found[:, at] == pytest.approx(columns[name], abs=1e-6)


def test_whole_days_with_a_trade_are_shown() -> None:
    market = flat_market(days=3, minutes=5, symbols=("005930", "000660"))
    trades = [a_trade(day=1), a_trade(day=1, minute=3), a_trade(symbol="000660", day=2)]
    chosen, _ = stretches(market, trades)
    assert [(one.symbol, one.first, one.end) for one in chosen] == [(0, 5, 10), (1, 10, 15)]


def test_where_days_are_too_much_only_what_lies_around_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candles, "MOST_BARS", 200)
    market = flat_market(days=2, minutes=381)
    chosen, is_thinned = stretches(market, [a_trade(minute=100), a_trade(minute=110)])
    assert [(one.first, one.end) for one in chosen] == [(70, 142)]
    assert not is_thinned


def test_where_that_is_too_much_the_largest_trades_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candles, "MOST_BARS", 100)
    market = flat_market(days=2, minutes=381)
    trades = [a_trade(1, minute=50), a_trade(-9_000, minute=300), a_trade(5, day=1, minute=99)]
    chosen, is_thinned = stretches(market, trades)
    assert [(one.first, one.end) for one in chosen] == [(270, 332)]
    assert is_thinned


def test_a_thinned_curve_keeps_its_extremes() -> None:
    random = np.random.default_rng(7)
    equity = 1e7 + random.normal(size=50_000).cumsum() * 1_000
    equity[31_234], equity[40_001] = 2e7, 5e6
    high = np.maximum.accumulate(equity)
    fall = (high - equity) / high
    rows = kept_rows(equity, fall, buckets=100)
    assert len(rows) <= 402
    assert {0, 49_999, 31_234, 40_001, int(fall.argmax())} <= set(rows.tolist())
    assert np.all(np.diff(rows) > 0)


def test_a_curve_tells_the_market_s_wall_clock() -> None:
    market = flat_market(days=1, minutes=1)
    found = curve_data(an_outcome(market).equity, 10_000_000, SEOUL)
    assert found["time"] == market.symbols[0].columns.local.tolist()
