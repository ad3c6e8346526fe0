from __future__ import annotations

from itertools import pairwise

from core.backtest.sweep.periods import WHOLE, Part
from core.backtest.sweep.plan import tasks
from core.backtest.sweep.search import grid, read_axes
from core.backtest.sweep.worker import family
from tests.core.backtest.markets import lively

AXES = ("risk.stop_loss_pct=1,2,3", "strategy.ema_short=2,3", "strategy.buy_threshold=0.5,1")
SETS = grid(read_axes(AXES, lively()), lively()).sets
WANTED = [(WHOLE, one) for one in SETS]


def test_every_set_is_in_one_task() -> None:
    found = tasks(WANTED, 0.2, 2)
    places = [place for task in found for place, _ in task.sets]
    assert sorted(places) == [one.place for one in SETS]


def test_sets_of_the_same_signals_follow_each_other() -> None:
    (task,) = tasks(WANTED, 0.001, 1)
    families = [family(changes) for _, changes in task.sets]
    changes = sum(one != other for one, other in pairwise(families))
    assert changes == len(set(families)) - 1 == 3


def test_a_task_is_never_shorter_than_it_takes_to_send() -> None:
    assert [len(task.sets) for task in tasks(WANTED, 0.1, 8)] == [5, 5, 2]


def test_long_sets_are_shared_evenly() -> None:
    assert len(tasks(WANTED, 10.0, 2)) == 6


def test_a_task_has_one_part() -> None:
    part = Part("train 1")
    found = tasks([*WANTED, *((part, one) for one in SETS)], 0.0, 1)
    assert [task.part for task in found] == [WHOLE, part]
