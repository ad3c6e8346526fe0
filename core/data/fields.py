"""Reads the cells of a data row: times, prices, shares, sides.

Each reader raises `BadCell` naming the column and the text; the file's reader adds file and row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.text import Text
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
        raise BadCell(
            Text(
                f"datetime {text!r}은(는) ISO 8601 날짜와 시각이 아닙니다",
                f"datetime {text!r} is not an ISO 8601 date and time",
            )
        ) from None


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
            raise BadCell(
                Text(
                    f"{column} {text!r}은(는) 정수 수량이 아닙니다",
                    f"{column} {text!r} is not a whole number of shares",
                )
            ) from None
        return int(value)


def side(text: str) -> Side | None:
    """Return the aggressor's side of B or S, None of an empty cell."""
    try:
        return _SIDES[text]
    except KeyError:
        raise BadCell(
            Text(f"side {text!r}은(는) B도 S도 아닙니다", f"side {text!r} is neither B nor S")
        ) from None


def _number(column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadCell(
            Text(f"{column} {text!r}은(는) 숫자가 아닙니다", f"{column} {text!r} is not a number")
        )
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
        raise DataError(_missing(path, missing, shown, required))
    twice = [name for name in required if names.count(name) > 1]
    if twice:
        raise DataError(
            Text(
                f"{path.name}: {twice[0]} 열이 둘입니다. 머리글: {shown}",
                f"{path.name}: two columns are called {twice[0]}; its header is: {shown}",
            )
        )
    return {name: place for place, name in reversed(list(enumerate(names)))}


def _missing(path: Path, missing: Sequence[str], shown: str, required: Sequence[str]) -> Text:
    lacking, needed = ", ".join(missing), ", ".join(required)
    other = next((mark for mark in ";\t|" if mark in shown), None)
    if other is None:
        ko, en = f". 필요한 열: {needed}", f". It needs {needed}"
    else:  # what spreadsheets save in many countries
        name = "Tab" if other == "\t" else other
        ko = f". 열을 {name} 대신 쉼표로 나누세요"
        en = f". Separate columns by commas instead of {name}"
    return Text(
        f"{path.name}: {lacking} 열이 없습니다. 머리글: {shown}{ko}",
        f"{path.name}: no column {lacking}; its header is: {shown}{en}",
    )


class BadCell(ValueError):  # noqa: N818 - what was read, as `Refused` is
    """A cell that can't be used, in both languages; `str()` is the English text."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def bad_row(path: Path, row: int, reason: ValueError) -> DataError:
    """Return the error of a row that can't be used."""
    why = reason.text if isinstance(reason, BadCell) else Text.of(str(reason))
    return DataError(
        Text(
            f"{path.name} {row}행: {why.ko}. 이 행을 고치거나 지우세요",
            f"{path.name}, row {row}: {why.en}; correct or delete this row",
        )
    )


def skipped_row(path: Path, row: int, reason: ValueError) -> Text:
    """Return the note on a bad row that was left out."""
    why = reason.text if isinstance(reason, BadCell) else Text.of(str(reason))
    return Text(f"{path.name} {row}행: {why.ko}", f"{path.name}, row {row}: {why.en}")


def check_width(row: Sequence[str], width: int) -> None:
    """Raise BadCell unless the row has as many cells as the header."""
    if len(row) != width:
        raise BadCell(
            Text(
                f"열이 {len(row)}개이고 머리글은 {width}개입니다",
                f"{len(row)} columns where the header has {width}",
            )
        )
