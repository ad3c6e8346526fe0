"""Every shortcut finds what its rule says of what its indicator gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Settings
from core.backtest.fast import recurrence
from core.backtest.fast.bands import band_breaks, window_sums
from core.backtest.fast.day_vwap import vwap_breaks
from core.backtest.fast.ema_cross import ema_crossings
from core.backtest.fast.hits import Hits
from core.backtest.fast.signals import Signals
from core.backtest.fast.wilder import WilderRatio
from core.backtest.market import SymbolBars, market_of
from core.indicators import Indicator
from core.indicators.bollinger import Bollinger
from core.indicators.ema import EmaPair
from core.indicators.rsi import Rsi
from core.indicators.smoothing import smooth
from core.indicators.vwap import Vwap
from core.rules import Rule
from core.rules.bb_break import BollingerBreak
from core.rules.ema_cross import EmaCross
from core.rules.vwap_break import VwapBreak
from core.series import BarColumns
from core.sessions import DataCalendar
from tests.bench.bars import walk
from tests.core.backtest.fast.flat import flat
from tests.core.backtest.markets import SEOUL, a_market, lively

LONG_PERIODS = {"strategy.ema_long": 400, "strategy.bb_period": 400, "strategy.rsi_period": 400}
OPTIONS = [
    lively(),
    Settings(),
    Settings(LONG_PERIODS),
    Settings({"strategy.ema_short": 39, "strategy.ema_long": 40, "strategy.bb_width": 0.1}),
]


def said(rule: Rule, indicator: Indicator, bars: SymbolBars) -> list[list[int]]:
    verdicts = rule.batch(bars.columns, indicator.batch(bars.columns))
    return as_lists(Hits.of(verdicts))


def as_lists(hits: Hits) -> list[list[int]]:
    return [hits.buys.tolist(), hits.sells.tolist()]


def check(bars: SymbolBars, options: Settings) -> int:
    """Hold every shortcut against its rule; return how often they say anything."""
    closes, value = bars.columns.close, options.value
    crossings = ema_crossings(closes, value("strategy.ema_short"), value("strategy.ema_long"))
    assert as_lists(crossings) == said(EmaCross(options), EmaPair(options), bars)
    period, width = value("strategy.bb_period"), value("strategy.bb_width")
    broken = band_breaks(closes, period, width, bars.is_whole)
    assert as_lists(broken) == said(BollingerBreak(options), Bollinger(options), bars)
    assert as_lists(band_breaks(closes, period, width)) == as_lists(broken)
    vwap = vwap_breaks(bars)
    assert as_lists(vwap) == said(VwapBreak(options), Vwap(options), bars)
    rsi = Signals(bars).rsi(np.arange(len(bars)), options)
    expected = Rsi(options).batch(bars.columns)["rsi"]
    assert np.allclose(rsi, expected, rtol=0, atol=1e-9, equal_nan=True)
    return sum(len(bars) for hits in (crossings, broken, vwap) for bars in hits)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("is_whole", [True, False])
def test_on_markets_that_are_hard(options: Settings, is_whole: bool) -> None:
    said = 0
    for seed in range(6):
        market = a_market(seed, symbols=1, days=5, minutes=390, is_whole=is_whole)
        said += check(market.symbols[0], options)
    assert said > 100


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("scale", [1, 1 / 1000, 37])
def test_over_many_stretches(options: Settings, scale: float) -> None:
    bars = walk("A", 50_000, seed=3)
    columns = bars.columns
    prices = {name: columns[name] * scale for name in ("open", "high", "low", "close")}
    scaled = BarColumns.from_arrays(
        start=columns.start, local=columns.local, volume=columns.volume, **prices
    )
    assert check(SymbolBars("A", scaled, bars.day_first, bars.closes), options) > 1_000


@pytest.mark.parametrize("size", [0, 1, 2, 19, 20, 21, 31, 32, 33, 400, 401])
def test_with_few_bars(size: int) -> None:
    prices = [1_000 + (number * 7 % 23) for number in range(size)]
    for options in OPTIONS:
        check(flat(prices), options)


@pytest.mark.parametrize(
    "prices",
    [
        [100] * 300,
        [100] * 300 + [101] * 300 + [100] * 300,
        [100, 110] * 300,
        [1_000_000, 10] * 300,
        [1_000_000 + number % 3 for number in range(900)],
        [3e6] * 500 + [1e6 + number % 11 for number in range(500)],
        [0.3] * 300 + [0.1 + 0.2] * 300,
        [1e9 + number % 5 for number in range(900)],
    ],
)
def test_on_ties_and_on_prices_far_apart(prices: list[float]) -> None:
    for options in OPTIONS:
        check(flat(prices, day_bars=70), options)


def test_where_volume_and_turnover_are_odd() -> None:
    random = np.random.default_rng(8)
    bars = walk("A", 381 * 30, seed=8)
    volume = random.integers(0, 3, len(bars)) * (random.random(len(bars)) < 0.3)
    volume[381 * 3 : 381 * 5] = 0
    prices = {name: bars.columns[name] for name in ("open", "high", "low", "close")}
    spent = {
        "whole, partly known": np.where(random.random(len(bars)) < 0.5, np.nan, volume * 90_000.0),
        "not whole": volume * 90_000.25,
        "beyond what a double counts": volume * 9e16,
        "far above the price": volume * 9e9,
    }
    for turnover in spent.values():
        columns = BarColumns.from_arrays(
            start=bars.columns.start,
            local=bars.columns.local,
            volume=volume,
            turnover=turnover,
            **prices,
        )
        check(SymbolBars("A", columns, bars.day_first, bars.closes), Settings())


def test_the_first_bars_of_a_day_keep_their_digits_after_days_of_huge_turnover() -> None:
    bars = flat([1_000.25 + number % 7 for number in range(2_000)], day_bars=200)
    volume = np.where(np.arange(2_000) % 200 < 20, 1, 10**14)
    prices = {name: bars.columns[name] for name in ("open", "high", "low", "close")}
    columns = BarColumns.from_arrays(
        start=bars.columns.start, local=bars.columns.local, volume=volume, **prices
    )
    check(market_of([("A", columns)], DataCalendar(SEOUL), SEOUL).symbols[0], Settings())


@pytest.mark.parametrize("size", [1, 2, 17, 5_000])
def test_the_rsi_at_a_few_bars_is_that_of_all(size: int) -> None:
    bars = flat(walk("A", size, seed=5).columns.close.tolist())
    expected = Rsi(Settings()).batch(bars.columns)["rsi"]
    for few in ([0], [size - 1], [size // 2, size - 1]):
        found = Signals(bars).rsi(np.array(few), Settings())
        assert np.allclose(found, expected[few], rtol=0, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("thaw", [[], [100.0], [98.0, 99.0, 97.0] * 5])
def test_a_market_frozen_until_the_means_run_out_of_digits_is_followed_bar_by_bar(
    thaw: list[float],
) -> None:
    bars = flat([100.0, 101.0, 99.0] + [99.0] * 12_000 + thaw)
    assert WilderRatio.of(bars.columns.close, 14) is None
    found = Signals(bars).rsi(np.arange(len(bars)), Settings())
    assert np.array_equal(found, Rsi(Settings()).batch(bars.columns)["rsi"], equal_nan=True)


def test_a_market_that_has_never_moved_is_no_reason_to_go_bar_by_bar() -> None:
    bars = flat([100.0] * 12_000 + [101.0])
    assert WilderRatio.of(bars.columns.close, 14) is not None
    check(bars, Settings())


def test_one_side_may_run_out_of_digits() -> None:
    rising = flat(list(range(1, 12_000)))
    assert WilderRatio.of(rising.columns.close, 2) is not None
    check(flat([5.0, 4.0, *range(5, 12_000)]), Settings({"strategy.rsi_period": 2}))


@given(st.integers(1, 400), st.integers(0, 300), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_window_sums_are_the_sums_of_windows(n: int, more: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(-9, 10, n + more).astype(np.float64)
    expected = [values[at : at + n].sum() for at in range(more + 1)]
    assert window_sums(values, n).tolist() == expected


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 256, 257, 40_000])
@pytest.mark.parametrize("period", [2, 21, 400])
def test_means_before_blocks_are_those_of_the_indicator(size: int, period: int) -> None:
    values = np.random.default_rng(size).random(size) + 5
    keep = 1 - 2 / (period + 1)
    rows = recurrence.blocks(values)
    ends = rows @ (recurrence.within(keep)[:, -1] * (1 - keep))
    before = recurrence.carried(ends, keep, float(values[0]) if size else 0.0)
    block = recurrence.BLOCK
    expected = smooth(values, (period - 1) / 2)[block - 1 : -1 : block] if size else np.empty(0)
    assert np.allclose(before[1:], expected[: max(len(before) - 1, 0)], rtol=1e-13, atol=0)
    assert len(before) == -(-size // block)


@pytest.mark.parametrize("rows", [1, 511, 512, 513, 900, 1_024])
def test_products_in_parts_are_the_whole_product(rows: int) -> None:
    random = np.random.default_rng(rows)
    left, right, out = random.random((rows, 18)), random.random((18, 16)), np.empty((rows, 16))
    recurrence.product(left, right, out)
    assert np.allclose(out, left @ right, rtol=1e-14)
