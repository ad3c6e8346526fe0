"""Where a value may have come to another side of a line, for the rules that wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_WIDE = 1e-8  # ten times the dead band of core.domain.compare


def crossings(values: Sequence[float], line: Sequence[float]) -> list[int]:
    """Return the rows at which a close look could find a crossing since the row before.

    The first row is always among them, its row before is not known. Plain comparisons, wider than
    the dead band: a row too many costs a closer look, none is left out. NaN is undefined; nothing
    is negative.
    """
    rows, up, down = [0], 1 + _WIDE, 1 - _WIDE
    for row, ((before, line_before), (now, line_now)) in enumerate(
        pairwise(zip(values, line, strict=True)), 1
    ):
        if now > line_now:
            if before < line_before * up + _WIDE:
                rows.append(row)
        elif before > line_before * down - _WIDE:
            rows.append(row)
    return rows
