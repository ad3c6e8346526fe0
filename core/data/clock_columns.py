"""Times of whole columns: ISO 8601 texts to seconds, and a zone's clock to UTC and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
Texts = NDArray[np.bytes_]

_DAY_S = 86_400
_PLAIN, _WITH_OFFSET = 19, 25  # 2026-11-23T09:00:00, and with +09:00


def read_times(texts: Texts, zone: ZoneInfo) -> tuple[Seconds, Seconds] | None:
    """Return UTC seconds and the seconds on the clock of `zone`; without an offset texts are its.

    None where the texts are not all of one plain form, in which case each has to be looked at.
    """
    if not len(texts):
        return None
    letters = texts.view(np.uint8).reshape(len(texts), -1)
    width = letters.shape[1]
    if width not in (_PLAIN, _WITH_OFFSET) or not _is_plain(letters):
        return None
    clock = _seconds(letters)
    if clock is None:
        return None
    if width == _PLAIN:
        return to_utc(clock, zone), clock
    start = clock - _offsets(letters[:, _PLAIN:])
    return start, to_clock(start, zone)


def _is_plain(letters: NDArray[np.uint8]) -> bool:
    """Whether digits and signs stand where they should in every row; 0 pads a shorter text."""
    form = b"0000-00-00T00:00:00+00:00"[: letters.shape[1]]
    for place, sign in enumerate(form):
        column = letters[:, place]
        if sign == ord("0"):
            is_so = (column >= ord("0")) & (column <= ord("9"))
        elif sign == ord("T"):
            is_so = (column == ord("T")) | (column == ord(" "))
        elif sign == ord("+"):
            is_so = (column == ord("+")) | (column == ord("-"))
        else:
            is_so = column == sign
        if not is_so.all():
            return False
    return True


def _seconds(letters: NDArray[np.uint8]) -> Seconds | None:
    """Return what the texts say in seconds since 1970, None where one is no time that there is.

    By hand, as numpy's own reader of byte texts can crash on a day such as 30 February.
    """
    digits = letters.astype(np.int64) - ord("0")

    def number(first: int, end: int) -> Seconds:
        value = digits[:, first]
        for place in range(first + 1, end):
            value = value * 10 + digits[:, place]
        return value

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    hour, minute, second = number(11, 13), number(14, 16), number(17, 19)
    is_time = (hour < 24) & (minute < 60) & (second < 60)
    if not (is_time & (year > 0) & (month > 0) & (month < 13) & (day > 0)).all():
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first_day = months.astype("datetime64[D]").astype(np.int64)
    days = (months + 1).astype("datetime64[D]").astype(np.int64) - first_day
    if (day > days).any():
        return None
    seconds: Seconds = (first_day + day - 1) * _DAY_S + hour * 3600 + minute * 60 + second
    return seconds


def _offsets(letters: NDArray[np.uint8]) -> Seconds:
    digits = letters.astype(np.int64) - ord("0")
    hours, minutes = digits[:, 1] * 10 + digits[:, 2], digits[:, 4] * 10 + digits[:, 5]
    size = hours * 3600 + minutes * 60
    offsets: Seconds = np.where(letters[:, 0] == ord("-"), -size, size)
    return offsets


def to_utc(clock: Seconds, zone: ZoneInfo) -> Seconds:
    """Return UTC seconds of times on the clock of `zone`; of a repeated hour the first."""
    return clock - _by_day(clock, lambda moment: _offset(_naive(moment).replace(tzinfo=zone)))


def to_clock(start: Seconds, zone: ZoneInfo) -> Seconds:
    """Return what the clock of `zone` shows at UTC seconds."""
    return start + _by_day(start, lambda moment: _offset(datetime.fromtimestamp(moment, zone)))


def _by_day(moments: Seconds, offset_at: Callable[[int], int]) -> Seconds:
    """Return the offset of each moment; asked once a day but for days on which it changes."""
    days, place = np.unique(moments // _DAY_S, return_inverse=True)
    first = [offset_at(day * _DAY_S) for day in days.tolist()]
    last = [offset_at(day * _DAY_S + _DAY_S - 1) for day in days.tolist()]
    offsets: Seconds = np.array(first, np.int64)[place]
    changes = np.array(first, np.int64) != np.array(last, np.int64)
    for row in np.flatnonzero(changes[place]).tolist():
        offsets[row] = offset_at(int(moments[row]))
    return offsets


def _naive(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)


def _offset(moment: datetime) -> int:
    return round((moment.utcoffset() or timedelta()).total_seconds())
