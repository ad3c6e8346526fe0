"""What a rule says of whole columns is what it says of each bar."""

from __future__ import annotations

import numpy as np
import pytest

from core.indicators import IndicatorSet
from core.rules import Rule, registered
from core.rules.snapshots import snapshots
from core.scoring import ScoreOptions
from tests.core.backtest.markets import a_market, lively


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("rule", registered().values(), ids=registered())
def test_batch_holds_and_evaluate_agree(rule: type[Rule], is_whole: bool) -> None:
    options, said = lively(), np.zeros(2, np.int64)
    assert options[ScoreOptions].buy_threshold == 0.5
    for seed in range(4):
        columns = a_market(seed, symbols=1, is_whole=is_whole).symbols[0].columns
        values = IndicatorSet(options).batch(columns)
        verdicts = rule(options).batch(columns, values)
        prev = None
        for row, latest in enumerate(snapshots(columns, values)):
            result = rule(options).evaluate(prev, latest)
            assert rule(options).holds(prev, latest) == (result.buys, result.sells)
            assert (verdicts.buys[row], verdicts.sells[row]) == (result.buys, result.sells)
            said += (result.buys, result.sells)
            prev = latest
    assert said.all() or rule.name == "ai"  # nobody predicts anything here
