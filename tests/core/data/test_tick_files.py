from __future__ import annotations

import gzip
import random
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.text import Text
from core.data.ticks import TickFile, merge
from core.domain.errors import DataError
from core.domain.market import Tick
from core.domain.order import Side
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

HEADER = "datetime,price,volume,bid,ask,side"
ROW = "2020-06-04T09:04:58+09:00,208000,3,208000,208500,S"
TICK = Tick(
    "005490",
    datetime(2020, 6, 4, 9, 4, 58, tzinfo=SEOUL),
    208_000,
    3,
    Side.SELL,
    208_000,
    208_500,
)


def ticks_of(path: Path, notes: list[Text] | None = None, in_won: bool = True) -> list[Tick]:
    note = no_note if notes is None else notes.append
    return list(TickFile(path, SEOUL, note, in_won))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "005490_ticks.csv"


def error_of(path: Path, content: str | bytes) -> str:
    write(path, content)
    with pytest.raises(DataError) as caught:
        ticks_of(path)
    return str(caught.value)


# Real recordings.


@needs_real_data
@pytest.mark.parametrize("path", real_files("*_ticks.csv.gz"), ids=lambda path: path.name)
def test_every_real_row_is_read(path: Path) -> None:
    file = TickFile(path, zone_of(path), no_note, in_won=is_krx(path))
    ticks = list(file)
    table = pd.read_csv(path, dtype={"price": "int64" if is_krx(path) else "float64"})

    assert file.rows == len(ticks) == len(table)
    assert [tick.price for tick in ticks] == table["price"].tolist()
    assert [tick.quantity for tick in ticks] == table["volume"].tolist()
    times = pd.to_datetime(table["datetime"], utc=True).dt.tz_convert(zone_of(path).key)
    assert [tick.time for tick in ticks] == times.dt.to_pydatetime().tolist()
    assert {type(tick.price) for tick in ticks} == {int if is_krx(path) else float}
    assert all(tick.time.tzinfo is zone_of(path) for tick in ticks)


@needs_real_data
@pytest.mark.parametrize("symbol", ["005490", "033640", "306200"])
def test_quotes_and_sides_of_real_rows_are_read(symbol: str) -> None:
    path = REAL / f"{symbol}_ticks.csv.gz"
    ticks = ticks_of(path)
    table = pd.read_csv(path)

    assert [tick.bid or 0 for tick in ticks] == table["bid"].tolist()
    assert [tick.ask or 0 for tick in ticks] == table["ask"].tolist()
    sides = {"B": Side.BUY, "S": Side.SELL}
    assert [tick.side for tick in ticks] == [sides[side] for side in table["side"]]


@needs_real_data
@pytest.mark.parametrize(
    "path",
    [
        p
        for p in real_files("[0-9]*_1min.csv.gz")
        if (REAL / f"{p.name[:6]}_ticks.csv.gz").is_file()
    ],
    ids=lambda path: path.name,
)
def test_real_ticks_make_the_bars_derived_from_them(path: Path) -> None:
    ticks = ticks_of(REAL / f"{path.name[:6]}_ticks.csv.gz")

    table = pd.DataFrame(ticks).set_index("time")
    grouped = table.groupby(table.index.floor("min"))
    bars = grouped["price"].ohlc().assign(volume=grouped["quantity"].sum())

    expected = pd.read_csv(path, index_col="datetime", parse_dates=True)
    assert bars.index.tolist() == expected.index.tolist()
    assert bars.to_numpy().tolist() == expected.to_numpy().tolist()


@needs_real_data
def test_merged_real_files_lose_nothing_and_run_in_time() -> None:
    files = [TickFile(path, SEOUL, no_note) for path in real_files("[0-9]*_ticks.csv.gz")]
    merged = list(merge(files))

    assert len(merged) == sum(file.rows for file in files) == 46_301
    assert all(a.time <= b.time for a, b in pairwise(merged))
    for file in files:
        assert [tick for tick in merged if tick.symbol == file.symbol] == list(file)


