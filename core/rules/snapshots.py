"""Whole columns as the records that rules judge one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from core.domain.market import Bar
from core.domain.signal import Snapshot
from core.indicators.registry import Arrays
from core.series import BarColumns


def snapshots(columns: BarColumns, values: Arrays, symbol: str = "") -> Iterator[Snapshot]:
    """Yield every bar with its values, oldest first; NaN becomes None.

    Times have the exchange's offset of the moment; whole prices are floats here.
    """
    names = tuple(values)
    tables = [values[name].tolist() for name in names]
    prices = (columns.open, columns.high, columns.low, columns.close)
    rows = zip(
        columns.start.tolist(),
        columns.local.tolist(),
        *(column.tolist() for column in prices),
        columns.volume.tolist(),
        columns.turnover.tolist(),
        columns.ticks.tolist(),
        zip(*tables, strict=True) if tables else [()] * len(columns),
        strict=True,
    )
    for start, local, open_, high, low, close, volume, turnover, ticks, row in rows:
        moment = datetime.fromtimestamp(start, timezone(timedelta(seconds=local - start)))
        bar = Bar(symbol, moment, open_, high, low, close, volume, _known(turnover), ticks)
        yield Snapshot(bar, {name: _known(x) for name, x in zip(names, row, strict=True)})


def _known(value: float) -> float | None:
    return None if value != value else value
