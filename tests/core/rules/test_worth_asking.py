"""The rows that a rule is worth asking about hold every bar it says anything of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.market import Bar
from core.domain.signal import Snapshot
from core.indicators import IndicatorSet
from core.indicators.stretch import Lines, Stretch
from core.rules import Rule, registered
from core.scoring import Scorer
from tests.core.backtest.markets import SEOUL, a_market, lively
from tests.core.bar_samples import bars_of
from tests.core.indicators.samples import stretch_of

NAMES = ("ema_short", "ema_long", "rsi", "bb_low", "bb_mid", "bb_high", "vwap")
AI_ON = Settings({"ai.enabled": True})


@dataclass(frozen=True)
class Row:
    before: Snapshot | None
    latest: Snapshot


def rows_of(bars: Sequence[Bar], lines: Lines) -> list[Row]:
    known = [
        {name: None if line[at] != line[at] else line[at] for name, line in lines.items()}
        for at in range(len(bars))
    ]
    told = [Snapshot(bar, values) for bar, values in zip(bars, known, strict=True)]
    return [Row(told[at - 1] if at else None, told[at]) for at in range(len(bars))]


def check(rule: Rule, stretch: Stretch, lines: Lines, rows: Sequence[Row]) -> int:
    """Return of how many bars it says anything."""
    asked = list(rule.worth_asking(stretch, lines))
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(range(len(stretch)))
    says = {at for at, row in enumerate(rows) if any(rule.holds(row.before, row.latest))}
    assert says <= set(asked)
    return len(says)


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("rule", registered().values(), ids=registered())
def test_none_is_left_out_on_random_markets(rule: type[Rule], is_whole: bool) -> None:
    options, said = lively(), 0
    for seed in range(4):
        (symbol,) = a_market(seed, symbols=1, days=1, is_whole=is_whole).symbols
        bars = symbol.bars(SEOUL)
        stretch = stretch_of(bars)
        lines = IndicatorSet(options).update_each(stretch)
        said += check(rule(options), stretch, lines, rows_of(bars, lines))
    assert said or rule.name == "ai"  # nobody predicts anything here


def near(base: float) -> st.SearchStrategy[float]:
    """Return numbers at, just within and just beyond the dead band round `base`, and far off."""
    off = st.sampled_from([0, 1e-16, 5e-10, 9.99e-10, 1e-9, 1.01e-9, 2e-9, 1.1e-8, 0.5])
    width = max(1.0, base)
    return st.tuples(off, st.sampled_from([-1, 1])).map(
        lambda found: max(base + found[0] * found[1] * width, 0.0)
    )


@given(st.sampled_from([1e-3, 0.4, 30.0, 70.0, 70_000.0, 3e9]), st.data())
def test_none_is_left_out_where_numbers_are_nearly_the_same(
    base: float, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, 6))
    column = st.lists(near(base) | st.just(nan), min_size=size, max_size=size)
    closes = data.draw(st.lists(near(base), min_size=size, max_size=size))
    bars = bars_of(closes)
    lines = {name: data.draw(column) for name in NAMES}
    for rule in registered().values():
        check(rule(AI_ON), stretch_of(bars), lines, rows_of(bars, lines))


def test_predictions_are_looked_at_wherever_there_are_any() -> None:
    stretch = stretch_of(bars_of([100, 101]))
    rule = registered()["ai"]
    assert list(rule(AI_ON).worth_asking(stretch, {"ai": [0.1, nan]})) == [0, 1]
    assert list(rule(AI_ON).worth_asking(stretch, {})) == []
    assert list(rule(Settings()).worth_asking(stretch, {"ai": [0.1, nan]})) == []


WEIGHT = st.sampled_from([0.0, 0.1, 0.5, 0.7, 1.0])


@given(
    st.integers(0, 10**6),
    st.fixed_dictionaries({f"strategy__weight_{name}": WEIGHT for name in registered()}),
)
def test_no_score_is_above_what_the_scorer_says_is_the_most(
    seed: int, weights: dict[str, Any]
) -> None:
    options = lively(**weights)
    (symbol,) = a_market(seed, symbols=1, days=1).symbols
    bars = symbol.bars(SEOUL)
    lines = IndicatorSet(options).update_each(stretch_of(bars))
    scorer = Scorer(options)
    most = scorer.most(stretch_of(bars), lines)
    sums = [scorer.sums(row.before, row.latest) for row in rows_of(bars, lines)]
    assert len(most) == len(sums)
    assert all(reach >= max(pair) for reach, pair in zip(most, sums, strict=True))


def test_most_bars_of_a_quiet_day_need_no_asking() -> None:
    """With nothing but a slow rise no rule of the defaults has anything to look at twice."""
    closes = np.linspace(100_000, 101_000, 200).tolist()
    stretch = stretch_of(bars_of(closes))
    most = Scorer(Settings()).most(stretch, IndicatorSet(Settings()).update_each(stretch))
    assert sum(reach >= 1.5 for reach in most) < 5
