from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from config.text import Text
from core.data.ticks import TickFile
from core.domain.errors import DataError
from tests.core.data.files import (
    HEADER,
    ROW,
    SEOUL,
    TICK,
    no_note,
    ticks_of,
    write,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "005490_ticks.csv"


def error_of(path: Path, content: str | bytes) -> str:
    write(path, content)
    with pytest.raises(DataError) as caught:
        ticks_of(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (ROW.replace("208000,3", "20x,3"), "price '20x' is not a number"),
        (ROW.replace("208000,3", ",3"), "price '' is not a number"),
        (ROW.replace("208000,3", "nan,3"), "price 'nan' is not a number"),
        (ROW.replace("208000,3", "inf,3"), "price 'inf' is not a number"),
        (ROW.replace(",3,", ",3.5,"), "volume '3.5' is not a whole number of shares"),
        (ROW.replace("208500", "ask"), "ask 'ask' is not a number"),
        (ROW.replace(",S", ",Q"), "side 'Q' is neither B nor S"),
        (ROW.replace("06-04", "06-31"), "datetime '2020-06-31T09:04:58+09:00' is not an ISO 8601"),
        ("2020060490458,1,2,3,4,S", "datetime '2020060490458' is not an ISO 8601 date and time"),
        ("2020-06-04,1,2,3,4,S", "datetime '2020-06-04' is not an ISO 8601 date and time"),
        (",1,2,3,4,S", "datetime '' is not an ISO 8601 date and time"),
        (ROW.rpartition(",")[0], "5 columns where the header has 6"),
        (f"{ROW},9", "7 columns where the header has 6"),
    ],
)
def test_a_bad_row_is_named_with_file_row_text_and_what_to_do(
    path: Path, row: str, problem: str
) -> None:
    told = error_of(path, f"{HEADER}\n{ROW}\n{row}\n{ROW}\n")

    assert told.startswith(f"005490_ticks.csv, row 3: {problem}")
    assert told.endswith("correct or delete this row")


def test_the_rows_before_a_bad_one_are_given(path: Path) -> None:
    file = TickFile(write(path, f"{HEADER}\n{ROW}\nx\n{ROW}\n"), SEOUL, no_note)
    ticks = iter(file)

    assert next(ticks) == TICK
    with pytest.raises(DataError, match="row 3"):
        next(ticks)
    assert file.rows == 1


def test_a_bad_row_far_down_has_its_right_number(path: Path) -> None:
    rows = [ROW] * 20_000
    rows[17_000] = "x"

    assert "row 17002:" in error_of(path, "\n".join([HEADER, *rows, ""]))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("datetime,price\n", "no column volume; its header is: datetime, price"),
        ("datetime;price;volume\n1;2;3\n", "Separate columns by commas instead of ;"),
        ("datetime\tprice\tvolume\n1\t2\t3\n", "Separate columns by commas instead of Tab"),
        ("datetime,price,volume,price\n", "two columns are called price"),
        (b"\x00\x01" * 700_000, "longer than 1 MB"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "row 1: bytes that are no text"),
        (gzip.compress(ROW.encode()), "a gzip file; add .gz to its name"),
        (f'{HEADER}\n"{ROW}\n', "row 2: not a row of a CSV file"),
    ],
    ids=[
        "empty",
        "blank",
        "missing",
        "semicolons",
        "tabs",
        "twice",
        "binary",
        "utf-16",
        "gzip",
        "quote",
    ],
)
def test_a_file_that_is_no_tick_file_is_told(
    path: Path, content: str | bytes, problem: str
) -> None:
    assert problem in error_of(path, content)


def test_a_file_with_a_header_alone_has_no_ticks_and_says_so(path: Path) -> None:
    notes: list[Text] = []

    assert ticks_of(write(path, f"{HEADER}\n"), notes) == []
    assert notes[0].en == "005490_ticks.csv: holds no ticks."


def test_a_missing_file_is_told(path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file; check the name"):
        ticks_of(path)


@pytest.mark.parametrize(
    "name", ["005490.csv", "005490_ticks.txt", "posco_ticks.csv", "_ticks.csv", "A_B_ticks.csv"]
)
def test_a_wrong_file_name_is_told_with_the_right_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"call it SYMBOL_ticks\.csv"):
        TickFile(tmp_path / name, SEOUL, no_note)


def test_plain_text_called_gz_is_told(tmp_path: Path) -> None:
    path = tmp_path / "005490_ticks.csv.gz"
    path.write_text(f"{HEADER}\n{ROW}\n")

    with pytest.raises(DataError, match=r"not a gzip file; if it is plain text, drop \.gz"):
        ticks_of(path)


def test_a_damaged_gzip_file_is_told_with_its_last_sound_row(tmp_path: Path) -> None:
    path = write(tmp_path / "005490_ticks.csv.gz", "\n".join([HEADER, *[ROW] * 5, ""]))
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF  # the check sum
    path.write_bytes(data)

    with pytest.raises(DataError, match=r"damaged after row 6 .*take a sound copy"):
        ticks_of(path)


def test_two_gzip_files_in_one_are_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "005490_ticks.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n".encode()) + gzip.compress(f"{ROW}\n".encode()))

    assert ticks_of(path) == [TICK]


# A last row without a line break.


def test_a_whole_last_row_without_line_break_counts(path: Path) -> None:
    assert ticks_of(write(path, f"{HEADER}\n{ROW}\n{ROW}")) == [TICK, TICK]


@pytest.mark.parametrize("half", [ROW[:30], ROW[:12], ROW[:-2], ROW[:-1].replace("208500", "20x")])
def test_a_half_last_row_is_dropped_and_told(path: Path, half: str) -> None:
    notes: list[Text] = []

    assert ticks_of(write(path, f"{HEADER}\n{ROW}\n{half}"), notes) == [TICK]
    assert "half-written last row 3 was dropped" in notes[0].en
