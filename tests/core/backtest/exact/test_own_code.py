"""Indicators and rules without forms of their own for many bars at once: a user's, for example."""

from __future__ import annotations

import numpy as np
import pytest

from config.schema import Settings
from config.text import Text
from core import indicators, rules
from core.backtest.exact import run_exact
from core.backtest.fast import run_fast
from core.domain.market import Bar
from core.domain.signal import RuleResult, Snapshot
from core.indicators import Arrays, Indicator, Plot
from core.indicators.registry import Numbers, restore
from core.rules import Rule
from core.series import BarColumns
from tests.core.backtest.markets import SEOUL, a_market, differences, lively


class Streak(Indicator):
    """How many bars in a row closed at a higher price."""

    title = Text.of("Streak")
    names = ("streak",)
    warmup = 2

    def __init__(self, settings: Settings) -> None:
        self._last: float | None = None
        self._streak = 0
        self.seen: list[Bar] = []
        made.append(self)

    def update(self, bar: Bar, values: Numbers) -> None:
        self.seen.append(bar)
        if self._last is None:
            values["streak"] = None
        else:
            self._streak = self._streak + 1 if bar.close > self._last else 0
            values["streak"] = self._streak
        self._last = bar.close

    def batch(self, columns: BarColumns) -> Arrays:
        line = np.full(len(columns), np.nan)
        streak = 0
        for row, change in enumerate(np.diff(columns.close).tolist(), 1):
            streak = streak + 1 if change > 0 else 0
            line[row] = streak
        return {"streak": line}

    def plots(self) -> tuple[Plot, ...]:
        return ()


class TwoInARow(Rule):
    """Buys on the second higher close, sells on the first that is not; looks at records alone."""

    title = Text.of("Two in a row")

    def __init__(self, settings: Settings) -> None:
        self.weight = 5.0

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        if prev is not None:
            assert prev.bar.start < latest.bar.start
            assert prev.bar.symbol == latest.bar.symbol
        streak = latest.values["streak"]
        is_new = prev is not None and prev.values["streak"] == 1
        return RuleResult(self.name, streak == 2 and is_new, streak == 0, self.weight, {})


made: list[Streak] = []


@pytest.fixture(autouse=True)
def own_code(monkeypatch: pytest.MonkeyPatch):
    known, judged = indicators.registered(), rules.registered()
    indicators.register("streak")(Streak)
    rules.register("two_in_a_row")(TwoInARow)
    made.clear()
    yield
    restore(known)
    rules.registry.restore(judged)


@pytest.mark.parametrize("is_whole", [True, False])
def test_they_trade_as_they_would_all_at_once(is_whole: bool) -> None:
    reasons = set()
    for seed in range(4):
        market = a_market(seed, symbols=3, days=4, is_whole=is_whole)
        options = lively(strategy__buy_threshold=5.0, strategy__sell_threshold=5.0)
        outcome = run_exact(market, options)
        assert differences(outcome, run_fast(market, options)) == []
        reasons.update(trade.exit_reason.value for trade in outcome.trades)
        assert len(outcome.trades) > 10
    assert {"SIGNAL", "SL", "EOD"} <= reasons


@pytest.mark.parametrize("is_whole", [True, False])
def test_they_get_the_records_that_live_trading_has(is_whole: bool) -> None:
    market = a_market(1, symbols=2, days=3, is_whole=is_whole)
    run_exact(market, lively())
    live = [one.seen for one in made if one.seen]
    assert repr(live) == repr([bars.bars(SEOUL) for bars in market.symbols])
