"""The account of all tests of a walk forward one after the other, for "curve.js"."""

from __future__ import annotations

from calendar import timegm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.sweep.walk_forward import Step, WalkForward


def chained(walk: WalkForward, start: float) -> NDArray[np.float64]:
    """Return the equity at the end of every test day, oldest first.

    Each test was traded from `start`; what it made or lost is added to what those before it did,
    so that the last value is `start` and the net profit of all tests.
    """
    parts = []
    reached = start
    for step in walk.steps:
        parts.append(reached - start + start * np.cumprod(1 + np.array(step.returns)))
        reached += float(step.test["net_pnl"])
    return np.concatenate(parts) if parts else np.empty(0)


def walk_data(walk: WalkForward, start: float) -> dict[str, Any]:
    """Return the points of the curve; `marks` are the rows at which another test begins."""
    equity = chained(walk, start)
    high = np.maximum(np.maximum.accumulate(equity), start) if len(equity) else equity
    first = np.cumsum([0, *(len(step.returns) for step in walk.steps)])
    return {
        "start": start,
        "rows": len(equity),
        "row": list(range(len(equity))),
        "time": [moment for step in walk.steps for moment in _midnights(step)],
        "equity": np.round(equity, 2).tolist(),
        "fall": np.round((high - equity) / high * 100, 4).tolist(),
        "marks": first[1:-1].tolist(),
        "daily": True,
    }


def _midnights(step: Step) -> list[int]:
    return [timegm(day.timetuple()) for day in step.days]
