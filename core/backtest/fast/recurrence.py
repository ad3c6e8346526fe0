"""Exponential means of whole columns without a loop over bars.

A mean y[t] = keep * y[t-1] + u[t] is linear, so a block of 16 bars is one row times a small
triangular matrix, plus what the mean was before the block times powers of `keep`. What it is at the
ends of blocks is a mean of the same kind, one for 16 bars, and is found in the same way.

Source: G. Blelloch, "Prefix Sums and Their Applications", 1990 (scans of linear recurrences).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

BLOCK = 16
ROWS = 1024
"""Blocks worked on at once: 16,384 bars stay in the cache."""
_FEW = 512  # rows of a product too small to be spread over threads; see `product`


def stretches(values: Values) -> Iterator[tuple[int, Values]]:
    """Yield the first bar of each stretch and its values as rows of `BLOCK`, `ROWS` at most.

    The last row of the last stretch is filled up with 0.
    """
    for first in range(0, len(values), ROWS * BLOCK):
        yield first, blocks(values[first : first + ROWS * BLOCK])


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


def product(rows: Values, matrix: Values, out: Values) -> None:
    """Put `rows @ matrix` into `out`, on one thread.

    OpenBLAS spreads products of more than 2^18 multiplications over all processors, which takes
    longer for these and disturbs whatever else runs; smaller ones it never does.
    """
    whole = len(rows) - len(rows) % _FEW
    parts = (-1, _FEW)
    np.matmul(
        rows[:whole].reshape(*parts, rows.shape[1]),
        matrix,
        out=out[:whole].reshape(*parts, out.shape[1]),
    )
    np.matmul(rows[whole:], matrix, out=out[whole:])


def carried(ends: Values, keep: float, seed: float = 0.0) -> Values:
    """Return the mean before each block; it is `seed` before the first.

    Args:
        ends: Of each block the mean at its last bar, as if it were 0 before the block.
        keep: Of one bar.
    """
    before = np.empty(len(ends))
    before[:1] = seed
    before[1:] = _means(ends, keep**BLOCK, seed)[:-1]
    return before


def _means(u: Values, keep: float, seed: float) -> Values:
    """Return y[t] = keep * y[t-1] + u[t], from y = `seed`."""
    if len(u) <= BLOCK:
        return _in_turn(u, keep, seed)
    rows = blocks(u)
    means = np.empty_like(rows)
    product(rows, within(keep), means)
    means += np.multiply.outer(carried(means[:, -1], keep, seed), powers(keep))
    flat: Values = means.reshape(-1)[: len(u)]
    return flat


def _in_turn(u: Values, keep: float, seed: float) -> Values:
    means, mean = [], seed
    for value in u.tolist():
        mean = keep * mean + value
        means.append(mean)
    return np.array(means, np.float64)