@needs_real_data
@settings(deadline=None, max_examples=30)
@given(part=st.floats(0, 1, exclude_max=True))
def test_a_real_file_cut_off_anywhere_gives_its_whole_rows(
    tmp_path_factory: pytest.TempPathFactory, part: float
) -> None:
    whole = REAL / "306200_ticks.csv.gz"
    data = whole.read_bytes()
    path = tmp_path_factory.mktemp("cut") / whole.name
    path.write_bytes(data[: int(len(data) * part)])
    notes: list[Text] = []

    try:
        ticks = ticks_of(path, notes)
    except DataError as error:  # cut before the first row
        assert "the file is empty" in str(error)
        return

    assert ticks == ticks_of(whole)[: len(ticks)]
    assert "the file is cut off" in notes[0].en
    assert "중간에 끊겼습니다" in notes[0].ko


@needs_real_data
def test_a_real_file_cut_in_its_middle_gives_about_half(tmp_path: Path) -> None:
    whole = REAL / "005490_ticks.csv.gz"
    data = whole.read_bytes()
    path = tmp_path / whole.name
    path.write_bytes(data[: len(data) // 2])
    notes: list[Text] = []

    assert 9_000 < len(ticks_of(path, notes)) < 12_000
    assert "half-written last row was dropped" in notes[0].en


# What a row may look like.


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"\ufeff{HEADER}\n{ROW}\n",
        f"{HEADER}\n\n{ROW}\n\n",
        "side,ask,cum,bid,Volume, PRICE ,datetime\n"
        "S,208500,7,208000,3,208000,2020-06-04T09:04:58+09:00\n",
        '"datetime","price","volume","bid","ask","side"\n'
        '"2020-06-04T09:04:58+09:00","208000","3","208000","208500","S"\n',
        f"{HEADER}\n{ROW.replace('T', ' ').replace('+09:00', '')}\n",
        f"{HEADER}\n{ROW.replace('09:04:58+09:00', '00:04:58Z')}\n",
        f"{HEADER}\n{ROW.replace('208000', '208000.0')}\n",
        f"{HEADER},name\n{ROW},포스코\n",
    ],
    ids=["plain", "windows", "bom", "blank", "order", "quoted", "local", "utc", "dot0", "korean"],
)
def test_one_row_in_many_forms(path: Path, text: str) -> None:
    assert ticks_of(write(path, text)) == [TICK]


def test_a_column_nobody_asked_for_may_be_in_another_encoding(path: Path) -> None:
    content = f"{HEADER},name\n{ROW},".encode() + "포스코\n".encode("cp949")

    assert ticks_of(write(path, content)) == [TICK]


def test_whole_won_are_integers(path: Path) -> None:
    (tick,) = ticks_of(write(path, f"{HEADER}\n{ROW.replace('208000', '208000.0')}\n"))

    assert (type(tick.price), type(tick.bid)) == (int, int)


def test_other_markets_prices_are_floats(path: Path) -> None:
    (tick,) = ticks_of(write(path, f"{HEADER}\n{ROW}\n"), in_won=False)

    assert (type(tick.price), type(tick.bid)) == (float, float)


@pytest.mark.parametrize("cells", ["0,0,", ",,", "0,,"])
def test_absent_quotes_and_sides_are_none(path: Path, cells: str) -> None:
    row = ROW.replace("208000,208500,S", cells)

    (tick,) = ticks_of(write(path, f"{HEADER}\n{row}\n"))

    assert (tick.bid, tick.ask, tick.side) == (None, None, None)


@pytest.mark.parametrize(("price", "volume"), [(0, 3), (-5, 3), (100, 0), (100, -2)])
def test_impossible_trades_are_passed_on_to_be_refused_and_counted(
    path: Path, price: int, volume: int
) -> None:
    text = f"datetime,price,volume\n2020-06-04T09:00:00,{price},{volume}\n"

    (tick,) = ticks_of(write(path, text))

    assert (tick.price, tick.quantity) == (price, volume)


