from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from core.backtest.sweep.periods import Part, Window
from core.backtest.sweep.search import ParameterSet
from core.backtest.sweep.signs import Sign, signs
from core.backtest.sweep.walk_forward import Step, WalkForward
from core.journal.sweeps import StoredResult
from tests.core.backtest.markets import lively

PLACES = range(9)


def results(mean: float, spread: float, profits: dict[int, int]) -> list[StoredResult]:
    random = np.random.default_rng(1)
    return [
        StoredResult(
            "whole",
            (place,),
            {
                "metrics": {"net_pnl": profits.get(place, 0), "trades": 50},
                "returns": random.normal(mean * place, spread, 60).tolist(),
            },
        )
        for place in PLACES
    ]


def found(given: list[StoredResult], best: int, **others: Any) -> dict[str, Sign]:
    asked = {"profits": [100.0, -50.0] * 25, "walk": None, "seed": 1} | others
    return {sign.code: sign for sign in signs(given, (best,), **asked)}


def a_walk(train: int, test: int, days: int = 5) -> WalkForward:
    changes = {"strategy.ema_short": 5}
    window = Window(Part("train 1"), Part("test 1"))
    step = Step(
        window,
        ParameterSet((0,), changes, lively()),
        {"net_pnl": train, "days": 20, "trades": 9},
        {"net_pnl": test, "days": days, "trades": 3},
        (0.01,) * days,
        tuple(date(2025, 11, 1 + n) for n in range(days)),
    )
    return WalkForward((step, step))


def test_the_best_of_pure_chance_is_warned_of() -> None:
    assert found(results(0, 0.01, {4: 100}), 4)["deflated_sharpe"].is_warning


def test_sets_that_each_had_one_lucky_week_are_warned_of() -> None:
    given = results(0, 0.01, {4: 100})
    for one in given:
        week = 6 * one.place[0]
        one.body["returns"][week : week + 6] = [0.05] * 6
    assert found(given, 4)["backtest_overfitting"].is_warning


def test_a_steady_edge_is_not_warned_of() -> None:
    calm = found(results(0.002, 0.01, {7: 90, 8: 100}), 8)
    assert not calm["deflated_sharpe"].is_warning
    assert not calm["backtest_overfitting"].is_warning
    assert not calm["neighbours"].is_warning


def test_a_lone_peak_is_warned_of() -> None:
    peak = found(results(0, 0.01, {4: 100, 5: 20}), 4)["neighbours"]
    assert peak.is_warning
    assert peak.values == {"winning": 0, "count": 2}


def test_the_best_without_a_profit_is_warned_of_first() -> None:
    every = signs(results(0, 0.01, {4: -1}), (4,), [1.0] * 40, None, 1)
    assert (every[0].code, every[0].is_warning) == ("no_profit", True)
    assert "neighbours" not in {sign.code for sign in every}


def test_few_trades_are_warned_of() -> None:
    assert found(results(0, 0.01, {4: 1}), 4, profits=[1.0] * 29)["few_trades"].is_warning
    assert "few_trades" not in found(results(0, 0.01, {4: 1}), 4, profits=[1.0] * 30)


def test_efficiency_is_profit_a_test_day_over_profit_a_train_day() -> None:
    walk = a_walk(train=2_000, test=300)
    assert walk.efficiency == 0.6
    assert not found(results(0, 0.01, {4: 1}), 4, walk=walk)["walk_forward"].is_warning
    assert found(results(0, 0.01, {4: 1}), 4, walk=a_walk(2_000, 200))["walk_forward"].is_warning


def test_training_without_a_profit_has_no_efficiency_and_is_warned_of() -> None:
    walk = a_walk(train=-1, test=300)
    assert walk.efficiency is None
    assert found(results(0, 0.01, {4: 1}), 4, walk=walk)["walk_forward"].is_warning


def test_stability_is_the_share_of_windows_with_the_commonest_value() -> None:
    assert a_walk(1, 1).stability() == {"strategy.ema_short": 1.0}
