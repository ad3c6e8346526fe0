from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.text import Text
from core.data.bar_columns import read_columns
from core.data.bars import BarData, bar_file, read_bars
from core.domain.errors import DataError
from core.domain.market import Bar
from tests.core.data.files import (
    NEW_YORK,
    REAL,
    SEOUL,
    is_krx,
    needs_real_data,
    no_note,
    real_files,
    write,
    zone_of,
)

HEADER = "datetime,open,high,low,close,volume"
A = "2020-06-04T09:00:00+09:00,100,110,90,105,7"
B = "2020-06-04T09:01:00+09:00,105,106,104,104,3"
C = "2020-06-04T09:02:00+09:00,104,104,104,104,0"
BAR_A = Bar("005490", datetime(2020, 6, 4, 9, 0, tzinfo=SEOUL), 100, 110, 90, 105, 7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "005490_1min.csv"


def read_rows(path: Path, *rows: str, header: str = HEADER, skip: bool = False) -> BarData:
    write(path, "\n".join([header, *rows, ""]))
    return read_bars(path, SEOUL, no_note, skip_bad_rows=skip)


def minutes(data: BarData) -> list[int]:
    return [bar.start.minute for bar in data.bars]


@needs_real_data
@pytest.mark.parametrize("path", real_files("*_1min.csv.gz"), ids=lambda path: path.name)
def test_every_real_bar_is_read(path: Path) -> None:
    data = read_bars(path, zone_of(path), no_note, in_won=is_krx(path))
    table = pd.read_csv(path)

    assert (data.rows, len(data.bars)) == (len(table), len(table))
    assert (data.out_of_order, data.duplicates, data.skipped) == (0, 0, ())
    for name in ("open", "high", "low", "close", "volume"):
        assert [getattr(bar, name) for bar in data.bars] == table[name].tolist()
    times = pd.to_datetime(table["datetime"], utc=True)
    assert [bar.start for bar in data.bars] == times.dt.to_pydatetime().tolist()
    assert {type(bar.close) for bar in data.bars} == {int if is_krx(path) else float}
    assert {bar.symbol for bar in data.bars} == {path.name.partition("_")[0]}


@needs_real_data
def test_real_rows_in_two_time_formats_are_duplicates(tmp_path: Path) -> None:
    source = REAL / "raw" / "005930_3min_two_timestamp_formats.csv.gz"
    path = tmp_path / "005930_1min.csv.gz"
    path.write_bytes(source.read_bytes())
    table = pd.read_csv(source, dtype={"datetime": str})
    table["datetime"] = pd.to_datetime(table["datetime"].str.replace("T", " "))

    data = read_bars(path, SEOUL, no_note)

    unique = table.drop_duplicates(["datetime", "open", "high", "low", "close", "volume"])
    assert data.rows == len(table)
    assert len(data.bars) == len(unique)
    assert data.duplicates == len(table) - len(unique) > 0
    assert data.out_of_order == int((table["datetime"] < table["datetime"].cummax()).sum())


@needs_real_data
def test_a_real_creon_file_as_it_is_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "005930_1min.csv.gz"
    path.write_bytes((REAL / "raw" / "005930_1min_creon_asis.csv.gz").read_bytes())

    with pytest.raises(DataError, match="no column datetime; its header is: date_end_yyyymmddhhmm"):
        read_bars(path, SEOUL, no_note)


def test_bars_come_as_written(path: Path) -> None:
    assert read_rows(path, A).bars == (BAR_A,)


def test_turnover_is_read_where_it_is_known(path: Path) -> None:
    data = read_rows(path, f"{A},712", f"{B},", header=f"{HEADER},turnover")

    assert [bar.turnover for bar in data.bars] == [712, None]


def test_a_row_without_volume_is_a_bar_all_the_same(path: Path) -> None:
    assert read_rows(path, C).bars[0].volume == 0


def test_rows_out_of_order_are_sorted_and_counted(path: Path) -> None:
    data = read_rows(path, B, C, A)

    assert minutes(data) == [0, 1, 2]
    assert data.out_of_order == 1


def test_exact_duplicates_are_dropped_and_counted(path: Path) -> None:
    data = read_rows(path, A, A, B, A.replace("T", " ").replace("100", "100.0"))

    assert minutes(data) == [0, 1]
    assert (data.rows, data.duplicates, data.out_of_order) == (4, 2, 1)


def test_one_time_with_two_values_stops_with_both_rows(path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_rows(path, A, B, A.replace(",7", ",8"))

    assert str(caught.value) == (
        "005490_1min.csv, row 4: other values for 2020-06-04T09:00:00+09:00 than row 2;"
        " correct or delete this row"
    )


def test_one_time_with_two_values_can_be_skipped(path: Path) -> None:
    data = read_rows(path, A, A.replace(",7", ",8"), B, skip=True)

    assert minutes(data) == [0, 1]
    assert data.bars[0] == BAR_A
    (told,) = data.skipped
    assert told == Text(
        "005490_1min.csv 3행: 2020-06-04T09:00:00+09:00의 값이 2행과 다릅니다",
        "005490_1min.csv, row 3: other values for 2020-06-04T09:00:00+09:00 than row 2",
    )


def test_the_hour_that_comes_twice_at_the_end_of_summer_time_is_two_hours(path: Path) -> None:
    first, second = (f"2013-11-03T01:30:00-0{hours}:00,2,3,1,2,{hours}" for hours in (4, 5))
    write(path, f"{HEADER}\n{second}\n{first}\n{first}\n")

    data = read_bars(path, NEW_YORK, no_note)

    assert [bar.volume for bar in data.bars] == [4, 5]
    assert (data.out_of_order, data.duplicates) == (2, 1)


_BAD = [
    ("2018-04-30T09:00:00,0,0,0,53000,0", "open 0 and close 53000 are not both within low 0"),
    ("2018-04-30T09:00:00,4746,5415,4372,5416,1", "close 5416 are not both within low 4372"),
    ("2018-04-30T09:00:00,5,4,6,5,1", "open 5 and close 5 are not both within low 6 and high 4"),
    ("2018-04-30T09:00:00,0,5,0,5,1", "low 0 is not a price above 0"),
    ("2018-04-30T09:00:00,5,5,-1,5,1", "low -1 is not a price above 0"),
    ("2018-04-30T09:00:00,5,5,5,5,-1", "volume -1 is below 0"),
    ("2018-04-30T09:00:00,5,5,5,5,99999999999999999999", "volume is 2^53 or more, too large"),
    ("2018-04-30T09:00:00,5,1e300,5,5,1", "high is 2^53 or more, too large"),
    ("2018-04-30T09:00:00,5,nan,5,5,1", "high 'nan' is not a number"),
    ("2018-04-30T09:00:00,5,5,5,5", "5 columns where the header has 6"),
    ("2018-04-31T09:00:00,5,5,5,5,1", "is not an ISO 8601 date and time"),
]


@pytest.mark.parametrize(("row", "problem"), _BAD, ids=[problem for _, problem in _BAD])
def test_a_bad_row_stops_with_file_row_and_reason(path: Path, row: str, problem: str) -> None:
    with pytest.raises(DataError) as caught:
        read_rows(path, A, row, B)

    assert str(caught.value).startswith("005490_1min.csv, row 3: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize(("row", "problem"), _BAD, ids=[problem for _, problem in _BAD])
def test_a_bad_row_can_be_skipped_and_counted(path: Path, row: str, problem: str) -> None:
    data = read_rows(path, A, row, B, skip=True)

    assert minutes(data) == [0, 1]
    assert data.rows == 3
    assert len(data.skipped) == 1
    assert problem in data.skipped[0].en


def test_turnover_below_0_is_bad_however_the_file_is_read(path: Path) -> None:
    write(path, f"{HEADER},turnover\n{A},-1\n")

    for read in (read_bars, read_columns):
        with pytest.raises(DataError, match="row 2: turnover -1 is below 0"):
            read(path, SEOUL, no_note)


def test_a_half_last_row_is_dropped_and_told(path: Path) -> None:
    notes: list[Text] = []
    write(path, f"{HEADER}\n{A}\n{B[:20]}")

    data = read_bars(path, SEOUL, notes.append)

    assert (data.bars, data.rows, data.skipped) == ((BAR_A,), 1, ())
    assert "half-written last row 3 was dropped" in notes[0].en


def test_a_file_cut_off_gives_its_whole_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "005490_1min.csv.gz", "\n".join([HEADER, *[A] * 200, ""]))
    path.write_bytes(path.read_bytes()[:-12])
    notes: list[Text] = []

    data = read_bars(path, SEOUL, notes.append)

    assert set(data.bars) == {BAR_A}
    assert "the file is cut off" in notes[0].en


def test_parquet_gives_the_bars_of_the_csv(path: Path) -> None:
    expected = read_rows(path, A, B, C).bars
    made = path.with_suffix(".parquet")
    duckdb.sql(
        f"COPY (FROM read_csv_auto('{path}', all_varchar=true)) TO '{made}' (FORMAT parquet)"
    )

    assert read_bars(made, SEOUL, no_note).bars == expected


_START = st.integers(0, 40).map(lambda minute: f"2020-06-04T09:{minute:02}:00")
_ROWS = st.lists(
    st.tuples(_START, st.integers(1, 3)).map(lambda pair: f"{pair[0]},2,3,1,2,{pair[1]}")
)


@settings(deadline=None, max_examples=50)
@given(rows=_ROWS, chance=st.randoms(use_true_random=False))
def test_every_row_is_a_bar_a_duplicate_or_skipped(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], chance: random.Random
) -> None:
    chance.shuffle(rows)
    data = read_rows(tmp_path_factory.mktemp("rows") / "X_1min.csv", *rows, skip=True)

    assert data.rows == len(rows) == len(data.bars) + data.duplicates + len(data.skipped)
    starts = [bar.start for bar in data.bars]
    assert starts == sorted(set(starts))


def test_gzip_is_taken_before_csv_before_parquet(tmp_path: Path) -> None:
    found = []
    for ending in (".parquet", ".csv", ".csv.gz"):
        (tmp_path / f"BRK.B_1min{ending}").touch()
        found.append(bar_file(tmp_path, "BRK.B").name)

    assert found == ["BRK.B_1min.parquet", "BRK.B_1min.csv", "BRK.B_1min.csv.gz"]


def test_missing_bars_are_told_with_the_names_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no 1-minute bars of 005930; looked for 005930_1min"):
        bar_file(tmp_path, "005930")
    with pytest.raises(DataError, match="there is no such folder"):
        bar_file(tmp_path / "nowhere", "005930")


@pytest.mark.parametrize("symbol", ["../x", "삼성", "", "a"])
def test_a_symbol_that_is_no_file_name_is_refused(tmp_path: Path, symbol: str) -> None:
    with pytest.raises(DataError, match="can be in a symbol"):
        bar_file(tmp_path, symbol)
