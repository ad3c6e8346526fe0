"""Signals found on whole columns are those of the live scorer, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Settings
from config.text import Text
from core import rules
from core.backtest.fast.signals import Signals, candidates
from core.backtest.loading import load
from core.backtest.market import SymbolBars
from core.domain.signal import RuleResult, Snapshot
from core.indicators import IndicatorSet
from core.rules import Rule
from core.rules import registry as rule_registry
from core.rules.ai import AiRule
from core.rules.bb_break import BollingerBreak
from core.rules.ema_cross import EmaCross
from core.rules.rsi import RsiLevels
from core.rules.vwap_break import VwapBreak
from core.scoring import ScoreOptions, Scorer
from core.sessions import open_calendar
from tests.app.terminal import DATA, needs_data
from tests.bench.bars import walk
from tests.core.backtest.fast.flat import flat
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


def by_the_scorer(
    bars: SymbolBars, options: Settings, zone: ZoneInfo = SEOUL
) -> tuple[list[int], list[int]]:
    indicators, scorer = IndicatorSet(options), Scorer(options)
    thresholds, prev = options[ScoreOptions], None
    buys, sells = [], []
    for number, bar in enumerate(bars.bars(zone)):
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


def test_a_long_walk_on_the_price_grid() -> None:
    bars = walk("A", 30_000, seed=5)
    found, expected = candidates(bars, Settings()), by_the_scorer(bars, Settings())
    assert (found.buys.tolist(), found.sells.tolist()) == expected
    assert min(map(len, expected)) > 100


@needs_data
@pytest.mark.parametrize(
    ("calendar", "zone", "symbols"),
    [
        ("XKRX", SEOUL, ["005930", "000660", "005490", "033640", "306200", "033780"]),
        ("XNYS", ZoneInfo("America/New_York"), ["AAPL", "IBM", "SPY", "SP500"]),
    ],
)
def test_signals_are_the_scorers_on_real_files(
    calendar: str, zone: ZoneInfo, symbols: list[str]
) -> None:
    sessions = open_calendar(calendar, zone)
    loaded = load(DATA, symbols, sessions, zone, calendar == "XKRX", None, None, False, print)
    signals = 0
    for bars in loaded.market.symbols:
        for options in (Settings(), lively()):
            found, expected = candidates(bars, options), by_the_scorer(bars, options, zone)
            assert (found.buys.tolist(), found.sells.tolist()) == expected
            signals += len(found.buys) + len(found.sells)
    assert signals > 1_000


@pytest.fixture
def rules_of_ones_own() -> Iterator[None]:
    before = rules.registered()
    yield
    rule_registry.restore(before)


@pytest.mark.usefixtures("rules_of_ones_own")
def test_a_rule_of_ones_own_is_asked_bar_by_bar() -> None:
    @rules.register("round_price")
    class RoundPrice(Rule):
        title = Text.of("round")

        def __init__(self, settings: Settings) -> None:
            self.weight = 0.6

        def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
            is_round = latest.bar.close % 7 == 0
            return RuleResult(self.name, is_round, not is_round, self.weight, {})

    bars, options = a_market(3, symbols=1).symbols[0], lively()
    found = candidates(bars, options)
    assert (found.buys.tolist(), found.sells.tolist()) == by_the_scorer(bars, options)


@pytest.mark.usefixtures("rules_of_ones_own")
def test_a_rule_derived_from_ours_is_not_taken_for_ours() -> None:
    @rules.register("contrary")
    class Contrary(EmaCross):
        def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
            buys, sells = super().holds(prev, latest)
            return sells, buys

        batch = Rule.batch

    bars, options = a_market(3, symbols=1).symbols[0], lively()
    found = candidates(bars, options)
    assert (found.buys.tolist(), found.sells.tolist()) == by_the_scorer(bars, options)


@pytest.mark.usefixtures("rules_of_ones_own")
@pytest.mark.parametrize("built_in", [EmaCross, RsiLevels, BollingerBreak, VwapBreak, AiRule])
@pytest.mark.parametrize("is_in_its_place", [True, False])
def test_a_rule_derived_from_any_of_ours_speaks_for_itself(
    built_in: type[Rule], is_in_its_place: bool
) -> None:
    class Own(built_in):  # type: ignore[valid-type, misc]
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            self.weight = 0.7

        def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
            return RuleResult(self.name, latest.bar.close % 3 == 0, False, self.weight, {})

        holds, batch = Rule.holds, Rule.batch

    if is_in_its_place:
        Own.name = built_in.name
        rule_registry.restore({**rules.registered(), built_in.name: Own})
    else:
        rules.register("own")(Own)
    bars, options = a_market(4, symbols=1).symbols[0], lively()
    found = candidates(bars, options)
    assert (found.buys.tolist(), found.sells.tolist()) == by_the_scorer(bars, options)


def test_what_settings_share_is_made_once() -> None:
    bars = a_market(2, symbols=1).symbols[0]
    signals, rule = Signals(bars), EmaCross(lively())
    first = signals.hits(rule, lively())
    assert signals.hits(rule, lively(risk__stop_loss_pct=3)) is first
    assert signals.hits(rule, lively(strategy__ema_long=9)) is not first
