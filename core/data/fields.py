"""Reads the cells of a data row: times, prices, shares, sides.

Each reader raises ValueError naming the column and the text; the file's reader adds file and row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from core.domain.errors import DataError
from core.domain.order import Side
from core.domain.price import Price

_SIDES = {"": None, "B": Side.BUY, "S": Side.SELL, "b": Side.BUY, "s": Side.SELL}
_BETWEEN = ("T", " ")


def time_reader(zone: ZoneInfo) -> Callable[[str], datetime]:
    """Return a reader of ISO 8601 times; without an offset they are in `zone`, the result always.

    The same text again is the same object: trades of one second come together.
    """
    last_text: str | None = None
    last_time: datetime | None = None

    def read(text: str) -> datetime:
        nonlocal last_text, last_time
        if text != last_text or last_time is None:
            last_text, last_time = text, _time(text, zone)
        return last_time

    return read


def _time(text: str, zone: ZoneInfo) -> datetime:
    text = text.strip()
    try:
        # Python takes any letter between date and time: 2020060490458 would be 04:58.
        if text[10:11] not in _BETWEEN and text[8:9] not in _BETWEEN:
            raise ValueError
        time = datetime.fromisoformat(text)
        return time.astimezone(zone) if time.tzinfo else time.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise ValueError(f"datetime {text!r} is not an ISO 8601 date and time") from None


def price_reader(column: str, in_won: bool) -> Callable[[str], Price]:
    """Return a reader of prices: whole ones as `int` with `in_won`, all as `float` without."""

    def whole(text: str) -> Price:
        try:
            return int(text)
        except ValueError:
            value = _number(column, text)
            return int(value) if value.is_integer() else value

    return whole if in_won else lambda text: _number(column, text)


def quote_reader(column: str, in_won: bool) -> Callable[[str], Price | None]:
    """Return a reader of best quotes, None where nobody quotes (an empty cell or 0)."""
    read = price_reader(column, in_won)
    return lambda text: read(text) or None if text else None


def shares(column: str, text: str) -> int:
    """Return a number of shares; 100.0 is 100."""
    try:
        return int(text)
    except ValueError:
        value = _number(column, text)
        if not value.is_integer():
            raise ValueError(f"{column} {text!r} is not a whole number of shares") from None
        return int(value)


def side(text: str) -> Side | None:
    """Return the aggressor's side of B or S, None of an empty cell."""
    try:
        return _SIDES[text]
    except KeyError:
        raise ValueError(f"side {text!r} is neither B nor S") from None


def _number(column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{column} {text!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{column} {text!r} is not a number")
    return value


def places(path: Path, header: Sequence[str], required: Sequence[str]) -> dict[str, int]:
    """Return where each column of the header is, by its name in small letters.

    Raises:
        DataError: A required column is missing, or a name stands twice.
    """
    names = [name.strip().lower() for name in header]
    missing = [name for name in required if name not in names]
    shown = ", ".join(names)[:120]
    if missing:
        raise DataError(
            f"{path.name}: no column {', '.join(missing)}; its header is: {shown}."
            f" It needs {', '.join(required)}"
        )
    twice = [name for name in required if names.count(name) > 1]
    if twice:
        raise DataError(f"{path.name}: two columns are called {twice[0]}; its header is: {shown}")
    return {name: place for place, name in reversed(list(enumerate(names)))}


def bad_row(path: Path, row: int, reason: object) -> DataError:
    """Return the error of a row that can't be used."""
    return DataError(f"{path.name}, row {row}: {reason}; correct or delete this row")


def check_width(row: Sequence[str], width: int) -> None:
    """Raise ValueError unless the row has as many cells as the header."""
    if len(row) != width:
        raise ValueError(f"{len(row)} columns where the header has {width}")
