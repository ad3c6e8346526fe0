"""Cuts a sweep into tasks: alike sets together, long enough to be worth sending."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from core.backtest.sweep.periods import Part
from core.backtest.sweep.search import ParameterSet
from core.backtest.sweep.worker import Task, family

Wanted = tuple[Part, ParameterSet]

_TASK_S = 0.5  # shorter ones cost more to send and to store than they take


def tasks(wanted: Sequence[Wanted], set_s: float, workers: int) -> list[Task]:
    """Return tasks in which sets of the same signals follow each other, of one part each.

    Args:
        set_s: About what one set takes.
        workers: Who share the work: each gets several tasks, where that doesn't make them short.
    """
    least = max(math.ceil(_TASK_S / max(set_s, 1e-6)), 1)
    size = max(least, math.ceil(len(wanted) / (4 * workers))) if workers > 1 else least
    found = []
    for part, group in groupby(wanted, key=lambda one: one[0]):
        sets = sorted((one for _, one in group), key=lambda one: repr(family(one.changes)))
        pairs = [(one.place, dict(one.changes)) for one in sets]
        chunks = (pairs[at : at + size] for at in range(0, len(pairs), size))
        found += [Task(part, tuple(chunk)) for chunk in chunks]
    return found
