"""Exponential means of whole columns without a loop over bars.

A mean y[t] = keep * y[t-1] + u[t] is linear, so a block of 32 bars is one row times a small
triangular matrix, plus what the mean was before the block times powers of `keep`. What it is at the
ends of blocks is a mean of the same kind, one for 32 bars, and is found in the same way.

Source: G. Blelloch, "Prefix Sums and Their Applications", 1990 (scans of linear recurrences).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

BLOCK = 32
_SHORT = 256  # a loop is as quick


def blocks(values: Values) -> Values:
    """Return `values` as rows of `BLOCK`, the last one filled up with 0."""
    rows = -(-len(values) // BLOCK)
    if len(values) == rows * BLOCK:
        return values.reshape(rows, BLOCK)
    padded = np.zeros(rows * BLOCK)
    padded[: len(values)] = values
    return padded.reshape(rows, BLOCK)


def powers(keep: float) -> Values:
    """Return keep^1 .. keep^BLOCK: what is left of a mean at each bar of the next block."""
    result: Values = keep ** np.arange(1.0, BLOCK + 1)
    return result


def within(keep: float) -> Values:
    """Return the matrix that makes means of a row of `u`, as if it were 0 before: `u @ within`."""
    age = np.arange(BLOCK)[None, :] - np.arange(BLOCK)[:, None]
    weights: Values = np.where(age >= 0, keep ** np.maximum(age, 0), 0.0)
    return weights


def carried(ends: Values, keep: float) -> Values:
    """Return the mean before each block.

    Args:
        ends: Of each block the mean at its last bar, as if it were 0 before the block.
        keep: Of one bar.
    """
    before = np.zeros(len(ends))
    before[1:] = _means(ends, keep**BLOCK)[:-1]
    return before


def _means(u: Values, keep: float) -> Values:
    """Return y[t] = keep * y[t-1] + u[t], from y = 0."""
    if len(u) <= _SHORT:
        return _in_turn(u, keep)
    rows = blocks(u)
    means = rows @ within(keep)
    means += carried(means[:, -1].copy(), keep)[:, None] * powers(keep)
    flat: Values = means.reshape(-1)[: len(u)]
    return flat


def _in_turn(u: Values, keep: float) -> Values:
    means, mean = [], 0.0
    for value in u.tolist():
        mean = keep * mean + value
        means.append(mean)
    return np.array(means, np.float64)
