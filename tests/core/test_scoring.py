"""Scores: sums of weights, thresholds, and the breakdown that is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.signal import RuleResult, Snapshot
from core.indicators import IndicatorSet
from core.rules import Rule, registered
from core.scoring import Scorer
from tests.core.bar_samples import OPEN, bars_of, real_bars

QUIET = dict.fromkeys(("ema_short", "ema_long", "rsi", "bb_low", "bb_mid", "bb_high", "vwap"), None)


class _Says(Rule):
    """Says what it is made to say."""

    name = "says"

    def __init__(self, buys: bool, sells: bool, weight: float) -> None:
        self.buys, self.sells, self.weight = buys, sells, weight

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        return RuleResult(self.name, self.buys, self.sells, self.weight, {})


def scorer(*rules: Rule, **strategy: float) -> Scorer:
    made = Scorer(Settings({f"strategy.{name}": value for name, value in strategy.items()}))
    made._rules = list(rules)
    return made


def snapshot(close: float = 100) -> Snapshot:
    return Snapshot(bars_of([close])[0], QUIET)


def test_scores_are_the_weights_of_what_holds() -> None:
    rules = [_Says(True, False, 1.0), _Says(True, True, 0.5), _Says(False, False, 4.0)]
    score = scorer(*rules).score(None, snapshot(), is_warm=True)
    assert (score.buy, score.sell) == (1.5, 0.5)
    assert score.says_buy
    assert not score.says_sell


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 100)), max_size=8))
def test_a_threshold_is_reached_in_spite_of_rounding(rules: list[tuple[bool, bool, int]]) -> None:
    """Weights are tenths; 0.1 + 0.2 must reach 0.3."""
    said = [_Says(buys, sells, weight / 10) for buys, sells, weight in rules]
    score = scorer(*said, buy_threshold=1.5, sell_threshold=0.3).score(None, snapshot(), True)
    assert score.says_buy == (sum(w for buys, _, w in rules if buys) >= 15)
    assert score.says_sell == (sum(w for _, sells, w in rules if sells) >= 3)


def test_too_few_bars_never_say_anything() -> None:
    score = scorer(_Says(True, True, 5.0)).score(None, snapshot(), is_warm=False)
    assert (score.buy, score.sell) == (5, 5)
    assert not score.says_buy
    assert not score.says_sell


def test_the_breakdown_holds_every_rule() -> None:
    score = Scorer(Settings()).score(None, snapshot(), is_warm=True)
    assert [result.rule for result in score.results] == list(registered())
    assert (score.symbol, score.time) == ("005930", OPEN)
    assert (score.buy, score.sell, score.buy_threshold, score.sell_threshold) == (0, 0, 1.5, 1.5)


def test_a_reason_takes_the_place_of_the_rules_own_words() -> None:
    made = Scorer(Settings({"ai.enabled": True}))
    told = made.score(None, snapshot(), True, {"ai": "timeout"})
    plain = made.score(None, snapshot(), True)
    assert {r.rule: r.note for r in told.results if r.note} == {"ai": "timeout"}
    assert {r.rule: r.note for r in plain.results if r.note} == {"ai": "absent"}


def test_a_reason_is_not_put_on_a_rule_that_has_spoken() -> None:
    made = Scorer(Settings({"ai.enabled": True}))
    latest = Snapshot(snapshot().bar, {**QUIET, "ai": 0.02})
    score = made.score(None, latest, True, {"ai": "timeout", "rsi": "x"})
    assert all(result.note == "" for result in score.results)
    assert score.buy == 1.0


def test_on_real_prices_scores_are_what_the_rules_said() -> None:
    """Every score of a month of minutes adds up, and the strategy does speak on it."""
    indicators, made = IndicatorSet(Settings()), Scorer(Settings())
    prev: Snapshot | None = None
    buys = sells = 0
    for count, bar in enumerate(real_bars("005930_1min"), start=1):
        latest = Snapshot(bar, indicators.update(bar))
        score = made.score(prev, latest, count >= indicators.warmup)
        assert score.buy == pytest.approx(sum(r.weight for r in score.results if r.buys))
        assert score.sell == pytest.approx(sum(r.weight for r in score.results if r.sells))
        buys, sells, prev = buys + score.says_buy, sells + score.says_sell, latest
    assert buys > 10
    assert sells > 10
