"""A run's equity and drawdown with as many points as a screen can show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backtest.run import Run

_POINTS = 2_000  # more than a screen has columns
Floats = NDArray[np.float64]


class Curve(NamedTuple):
    """Of each stretch of the run the lowest and the highest point alone, oldest first.

    `time`, `fall_time`: UTC epoch seconds; `equity`: won; `fall`: percent of the high before,
    0 or below; `east_s`: seconds that the run's zone is ahead of UTC at its start.
    """

    time: NDArray[np.int64]
    equity: Floats
    fall_time: NDArray[np.int64]
    fall: Floats
    east_s: float


def curve_of(run: Run) -> Curve:
    """Return the curves of a run; empty ones where it had no bar."""
    time, equity = run.outcome.equity.time, run.outcome.equity.equity
    if not len(time):
        return Curve(time, equity, time, equity, 0.0)
    fall = (equity / np.maximum.accumulate(equity) - 1) * 100
    east = run.market.moment(int(time[0])).utcoffset()
    rows, falls = extremes(equity, _POINTS), extremes(fall, _POINTS)
    east_s = 0.0 if east is None else east.total_seconds()
    return Curve(time[rows], equity[rows], time[falls], fall[falls], east_s)


def extremes(values: Floats, points: int) -> NDArray[np.intp]:
    """Return the rows of the lowest and highest value of each of `points / 2` stretches."""
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), points // 2 + 1).astype(np.intp)
    kept = [0, len(values) - 1]
    for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[first:end]
        kept += [first + int(part.argmin()), first + int(part.argmax())]
    return np.unique(kept)
