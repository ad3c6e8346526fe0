"""Where the close breaks out of the Bollinger bands, in whole numbers up to the last step.

With n closes that sum to S, their squares to Q, a close c lies beyond the upper band when
n c - S > k sqrt(n Q - S^2). Of whole prices all but the root are exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.recurrence import Values
from core.domain.compare import BAND
from core.rules.registry import Verdicts

_BARS = 16_384  # worked on at once, to stay in the cache


def fits(closes: Values, period: int) -> bool:
    """Return whether whole closes stay exact: n^2 c^2 is the largest number met."""
    return not len(closes) or float(np.abs(closes).max()) * period < 2**31.5


def band_breaks(closes: Values, period: int, width: float) -> Verdicts:
    """Return at which bars the close leaves the bands upwards and downwards.

    For whole closes that `fits`; as `BollingerBreak` says, dead band included.
    """
    size = len(closes)
    is_over, is_under = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    whole = closes.astype(np.int64)
    for first in range(period - 1, size, _BARS):
        part = slice(first, min(first + _BARS, size))
        stretch = whole[first - period + 1 : part.stop]
        _mark(stretch, period, width, is_over[part], is_under[part])
    buys, sells = is_over.copy(), is_under.copy()
    # On the first bar with bands there are none before, so nothing is broken yet.
    buys[:period] = sells[:period] = False
    buys[period:] &= ~is_over[period - 1 : -1]
    sells[period:] &= ~is_under[period - 1 : -1]
    return Verdicts(buys, sells)


def _mark(
    closes: NDArray[np.int64],
    n: int,
    width: float,
    is_over: NDArray[np.bool_],
    is_under: NDArray[np.bool_],
) -> None:
    """Mark the bars from the n-th of `closes` on that lie beyond a band."""
    total, squares = _window_sums(closes, n), _window_sums(closes * closes, n)
    last = closes[n - 1 :]
    reach = width * np.sqrt((n * squares - total * total).astype(np.float64))
    away = (n * last - total).astype(np.float64)
    band = np.maximum(last, 1) * (BAND * n)
    np.greater(away - reach, band, out=is_over)
    np.greater(-away - reach, band, out=is_under)


def _window_sums(values: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    running = np.empty(len(values) + 1, np.int64)
    running[0] = 0
    np.cumsum(values, out=running[1:])
    sums: NDArray[np.int64] = running[n:] - running[:-n]
    return sums