def test_identical_and_late_rows_stay_in_file_order(path: Path) -> None:
    rows = [ROW, ROW, ROW.replace("09:04:58", "09:04:51")]

    ticks = ticks_of(write(path, "\n".join([HEADER, *rows, ""])))

    assert [tick.time.second for tick in ticks] == [58, 58, 51]


def test_new_york_times_follow_daylight_saving(tmp_path: Path) -> None:
    path = write(
        tmp_path / "SPY_ticks.csv",
        "datetime,price,volume\n2013-03-08T09:30:00-05:00,1.5,1\n2013-03-11T13:30:00+00:00,2,1\n",
    )

    winter, summer = TickFile(path, NEW_YORK, no_note, in_won=False)

    assert (winter.time.hour, summer.time.hour) == (9, 9)
    assert winter.time.tzinfo is summer.time.tzinfo is NEW_YORK


_FIRST = datetime(2000, 1, 1, tzinfo=SEOUL)
_TICKS = st.builds(
    Tick,
    st.just("005490"),
    st.integers(0, 10**15).map(lambda passed: _FIRST + timedelta(microseconds=passed)),
    st.integers(-10, 10**9),
    st.integers(-10, 10**9),
    st.sampled_from([None, Side.BUY, Side.SELL]),
    st.none() | st.integers(1, 10**9),
    st.none() | st.integers(1, 10**9),
)


def line_of(tick: Tick, offset: bool) -> str:
    time = tick.time if offset else tick.time.replace(tzinfo=None)
    side = tick.side.value[0] if tick.side else ""
    return (
        f"{time.isoformat()},{tick.price},{tick.quantity},{tick.bid or ''},{tick.ask or 0},{side}"
    )


@settings(deadline=None, max_examples=50)
@given(
    ticks=st.lists(_TICKS, min_size=1), offset=st.booleans(), ending=st.sampled_from(["", ".gz"])
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, ticks: list[Tick], offset: bool, ending: str
) -> None:
    path = tmp_path_factory.mktemp("written") / f"005490_ticks.csv{ending}"
    write(path, "\n".join([HEADER, *(line_of(tick, offset) for tick in ticks), ""]))

    assert ticks_of(path) == ticks


@settings(deadline=None, max_examples=100)
@given(content=st.binary() | st.text().map(lambda text: f"{HEADER}\n{ROW}\n{text}".encode()))
def test_whatever_is_in_a_file_is_ticks_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "005490_ticks.csv"
    path.write_bytes(content)
    try:
        ticks_of(path, [])
    except DataError as error:
        assert str(error).startswith("005490_ticks.csv")


# What is wrong with a file.


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
        ("datetime;price;volume\n1;2;3\n", "no column datetime, price, volume"),
        ("datetime,price,volume,price\n", "two columns are called price"),
        (b"\x00\x01" * 700_000, "longer than 1 MB"),
        (gzip.compress(ROW.encode()), "a gzip file; add .gz to its name"),
        (f'{HEADER}\n"{ROW}\n', "row 2: not a row of a CSV file"),
    ],
    ids=["empty", "blank", "missing", "semicolons", "twice", "binary", "gzip", "quote"],
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


# Parquet.


@needs_real_data
@pytest.mark.parametrize("codec", ["snappy", "gzip", "zstd", "uncompressed"])
def test_parquet_gives_the_ticks_of_the_csv(tmp_path: Path, codec: str) -> None:
    source, path = REAL / "005490_ticks.csv.gz", tmp_path / "005490_ticks.parquet"
    duckdb.sql(
        "COPY (SELECT datetime::TIMESTAMPTZ AS datetime, * EXCLUDE (datetime) FROM"
        f" read_csv_auto('{source}', types={{'datetime': 'VARCHAR'}}))"
        f" TO '{path}' (FORMAT parquet, CODEC '{codec}')"
    )

    assert ticks_of(path) == ticks_of(source)


