from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.text import Text
from core.data.ticks import TickFile, merge
from core.domain.errors import DataError
from core.domain.market import Tick
from core.domain.order import Side
from tests.core.data.files import (
    HEADER,
    NEW_YORK,
    REAL,
    ROW,
    SEOUL,
    TICK,
    is_krx,
    needs_real_data,
    no_note,
    real_files,
    ticks_of,
    write,
    zone_of,
)


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
@example(part=0)
@example(part=1 / 15_000)  # one byte
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


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["datetime,price"], "volume 열이 없습니다"),
        (["datetime,price,volume", "어제,1,1"], "2행: datetime '어제'은(는)"),
        (["datetime,price,volume", "2026-11-20T09:00:00,1,one"], "2행: volume 'one'은(는) 숫자가"),
        (["datetime,price,volume", "2026-11-20T09:00:00,1"], "2행: 열이 2개이고"),
        ([], "빈 파일입니다"),
    ],
)
def test_what_is_wrong_is_told_in_korean_too(tmp_path: Path, rows: list[str], told: str) -> None:
    path = tmp_path / "005930_ticks.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(DataError) as caught:
        list(TickFile(path, SEOUL, print))
    assert told in caught.value.text.ko
    assert told not in caught.value.text.en
