"""Columns of numbers and times as the texts of a CSV file; made for millions of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import add
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_DAY_S = 86_400
_SPAN = 2 * _DAY_S  # more than there are offsets from UTC, in seconds
_EPOCH = date(1970, 1, 1)
CHUNK = 65_536
"""Rows that are texts in memory at once; a 32-bit process has no room for a million."""


def times(epoch_s: NDArray[np.int64], zone: ZoneInfo) -> list[str]:
    """Return ISO 8601 texts with the zone's offset, of UTC epoch seconds in any order."""
    if not len(epoch_s):
        return []
    offsets = zone_offsets(epoch_s, zone)
    local = epoch_s + offsets
    days = _texts(local // _DAY_S, lambda day: f"{_EPOCH + timedelta(days=day)}T")
    clocks = _texts(local % _DAY_S * _SPAN + offsets + _DAY_S, _clock)
    return list(map(add, days, clocks))


def numbers(values: NDArray[Any], is_whole: bool) -> list[str]:
    """Return numbers with full precision, whole ones without a point, NaN as an empty text."""
    if not len(values):
        return []
    # Cash and an empty account stay the same over long runs of rows.
    first = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    kept = values[first]
    if is_whole and not np.isnan(kept).any():
        texts = list(map(str, kept.astype(np.int64).tolist()))
    else:
        texts = [_number(value, is_whole) for value in kept.tolist()]
    return texts if len(first) == len(values) else _spread(texts, first, len(values))


def are_whole(*columns: NDArray[np.float64]) -> bool:
    """Return whether every number of every column is whole."""
    return all(bool(np.array_equal(column, np.rint(column))) for column in columns)


def write_rows(file: TextIO, columns: Sequence[Sequence[str]]) -> None:
    """Write rows out of texts that need no quotes, all columns equally long."""
    if columns[0]:
        file.write("\n".join(map(",".join, zip(*columns, strict=True))))
        file.write("\n")


def chunks(rows: int) -> Iterator[slice]:
    for first in range(0, rows, CHUNK):
        yield slice(first, min(first + CHUNK, rows))


def _number(value: float, is_whole: bool) -> str:
    if value != value:
        return ""
    return str(int(value)) if is_whole and value.is_integer() else repr(value)


def _texts(values: NDArray[np.int64], text_of: Callable[[int], str]) -> list[str]:
    """Return the text of each value, made once for each different one."""
    first = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    kept = values[first].tolist()
    different = {value: text_of(value) for value in set(kept)}
    texts = list(map(different.__getitem__, kept))
    return texts if len(first) == len(values) else _spread(texts, first, len(values))


def _spread(texts: Sequence[str], first: NDArray[np.int64], size: int) -> list[str]:
    """Return each text over all rows up to the next one's `first`."""
    runs = np.diff(np.append(first, size))
    spread: list[str] = np.repeat(np.array(texts, dtype=object), runs).tolist()
    return spread


def zone_offsets(epoch_s: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the zone's distance from UTC in seconds at each moment."""
    days: NDArray[np.int64] = epoch_s // _DAY_S
    first = int(days.min())
    edges = np.array(
        [_offset_s(day * _DAY_S, zone) for day in range(first, int(days.max()) + 2)], np.int64
    )
    begin: NDArray[np.int64] = edges[days - first]
    end = edges[days - first + 1]
    for row in np.flatnonzero(begin != end).tolist():  # the clocks changed that day
        begin[row] = _offset_s(int(epoch_s[row]), zone)
    return begin


def _offset_s(epoch_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _clock(packed: int) -> str:
    """Return the text of a second of the day and an offset, packed as `times` does."""
    second_of_day, offset_s = divmod(packed, _SPAN)
    minutes, second = divmod(second_of_day, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    sign, off = "-" if offset_s < _DAY_S else "+", abs(offset_s - _DAY_S) // 60
    return f"{clock}{sign}{off // 60:02}:{off % 60:02}"
