"""Choosing on one stretch of days and trading on the next, again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.metrics import sharpe
from core.backtest.outcome import Progress
from core.backtest.sweep.periods import Window
from core.backtest.sweep.plan import Wanted
from core.backtest.sweep.ranking import Ranked, ranked
from core.backtest.sweep.running import Running
from core.backtest.sweep.search import ParameterSet, Place, Search
from core.journal.sweeps import StoredResult


@dataclass(frozen=True, slots=True)
class Step:
    """One window: which set was the best on its train days, and what it brought on its test."""

    window: Window
    chosen: ParameterSet
    train: Mapping[str, Any]  # metrics
    test: Mapping[str, Any]
    returns: tuple[float, ...]  # of each test day, fractions
    days: tuple[date, ...]  # of the test


@dataclass(frozen=True, slots=True)
class WalkForward:
    """Every window, oldest first; each test starts from the same capital."""

    steps: tuple[Step, ...]

    @property
    def net_pnl(self) -> float:
        """Of all tests together, won."""
        return float(sum(step.test["net_pnl"] for step in self.steps))

    @property
    def trades(self) -> int:
        return sum(step.test["trades"] for step in self.steps)

    @property
    def returns(self) -> NDArray[np.float64]:
        """Return of every test day as a fraction, oldest first."""
        return np.array([one for step in self.steps for one in step.returns])

    @property
    def sharpe(self) -> float | None:
        """Yearly, of all test days."""
        return sharpe(self.returns)

    @property
    def winning(self) -> int:
        """How many tests ended with a profit."""
        return sum(step.test["net_pnl"] > 0 for step in self.steps)

    @property
    def efficiency(self) -> float | None:
        """Net profit a test day over that of a train day; None where training brought nothing.

        1: the tests were as good as the choice promised. At least 0.5 is asked for.

        Source: R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008, chapter 11:
        walk-forward efficiency.
        """
        trained = sum(step.train["net_pnl"] for step in self.steps)
        days = sum(step.train["days"] for step in self.steps)
        tested = sum(step.test["days"] for step in self.steps)
        if trained <= 0 or not tested:
            return None
        return float((self.net_pnl / tested) / (trained / days))

    def stability(self) -> dict[str, float]:
        """Return in what share of windows each setting's commonest value was chosen."""
        found = {}
        for key in self.steps[0].chosen.changes if self.steps else ():
            counts = Counter(repr(step.chosen.changes[key]) for step in self.steps)
            found[key] = counts.most_common(1)[0][1] / len(self.steps)
        return found


def walk(
    running: Running,
    search: Search,
    windows: Sequence[Window],
    days: Sequence[date],
    by: str,
    min_trades: int,
    progress: Progress,
) -> WalkForward:
    """Run every set on every window's train days, and the best of each on its test days.

    `days` are the trading days that the windows were made of.
    """
    wanted: list[Wanted] = [(window.train, one) for window in windows for one in search.sets]
    found = running.find(wanted, lambda share: progress(0.9 * share))
    size, of_place = len(search.sets), {one.place: one for one in search.sets}
    best = [_best(found[at * size : (at + 1) * size], by, min_trades) for at in range(len(windows))]
    tests: list[Wanted] = [
        (window.test, of_place[one.place]) for window, one in zip(windows, best, strict=True)
    ]
    tested = running.find(tests, lambda share: progress(0.9 + 0.1 * share))
    rows = zip(windows, best, tested, strict=True)
    return WalkForward(tuple(_step(w, one, test, of_place, days) for w, one, test in rows))


def _best(results: Sequence[StoredResult], by: str, min_trades: int) -> Ranked:
    return ranked(results, by, min_trades)[0]


def _step(
    window: Window,
    best: Ranked,
    test: StoredResult,
    of_place: Mapping[Place, ParameterSet],
    days: Sequence[date],
) -> Step:
    returns, part = tuple(test.body["returns"]), window.test
    assert part.trade_from is not None and part.last is not None
    tested = tuple(day for day in days if part.trade_from <= day <= part.last)
    chosen = of_place[best.place]
    return Step(window, chosen, best.metrics, test.body["metrics"], returns, tested)
