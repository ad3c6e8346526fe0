"""Comparisons of computed values with a dead band: ties come out the same however one rounds.

`a` is above `b` when a - b > 1e-9 x max(1, |a|, |b|); everything else follows from that. Where a
value is undefined (None, NaN) all four are false. Source: strategy.md, section 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

BAND = 1e-9


def above(a: float | None, b: float | None) -> bool:
    """Return whether a > b by more than the dead band."""
    if a is None or b is None:
        return False
    difference = a - b
    # The band is BAND or wider: most comparisons need not know how wide.
    return difference > BAND and difference > BAND * max(abs(a), abs(b))


def below(a: float | None, b: float | None) -> bool:
    """Return whether a < b by more than the dead band."""
    if a is None or b is None:
        return False
    difference = b - a
    return difference > BAND and difference > BAND * max(abs(a), abs(b))


def at_most(a: float | None, b: float | None) -> bool:
    """Return whether a <= b: both are defined and a is not above b."""
    if a is None or b is None:
        return False
    difference = a - b
    return difference <= BAND or difference <= BAND * max(abs(a), abs(b))


def at_least(a: float | None, b: float | None) -> bool:
    """Return whether a >= b: both are defined and a is not below b."""
    return at_most(b, a)


def above_each(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    """Compare as `above` does, element by element; NaN is undefined."""
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    result: NDArray[np.bool_] = left - right > _band(left, right)
    return result


def below_each(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    return above_each(b, a)


def at_most_each(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    result: NDArray[np.bool_] = left - right <= _band(left, right)
    return result


def at_least_each(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    return at_most_each(b, a)


def _band(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    band: NDArray[np.float64] = BAND * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    return band
