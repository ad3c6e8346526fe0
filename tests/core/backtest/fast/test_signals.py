"""Signals found on whole columns are those of the live scorer, bar by bar."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ConfigError
from config.schema import Settings
from core.backtest.fast import bands, day_vwap
from core.backtest.fast.ema_cross import ema_crossings
from core.backtest.fast.signals import Signals, candidates, sums
from core.backtest.fast.wilder import Wilder
from core.backtest.market import SymbolBars, market_of
from core.domain.signal import Snapshot
from core.indicators import IndicatorSet
from core.indicators.bollinger import Bollinger
from core.indicators.ema import EmaPair
from core.indicators.rsi import Rsi
from core.indicators.vwap import Vwap
from core.rules.bb_break import BollingerBreak
from core.rules.ema_cross import EmaCross
from core.rules.registry import Rule, Verdicts
from core.rules.vwap_break import VwapBreak
from core.scoring import ScoreOptions, Scorer
from core.series import BarColumns
from core.sessions import DataCalendar
from tests.core.backtest.markets import SEOUL, a_market, lively

WEIGHT = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0, 3.0])
CHANGES = st.fixed_dictionaries(
    {
        "strategy.ema_short": st.integers(2, 12),
        "strategy.ema_long": st.integers(13, 60),
        "strategy.rsi_period": st.integers(2, 30),
        "strategy.bb_period": st.integers(2, 60),
        "strategy.bb_width": st.sampled_from([0.1, 1.0, 2.0, 3.3]),
        "strategy.weight_ema_cross": WEIGHT,
        "strategy.weight_rsi": WEIGHT,
        "strategy.weight_bb_break": WEIGHT,
        "strategy.weight_vwap_break": WEIGHT,
        "strategy.buy_threshold": st.sampled_from([0.1, 0.5, 1.2, 1.5, 1.7]),
        "strategy.sell_threshold": st.sampled_from([0.1, 0.5, 1.2, 1.5, 1.7]),
    }
)


def by_the_scorer(bars: SymbolBars, options: Settings) -> tuple[list[int], list[int]]:
    indicators, scorer = IndicatorSet(options), Scorer(options)
    thresholds, prev = options[ScoreOptions], None
    buys, sells = [], []
    for number, bar in enumerate(bars.bars(SEOUL)):
        latest = Snapshot(bar, indicators.update(bar))
        score = scorer.score(prev, latest, is_warm=number + 1 >= indicators.warmup)
        assert (score.buy, score.sell) == scorer.sums(prev, latest)
        assert score.buy_threshold == thresholds.buy_threshold
        if score.says_buy:
            buys.append(number)
        if score.says_sell:
            sells.append(number)
        prev = latest
    return buys, sells


@given(seed=st.integers(0, 10**6), is_whole=st.booleans(), changes=CHANGES)
@settings(max_examples=40, deadline=None)
def test_signals_are_the_scorers_on_any_bars_and_settings(
    seed: int, is_whole: bool, changes: dict[str, Any]
) -> None:
    bars = a_market(seed, symbols=1, days=4, minutes=80, is_whole=is_whole).symbols[0]
    options = Settings(changes)
    found = candidates(bars, options)
    assert (found.buys.tolist(), found.sells.tolist()) == by_the_scorer(bars, options)


def flat(prices: list[float]) -> SymbolBars:
    """Return bars whose four prices are one, all of one day."""
    price = np.array(prices, np.float64)
    start = 1_000_000 * 86_400 + 60 * np.arange(len(price))
    columns = BarColumns.from_arrays(
        start=start, open=price, high=price, low=price, close=price, volume=np.ones(len(price))
    )
    return market_of([("A", columns)], DataCalendar(SEOUL), SEOUL).symbols[0]


@pytest.mark.parametrize(
    "prices",
    [
        [],
        [100],
        [100] * 70,
        [100] * 40 + [101] * 40 + [100] * 40,
        [100, 110] * 50,
        [100 + number % 3 for number in range(130)],
    ],
)
def test_signals_are_the_scorers_on_ties(prices: list[float]) -> None:
    bars = flat(prices)
    options = lively(strategy__buy_threshold=0.1, strategy__sell_threshold=0.1)
    found = candidates(bars, options)
    assert (found.buys.tolist(), found.sells.tolist()) == by_the_scorer(bars, options)


def test_a_market_frozen_until_the_means_run_out_of_digits_is_followed_bar_by_bar() -> None:
    prices = [100.0, 101.0, 99.0] + [99.0] * 12_000
    bars = flat(prices)
    assert Wilder(bars.columns.close, 14).rsi(np.array([10_000])) is None
    options = lively(strategy__weight_rsi=1.0, strategy__rsi_period=14)
    found = Signals(bars).rsi(np.arange(len(bars)), options)
    assert np.array_equal(found, Rsi(options).batch(bars.columns)["rsi"], equal_nan=True)


OPTIONS = [
    lively(),
    Settings(),
    Settings({"strategy.ema_long": 400, "strategy.bb_period": 400, "strategy.rsi_period": 400}),
]


def of_batch(rule: Rule, indicator: Any, bars: SymbolBars) -> Verdicts:
    return rule.batch(bars.columns, indicator.batch(bars.columns))


def same(one: Verdicts, other: Verdicts) -> bool:
    return np.array_equal(one.buys, other.buys) and np.array_equal(one.sells, other.sells)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("seed", range(4))
def test_every_shortcut_says_what_its_rule_says(options: Settings, seed: int) -> None:
    bars = a_market(seed, symbols=1, days=5, minutes=390).symbols[0]
    closes, value = bars.columns.close, options.value
    crossings = ema_crossings(closes, value("strategy.ema_short"), value("strategy.ema_long"))
    assert same(crossings, of_batch(EmaCross(options), EmaPair(options), bars))
    period, width = value("strategy.bb_period"), value("strategy.bb_width")
    assert bands.fits(closes, period)
    broken = bands.band_breaks(closes, period, width)
    assert same(broken, of_batch(BollingerBreak(options), Bollinger(options), bars))
    assert day_vwap.fits(bars)
    assert same(day_vwap.vwap_breaks(bars), of_batch(VwapBreak(options), Vwap(options), bars))
    rsi = Signals(bars).rsi(np.arange(len(bars)), options)
    expected = Rsi(options).batch(bars.columns)["rsi"]
    assert np.allclose(rsi, expected, rtol=0, atol=1e-9, equal_nan=True)


def test_prices_of_dollars_and_huge_volumes_take_the_plain_way() -> None:
    bars = a_market(1, symbols=1, is_whole=False).symbols[0]
    assert not day_vwap.fits(bars)
    assert not bands.fits(np.array([1e9]), 400)


def test_what_settings_share_is_made_once() -> None:
    bars = a_market(2, symbols=1).symbols[0]
    signals, rule = Signals(bars), EmaCross(lively())
    first = signals.verdicts(rule, lively())
    assert signals.verdicts(rule, lively(risk__stop_loss_pct=3)) is first
    assert signals.verdicts(rule, lively(strategy__ema_long=9)) is not first


def test_scores_are_added_up_in_the_order_of_the_rules() -> None:
    table = sums([0.1, 0.2, 0.3])
    assert table[7] == 0.1 + 0.2 + 0.3
    assert table[7] != 0.3 + 0.2 + 0.1
    assert table[5] == 0.1 + 0.3


def test_settings_that_exclude_each_other_are_refused_here_too() -> None:
    with pytest.raises(ConfigError):
        lively(strategy__ema_short=30)