@needs_real_data
@pytest.mark.parametrize("kind", ["TIMESTAMPTZ", "VARCHAR", "TIMESTAMP"])
def test_parquet_keeps_prices_and_times_of_any_type(tmp_path: Path, kind: str) -> None:
    source, path = REAL / "IBM_ticks.csv.gz", tmp_path / "IBM_ticks.parquet"
    # A time without offset is the market's own.
    time = "left(datetime, 23)::TIMESTAMP" if kind == "TIMESTAMP" else f"datetime::{kind}"
    duckdb.sql(
        f"COPY (SELECT {time} AS datetime, volume, price::DOUBLE AS price FROM"
        f" read_csv_auto('{source}', types={{'datetime': 'VARCHAR'}}) LIMIT 5000)"
        f" TO '{path}' (FORMAT parquet)"
    )

    read = list(TickFile(path, NEW_YORK, no_note, in_won=False))

    assert read == list(TickFile(source, NEW_YORK, no_note, in_won=False))[:5000]


def parquet(path: Path, query: str) -> Path:
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_in_a_folder_with_odd_letters(tmp_path: Path) -> None:
    folder = tmp_path / "틱 [1] *"
    folder.mkdir()
    made = parquet(
        tmp_path / "005490_ticks.parquet",
        "SELECT TIMESTAMP '2020-06-04 09:04:58' AS datetime, 208000 AS price, 3 AS volume",
    )
    path = made.rename(folder / made.name)

    assert [tick.price for tick in ticks_of(path)] == [208_000]


def test_an_empty_cell_in_parquet_is_a_bad_row(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "005490_ticks.parquet",
        "SELECT TIMESTAMP '2020-06-04 09:04:58' AS datetime, NULL::INT AS price, 3 AS volume",
    )

    with pytest.raises(DataError, match="row 2: price '' is not a number"):
        ticks_of(path)


def test_a_parquet_file_without_its_columns_is_told(tmp_path: Path) -> None:
    path = parquet(tmp_path / "005490_ticks.parquet", "SELECT 1 AS a, 2 AS price")

    with pytest.raises(DataError, match="no column datetime, volume"):
        ticks_of(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet" * 99])
def test_a_damaged_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "005490_ticks.parquet"
    path.write_bytes(content)

    with pytest.raises(DataError, match="not a parquet file that can be read"):
        ticks_of(path)


# Several files.


def at(second: int, symbol: str) -> Tick:
    return Tick(symbol, datetime(2020, 6, 4, 9, tzinfo=SEOUL) + timedelta(seconds=second), 100, 1)


def file_of(folder: Path, symbol: str, seconds: list[int]) -> TickFile:
    rows = [f"{at(second, symbol).time.isoformat()},100,1" for second in seconds]
    path = write(folder / f"{symbol}_ticks.csv", "\n".join(["datetime,price,volume", *rows, ""]))
    return TickFile(path, SEOUL, no_note)


def test_files_merge_by_time_and_the_earlier_file_wins_ties(tmp_path: Path) -> None:
    files = [file_of(tmp_path, "B", [1, 3, 3]), file_of(tmp_path, "A", [1, 2, 3])]

    assert list(merge(files)) == [
        *(at(1, "B"), at(1, "A"), at(2, "A")),
        *(at(3, "B"), at(3, "B"), at(3, "A")),
    ]


def test_a_late_tick_stays_behind_the_one_it_followed(tmp_path: Path) -> None:
    files = [file_of(tmp_path, "A", [5, 1, 6]), file_of(tmp_path, "B", [2, 5, 7])]

    assert list(merge(files)) == [
        *(at(2, "B"), at(5, "A"), at(1, "A")),
        *(at(5, "B"), at(6, "A"), at(7, "B")),
    ]


def test_no_files_give_no_ticks() -> None:
    assert list(merge([])) == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.integers(0, 20), max_size=15), max_size=4), st.randoms())
def test_merging_keeps_each_files_order_and_every_tick(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[list[int]], _random: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    pairs = [(chr(65 + n), each) for n, each in enumerate(seconds) if each]
    merged = list(merge([file_of(folder, symbol, each) for symbol, each in pairs]))

    assert len(merged) == sum(len(each) for _, each in pairs)
    for symbol, each in pairs:
        assert [t for t in merged if t.symbol == symbol] == [at(s, symbol) for s in each]
