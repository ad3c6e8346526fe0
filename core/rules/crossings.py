"""Where a value may have come to another side of a line, for the rules that wait for it."""

from __future__ import annotations

from collections.abc import Sequence

_WIDE = 1e-8  # ten times the dead band of core.domain.compare


def crossings(values: Sequence[float], line: Sequence[float]) -> list[int]:
    """Return the rows at which a close look could find a crossing since the row before.

    The first row is always among them, its row before is not known. Plain comparisons, wider than
    the dead band: a row too many costs a closer look, none is left out. NaN is undefined; nothing
    is negative.
    """
    up, down = 1 + _WIDE, 1 - _WIDE
    rows = zip(values[1:], line[1:], values, line, strict=False)
    return [0] + [
        row
        for row, (now, line_now, before, line_before) in enumerate(rows, 1)
        if (
            before < line_before * up + _WIDE
            if now > line_now
            else before > line_before * down - _WIDE
        )
    ]
