"""How Kiwoom's servers write values: signs, padding, times; and the names their tables give.

`tables.json` is taken from the public reference: fields, widths and rows of each TR, the order of
FIDs in each real-time type and chejan, names of order kinds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

ENCODING = "cp949"  # inside the control and on Kiwoom's lines
_NAME_WIDTH = 40  # bytes of a security's name in chejan and VI messages
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
_FILE = Path(__file__).with_name("tables.json")


@cache
def tables() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class TrTable:
    """What one TR takes and gives."""

    code: str
    name: str
    inputs: tuple[str, ...]
    single: tuple[str, ...]  # fields
    multi: tuple[str, ...]
    single_record: str
    multi_record: str
    rows_per_page: int | None
    widths: Mapping[str, int]  # by field; empty: not padded


@cache
def tr_table(code: str) -> TrTable | None:
    """Return the table of a TR, None of one that Kiwoom does not have."""
    row = tables()["tr"].get(code)
    if row is None:
        return None
    return TrTable(
        code=code,
        name=row["name"],
        inputs=tuple(row["inputs"]),
        single=tuple(row["single"]),
        multi=tuple(row["multi"]),
        single_record=row.get("single_record", ""),
        multi_record=row.get("multi_record", ""),
        rows_per_page=row.get("rows_per_page"),
        widths=row.get("field_width", {}),
    )


@cache
def real_fids(real_type: str) -> tuple[int, ...]:
    """Return the FIDs of a real-time type in the order of the raw text."""
    return tuple(tables()["real"][real_type])


@lru_cache(maxsize=16_384)
def signed(price: float | None, base: float) -> str:
    """Return a price with the sign of its distance from `base` (기준가); "0" for none."""
    if not price:
        return "0"
    sign = "+" if price > base else "-" if price < base else ""
    return f"{sign}{int(price)}"


def plus(value: int) -> str:
    """Return a number with its own sign, "0" without one."""
    return f"{value:+d}" if value else "0"


def plus_pct(value: float) -> str:
    """Return a percentage with its own sign and two decimals, "0.00" without one."""
    text = f"{value:+.2f}"
    return text[1:] if text[1:] == "0.00" else text


def share_of(part: float, whole: float, even: float = 100.0) -> str:
    """Return part / whole in percent with "-" where it is below `even`, as Kiwoom writes it."""
    share = 100 * part / whole if whole else 0.0
    if not share:
        return "0.00"
    return f"{'-' if share < even else '+'}{share:.2f}"


def millions(won: int) -> str:
    """Return an amount in units of a million won; the recorded trades show that it is rounded."""
    return str((won + 500_000) // 1_000_000)


def change_mark(price: float, base: float, limits: tuple[float, float] | None) -> str:
    """Return 전일대비기호: 1 upper limit, 2 up, 3 unchanged, 4 lower limit, 5 down."""
    if limits is not None and price == limits[1]:
        return "1"
    if limits is not None and price == limits[0]:
        return "4"
    return "2" if price > base else "5" if price < base else "3"


def clock(moment: datetime | None) -> str:
    """Return HHMMSS; "000000" for none."""
    if moment is None:
        return "000000"
    return _TWO_DIGITS[moment.hour] + _TWO_DIGITS[moment.minute] + _TWO_DIGITS[moment.second]


def countdown(left: timedelta) -> str:
    """Return a duration as HHMMSS."""
    seconds = max(int(left.total_seconds()), 0)
    return f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"


def stamp(moment: datetime) -> str:
    """Return YYYYMMDDHHMMSS."""
    return f"{moment:%Y%m%d%H%M%S}"


def padded(text: str, width: int) -> str:
    """Return `text` with blanks behind it up to `width` bytes of CP949, cut where longer."""
    encoded = text.encode(ENCODING)
    if len(encoded) > width:
        return encoded[:width].decode(ENCODING, "ignore")
    return text + " " * (width - len(encoded))


def security_name(name: str) -> str:
    return padded(name, _NAME_WIDTH)


def zeros(value: int, width: int) -> str:
    """Return a number padded with zeros, "-" in front of a negative one: `-0000123`."""
    return f"{value:0{width}d}"
