from __future__ import annotations

from dataclasses import fields
from typing import Any

from config.sweep_arguments import RANKS
from core.backtest.metrics import Metrics
from core.backtest.sweep.ranking import METRICS, ranked
from core.journal.sweeps import StoredResult


def a_result(place: int, trades: int = 50, **metrics: Any) -> StoredResult:
    return StoredResult("whole", (place,), {"metrics": {"trades": trades, **metrics}})


def order(results: list[StoredResult], by: str) -> list[int]:
    return [row.place[0] for row in ranked(results, by, 10)]


def test_the_highest_comes_first_or_the_lowest_where_that_is_better() -> None:
    results = [a_result(n, sharpe=n, max_drawdown_pct=n) for n in (2, 3, 1)]
    assert order(results, "sharpe") == [3, 2, 1]
    assert order(results, "max_drawdown_pct") == [1, 2, 3]


def test_equal_sets_stand_in_the_order_of_the_grid() -> None:
    assert order([a_result(n, sharpe=1.0) for n in (2, 0, 1)], "sharpe") == [0, 1, 2]


def test_few_trades_come_after_all_others_and_no_value_last_of_its_kind() -> None:
    results = [
        a_result(0, 3, sharpe=9.0),
        a_result(1, sharpe=None),
        a_result(2, sharpe=-1.0),
        a_result(3, 0, sharpe=None),
    ]
    rows = ranked(results, "sharpe", 10)
    assert [row.place[0] for row in rows] == [2, 1, 0, 3]
    assert [row.has_few_trades for row in rows] == [False, False, True, True]


def test_every_rank_of_the_command_line_is_a_number_of_the_metrics() -> None:
    assert set(RANKS) == set(METRICS) <= {field.name for field in fields(Metrics)}
