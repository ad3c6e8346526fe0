from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.ticks import TickFile, merge
from core.domain.market import Tick
from tests.core.data.files import (
    SEOUL,
    no_note,
    write,
)


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
