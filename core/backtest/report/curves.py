"""The equity curve as far as a screen can show it, every high, low and deepest fall kept."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.backtest.csv_columns import zone_offsets
from core.backtest.outcome import EquityCurve
from core.domain.price import Price

BUCKETS = 1_500
"""More than a wide screen has points of, with room to look closer."""


def curve_data(curve: EquityCurve, start: Price, zone: ZoneInfo) -> dict[str, Any]:
    """Return the points of a curve for "curve.js".

    `row` is the place among all timestamps, `time` the zone's wall clock in epoch seconds, `fall`
    the drawdown in percent, 0 or above.
    """
    equity = curve.equity
    high = np.maximum(np.maximum.accumulate(equity), start)
    fall = (high - equity) / high * 100
    rows = kept_rows(equity, fall)
    time = curve.time[rows]
    values = equity[rows]
    is_whole = bool(np.array_equal(values, np.rint(values)))
    return {
        "start": start,
        "rows": len(equity),
        "row": rows.tolist(),
        "time": (time + zone_offsets(time, zone)).tolist() if len(time) else [],
        "equity": (values.astype(np.int64) if is_whole else values).tolist(),
        "fall": np.round(fall[rows], 4).tolist(),
    }


def kept_rows(
    equity: NDArray[np.float64], fall: NDArray[np.float64], buckets: int = BUCKETS
) -> NDArray[np.int64]:
    """Return which rows to show: of each of `buckets` parts its first row and its extremes."""
    size = len(equity)
    if size <= 2 * buckets:
        return np.arange(size)
    edges = np.linspace(0, size, buckets + 1).astype(np.int64)
    kept = {0, size - 1, *edges[:-1].tolist()}
    for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = equity[first:end]
        kept |= {
            first + int(part.argmin()),
            first + int(part.argmax()),
            first + int(fall[first:end].argmax()),
        }
    return np.array(sorted(kept), dtype=np.int64)
