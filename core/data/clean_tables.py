"""Bar files read as whole tables, where nothing at all is odd about them.

Every doubt gives None: then `core.data.bars.read_bars` looks at the file row by row and says what
is wrong. So this needs to be strict and not polite.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.data.bars import MOST
from core.data.clock_columns import Seconds, read_times, to_clock, to_utc

Table = dict[str, NDArray[Any]]
"""start and local in seconds, and float64 columns by name."""

PRICES = ("open", "high", "low", "close")
_NEEDED = (*PRICES, "volume")
_GZIP = b"\x1f\x8b"


def read_table(path: Path, zone: ZoneInfo) -> Table | None:
    """Return the rows of a clean file in its order; None where anything is odd."""
    table = _parquet(path, zone) if path.name.endswith(".parquet") else _csv(path, zone)
    return table if table is not None and _is_sound(table) else None


def _is_sound(table: Table) -> bool:
    open_, high, low, close = (table[name] for name in PRICES)
    volume = table["volume"]
    return bool(
        all(np.isfinite(table[name]).all() for name in _NEEDED)
        and (low <= open_).all()
        and (open_ <= high).all()
        and (low <= close).all()
        and (close <= high).all()
        and (low > 0).all()
        and (high < MOST).all()
        and (volume >= 0).all()
        and (volume < MOST).all()
        and np.array_equal(volume, np.rint(volume))
        and not (table["turnover"] < 0).any()  # NaN, unknown, is not below either
    )


def _named(header: Sequence[str]) -> dict[str, str] | None:
    """Return the columns' own names by what they are, None where one is missing or there twice."""
    names = [name.strip().lower() for name in header]
    wanted = ("datetime", *_NEEDED, "turnover")
    if any(names.count(name) > 1 for name in wanted):
        return None
    found = {name: header[names.index(name)] for name in wanted if name in names}
    return found if len(found) >= len(wanted) - 1 and found.keys() >= set(wanted[:-1]) else None


# CSV


def _csv(path: Path, zone: ZoneInfo) -> Table | None:
    text = _bytes(path)
    # Quotes, other alphabets and a last line without an end are for the careful reader.
    if text is None or not text.endswith(b"\n") or b'"' in text or not text.isascii():
        return None
    text = text.replace(b"\r\n", b"\n")
    header = text[: text.index(b"\n")].decode("ascii").split(",")
    names = _named(header)
    lines = text.count(b"\n")
    is_even = text.count(b",") == lines * (len(header) - 1) and b"\n\n" not in text
    if names is None or lines < 2 or not is_even or b"\r" in text:
        return None
    return _parsed(text, header, names, zone)


def _bytes(path: Path) -> bytes | None:
    try:
        raw = path.read_bytes()
        is_packed = raw.startswith(_GZIP)
        if is_packed != path.name.endswith(".gz"):
            return None
        return gzip.decompress(raw) if is_packed else raw
    except (OSError, EOFError, zlib.error):
        return None


def _parsed(
    text: bytes, header: Sequence[str], names: dict[str, str], zone: ZoneInfo
) -> Table | None:
    import pandas as pd  # slow to import

    kinds = {names[name]: np.float64 for name in names if name != "datetime"}
    try:
        frame = pd.read_csv(
            io.BytesIO(text),
            dtype={**dict.fromkeys(header, str), **kinds},
            index_col=False,
            na_filter=False,
            float_precision="round_trip",
        )
    except (ValueError, TypeError):  # pandas' parser errors are ValueErrors
        return None
    times = read_times(frame[names["datetime"]].to_numpy().astype("S"), zone)
    if times is None:
        return None
    columns = {name: frame[names[name]].to_numpy() for name in names if name != "datetime"}
    return _table(*times, columns)


def _table(start: Seconds, local: Seconds, columns: dict[str, NDArray[Any]]) -> Table | None:
    turnover = columns.setdefault("turnover", np.full(len(start), np.nan))
    if not np.isfinite(turnover).all() and not np.isnan(turnover).all():
        return None
    return {"start": start, "local": local, **columns}


# Parquet


def _parquet(path: Path, zone: ZoneInfo) -> Table | None:
    import duckdb  # few need it

    file = [str(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")]
    with duckdb.connect(config={"threads": 1}) as db:  # or rows could come in another order
        try:
            described = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", file).fetchall()
            kinds = {row[0]: row[1] for row in described}
            names = _named(list(kinds))
            if names is None or not kinds[names["datetime"]].startswith("TIMESTAMP"):
                return None
            listed = ", ".join(_selected(name, own) for name, own in names.items())
            found = db.execute(f"SELECT {listed} FROM read_parquet(?)", file).fetchnumpy()
        except duckdb.Error:
            return None
    if any(isinstance(column, np.ma.MaskedArray) for column in found.values()):
        return None  # a value is missing
    columns = {name: np.asarray(column) for name, column in found.items()}
    times = _stamps(columns.pop("datetime"), "TIME ZONE" in kinds[names["datetime"]], zone)
    return None if times is None else _table(*times, columns)


def _selected(name: str, own: str) -> str:
    quoted = '"' + own.replace('"', '""') + '"'
    if name == "datetime":
        return f"epoch_us({quoted}) AS datetime"
    return f"{quoted}::DOUBLE AS {name}"


def _stamps(micros: NDArray[Any], is_aware: bool, zone: ZoneInfo) -> tuple[Seconds, Seconds] | None:
    seconds, rest = np.divmod(micros.astype(np.int64), 1_000_000)
    if not len(seconds) or rest.any():
        return None
    if is_aware:
        return seconds, to_clock(seconds, zone)
    return to_utc(seconds, zone), seconds
