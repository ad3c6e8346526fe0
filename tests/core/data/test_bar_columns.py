"""Bars read as whole columns are those read row by row, whatever the file."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.text import Text
from core.data.bar_columns import ColumnData, read_columns
from core.data.bars import read_bars
from core.data.clean_tables import read_table
from core.domain.errors import DataError
from core.series import BarColumns
from tests.core.data.files import REAL

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
COLUMNS = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")
HEADER = "datetime,open,high,low,close,volume"


def ignored(_: Text) -> None:
    pass


def by_rows(path: Path, zone: ZoneInfo, skips: bool) -> ColumnData:
    data = read_bars(path, zone, ignored, skip_bad_rows=skips)
    columns = BarColumns.from_bars(data.bars)
    return ColumnData(path, columns, data.rows, data.out_of_order, data.duplicates, data.skipped)


def told(found: ColumnData) -> list[Any]:
    columns = [found.columns[name].tolist() for name in COLUMNS]
    counts = [found.rows, found.out_of_order, found.duplicates, found.skipped]
    return [repr(columns), *counts]


def outcome(read: Any, *args: Any) -> Any:
    try:
        return told(read(*args))
    except DataError as error:
        return str(error)


def agree(path: Path, zone: ZoneInfo = SEOUL, skips: bool = False) -> bool:
    quick = outcome(read_columns, path, zone, ignored, True, skips)
    return bool(quick == outcome(by_rows, path, zone, skips))


@pytest.mark.skipif(not REAL.is_dir(), reason="no market data beside the checkout")
@pytest.mark.parametrize("path", sorted(REAL.glob("*_1min.csv.gz")), ids=lambda p: p.name)
def test_real_files_are_read_at_once_and_the_same(path: Path) -> None:
    zone = SEOUL if path.name[0].isdigit() else NEW_YORK
    assert read_table(path, zone) is not None
    assert agree(path, zone)


GOOD = ("2026-11-23T09:00:00+09:00", "100", "110.5", "90", "101", "7")
CELLS = st.sampled_from(
    ["100", "100.0", "1e2", " 100", "", "x", "nan", "inf", "-1", "0", "1_0", "99999999999999999999"]
)
TIMES = st.sampled_from(
    [
        "2026-11-23T09:00:00+09:00",
        "2026-11-23 09:01:00",
        "2026-11-23T09:02:00",
        "2026-11-23T09:02:00Z",
        "2026-11-23T00:03:00+00:00",
        "2026-11-23T09:04:00.5",
        "2026-02-30T09:00:00",
        "20261123T090500",
        "2026-11-23",
        "",
        "2026-11-23T25:00:00",
    ]
)
ROW = st.one_of(
    st.just(GOOD),
    st.tuples(TIMES, *[st.just(cell) for cell in GOOD[1:]]),
    st.tuples(TIMES, CELLS, CELLS, CELLS, CELLS, CELLS),
    st.tuples(st.just(GOOD[0]), st.just("100")),
    st.tuples(*[st.just(cell) for cell in GOOD], st.just("5")),
)
FORMS = st.sampled_from(["\n", "\r\n", "\n\n", "no end", "quoted", "gz", "bom"])
_folder: dict[str, Path] = {}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    _folder["here"] = tmp_path


@given(
    rows=st.lists(ROW, max_size=6),
    form=FORMS,
    turnover=st.booleans(),
    skips=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_file_is_read_as_row_by_row(
    rows: list[tuple[str, ...]], form: str, turnover: bool, skips: bool
) -> None:
    header = HEADER + ",turnover" if turnover else HEADER
    lines = [header, *(",".join([*row, "500"] if turnover else row) for row in rows)]
    end = form if form.strip() == "" else "\n"
    text = end.join(lines) + ("" if form == "no end" else end)
    if form == "quoted":
        text = text.replace("100", '"100"', 1)
    raw = ("\ufeff" + text if form == "bom" else text).encode()
    name = "005930_1min.csv.gz" if form == "gz" else "005930_1min.csv"
    path = _folder["here"] / name
    path.write_bytes(gzip.compress(raw) if form == "gz" else raw)
    assert agree(path, skips=skips)
    path.unlink()


@pytest.mark.parametrize(
    "times",
    [
        ["2026-03-08T01:59:00", "2026-03-08T03:00:00"],  # an hour is left out
        ["2026-11-01T01:30:00", "2026-11-01T02:30:00"],  # an hour comes twice
        ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"],
        ["2026-07-01T09:30:00", "2026-12-01T09:30:00"],
    ],
)
def test_clocks_that_are_put_back_and_forward(tmp_path: Path, times: list[str]) -> None:
    path = tmp_path / "A_1min.csv"
    rows = [f"{time},1,1,1,1,1" for time in times]
    path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    assert read_table(path, NEW_YORK) is not None
    assert agree(path, NEW_YORK)


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"])
@pytest.mark.parametrize("price", ["DOUBLE", "INTEGER", "DECIMAL(12, 2)"])
def test_parquet_is_read_as_row_by_row(tmp_path: Path, kind: str, price: str) -> None:
    path = tmp_path / "005930_1min.parquet"
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'Asia/Seoul'")
        db.execute(
            f"COPY (SELECT ('2026-11-23 09:0' || n || ':00')::{kind} AS datetime,"
            f" (100 + n)::{price} AS open, (110 + n)::{price} AS high, 90::{price} AS low,"
            f" (101 + n)::{price} AS close, n * 10 AS volume FROM range(5) t(n))"
            f" TO '{path}' (FORMAT parquet)"
        )
    assert (read_table(path, SEOUL) is None) == (kind == "VARCHAR")
    assert agree(path)
    assert len(read_columns(path, SEOUL, ignored).columns) == 5


def test_parquet_without_a_value_is_left_to_the_careful_reader(tmp_path: Path) -> None:
    path = tmp_path / "005930_1min.parquet"
    with duckdb.connect() as db:
        db.execute(
            "COPY (SELECT TIMESTAMP '2026-11-23 09:00:00' AS datetime, 1 AS open, 1 AS high,"
            f" NULL::INTEGER AS low, 1 AS close, 1 AS volume) TO '{path}' (FORMAT parquet)"
        )
    assert read_table(path, SEOUL) is None
    assert agree(path)


def test_rows_out_of_order_and_twice_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "005930_1min.csv"
    minutes = ("02", "00", "01", "01", "03")
    rows = [f"2026-11-23T09:{minute}:00,5,5,5,5,{int(minute)}" for minute in minutes]
    path.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    found = read_columns(path, SEOUL, ignored)
    assert (found.rows, found.out_of_order, found.duplicates) == (5, 3, 1)
    assert found.columns.volume.tolist() == [0, 1, 2, 3]
    assert np.all(np.diff(found.columns.start) == 60)
