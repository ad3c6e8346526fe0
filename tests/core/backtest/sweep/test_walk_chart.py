"""The curve of a walk forward: all tests, one after the other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.backtest.sweep.periods import Part, Window
from core.backtest.sweep.search import ParameterSet
from core.backtest.sweep.walk_chart import chained, walk_data
from core.backtest.sweep.walk_forward import Step, WalkForward
from tests.core.backtest.markets import lively

MONDAY = date(2025, 11, 10)


def a_step(first: int, *returns: float, start: float = 1_000.0) -> Step:
    days = tuple(MONDAY + timedelta(days=first + n) for n in range(len(returns)))
    window = Window(Part("train"), Part("test", days[0], days[-1], days[0]))
    after = start
    for one in returns:
        after *= 1 + one
    metrics: dict[str, Any] = {"net_pnl": after - start, "trades": 1, "days": len(days)}
    return Step(window, ParameterSet((0,), {}, lively()), metrics, metrics, returns, days)


WALK = WalkForward((a_step(0, 0.1, -0.05), a_step(2, -0.2), a_step(3, 0.01, 0.0, 0.02)))


def test_each_test_goes_on_where_the_one_before_it_ended() -> None:
    found = chained(WALK, 1_000)
    assert found.tolist() == pytest.approx([1_100, 1_045, 845, 855, 855, 875.2])
    assert found[-1] == pytest.approx(1_000 + WALK.net_pnl)


def test_the_page_gets_days_falls_and_where_tests_begin() -> None:
    data = walk_data(WALK, 1_000)
    assert data["marks"] == [2, 3]
    assert (data["rows"], data["row"]) == (6, [0, 1, 2, 3, 4, 5])
    assert data["time"][1] - data["time"][0] == 86_400
    assert data["fall"][2] == pytest.approx((1_100 - 845) / 1_100 * 100, abs=1e-4)


def test_a_loss_from_the_first_day_is_a_fall_from_the_start() -> None:
    assert walk_data(WalkForward((a_step(0, -0.1),)), 1_000)["fall"] == [10.0]
