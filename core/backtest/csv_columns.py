"""Columns of numbers and times as the texts of a CSV file; made for millions of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
CHUNK = 65_536
"""Rows that are texts in memory at once; a 32-bit process has no room for a million."""


def times(epoch_s: NDArray[np.int64], zone: ZoneInfo) -> list[str]:
    """Return ISO 8601 texts with the zone's offset, of UTC epoch seconds in any order."""
    offsets = _offsets(epoch_s, zone)
    local = epoch_s + offsets
    days = _texts(local // _DAY_S, lambda day: (_EPOCH + timedelta(days=day)).isoformat())
    clocks = _texts(local % _DAY_S, _clock)
    ends = _texts(offsets, _offset)
    return [f"{day}T{clock}{end}" for day, clock, end in zip(days, clocks, ends, strict=True)]


def numbers(values: NDArray[Any], is_whole: bool) -> list[str]:
    """Return numbers with full precision, whole ones without a point, NaN as an empty text."""
    if not len(values):
        return []
    # Cash and an empty account stay the same over long runs of rows.
    first = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    runs = np.diff(np.append(first, len(values)))
    kept = values[first]
    if is_whole and not np.isnan(kept).any():
        texts = list(map(str, kept.astype(np.int64).tolist()))
    else:
        texts = [_number(value, is_whole) for value in kept.tolist()]
    if len(first) == len(values):
        return texts
    spread: list[str] = np.repeat(np.array(texts, dtype=object), runs).tolist()
    return spread


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


def _texts(values: NDArray[np.int64], text_of: Any) -> list[str]:
    """Return the text of each value, made once for each different one."""
    different = {value: text_of(value) for value in set(values.tolist())}
    return [different[value] for value in values.tolist()]


def _offsets(epoch_s: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the zone's distance from UTC in seconds at each moment."""
    found = np.empty(len(epoch_s), np.int64)
    days, day_of = np.unique(epoch_s // _DAY_S, return_inverse=True)
    begin = np.array([_offset_s(day * _DAY_S, zone) for day in days.tolist()], np.int64)
    end = np.array([_offset_s((day + 1) * _DAY_S, zone) for day in days.tolist()], np.int64)
    found[:] = begin[day_of]
    for row in np.flatnonzero((begin != end)[day_of]).tolist():  # the clocks changed that day
        found[row] = _offset_s(int(epoch_s[row]), zone)
    return found


def _offset_s(epoch_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(epoch_s, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _clock(second_of_day: int) -> str:
    minutes, second = divmod(second_of_day, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def _offset(offset_s: int) -> str:
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"
