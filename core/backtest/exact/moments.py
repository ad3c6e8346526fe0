"""A day's timestamps in their order, each with the bars that start then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from core.backtest.exact.symbol import SymbolRun

Group = Sequence[tuple[SymbolRun, int]]
"""The symbols with a bar at one timestamp, in the configured order, and the row of that bar."""


class Moments:
    """Owned by one run."""

    def __init__(self) -> None:
        self._alone: dict[int, list[Group]] = {}

    def of(self, runs: Sequence[SymbolRun]) -> Iterable[Group]:
        """Return the timestamps of the day that `runs` have begun, oldest first."""
        if len(runs) == 1:
            return islice(self._groups(runs[0]), len(runs[0].bars))
        found: dict[int, list[tuple[SymbolRun, int]]] = {}
        for run in runs:
            for row, start in enumerate(run.bars.start.tolist()):
                found.setdefault(start, []).append((run, row))
        return [found[start] for start in sorted(found)]

    def _groups(self, run: SymbolRun) -> list[Group]:
        """Return the groups of a symbol by itself: days are alike, so they are made once."""
        groups = self._alone.setdefault(run.place, [])
        groups.extend(((run, row),) for row in range(len(groups), len(run.bars)))
        return groups
