from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.order import Side
from core.journal.chain import GENESIS, link
from core.journal.verification import Verification, verify
from core.journal.writer import SqlJournal
from tests.core.journal.days import Day, found, written

_PROPERTY = settings(deadline=None, max_examples=25)


def a_day(day: Day) -> None:
    day.round_trip()
    day.round_trip(quantity=3, buy=71_000, sell=70_100)
    day.end()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "journal.sqlite"
    assert written(path, a_day).is_good
    return path


def tampered(good: Path, folder: Path, *statements: str) -> Verification:
    path = folder / "tampered.sqlite"
    shutil.copy(good, path)
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)
    db.close()
    return verify(path)


def count_of(path: Path) -> int:
    with sqlite3.connect(path) as db:
        return int(db.execute("SELECT count(*) FROM records").fetchone()[0])


def test_a_right_day_has_no_problem(good: Path) -> None:
    result = verify(good)

    assert result.problems == ()
    assert result.notes == ()
    assert (result.sessions, result.fills, result.trades) == (1, 4, 2)
    assert result.records == count_of(good)


_ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["005930", "000660", "035720"]),
        st.integers(1, 40),  # shares
        st.integers(1, 100_000),  # won
        st.integers(0, 999),  # costs of one fill, won
        st.integers(1, 5),  # fills an order comes in
    ),
    max_size=12,
)


@_PROPERTY
@given(actions=_ACTIONS, ends=st.booleans())
def test_any_rightly_kept_day_is_good(
    tmp_path_factory: pytest.TempPathFactory, actions: list[Any], ends: bool
) -> None:
    def write(day: Day) -> None:
        for symbol, quantity, price, costs, parts in actions:
            held = day.positions.get(symbol)
            side = Side.SELL if held else Side.BUY
            shares = held.quantity if held else quantity
            order = day.order(side, shares, symbol, price)
            part = max(shares // parts, 1)
            while shares:
                day.fill(order, min(part, shares), costs)
                shares -= min(part, shares)
        if ends:
            day.end()

    result = written(tmp_path_factory.mktemp("day") / "journal.sqlite", write)

    assert found(result) == []
    assert len(result.notes) == (0 if ends else 1)


_COLUMNS = {
    "session": "session + 1",
    "time": "replace(time, ':', ';')",
    "kind": "'note'",
    "body": "body || ' '",
    "prev": "'x' || prev",
    "hash": "'x' || hash",
}


@_PROPERTY
@given(data=st.data(), column=st.sampled_from(sorted(_COLUMNS)))
def test_any_changed_column_is_found_where_it_is(
    tmp_path_factory: pytest.TempPathFactory, good: Path, data: st.DataObject, column: str
) -> None:
    seq = data.draw(st.integers(1, count_of(good)))
    change = f"UPDATE records SET {column} = {_COLUMNS[column]} WHERE seq = {seq}"
    result = tampered(good, tmp_path_factory.mktemp("changed"), change)

    assert seq in {problem.seq for problem in result.problems}
    assert "the record was changed" in found(result)


@_PROPERTY
@given(data=st.data())
def test_any_deleted_record_is_found_where_it_was(
    tmp_path_factory: pytest.TempPathFactory, good: Path, data: st.DataObject
) -> None:
    seq = data.draw(st.integers(1, count_of(good)))
    result = tampered(
        good, tmp_path_factory.mktemp("deleted"), f"DELETE FROM records WHERE seq = {seq}"
    )

    assert f"record {seq} is missing" in found(result)


@_PROPERTY
@given(data=st.data())
def test_any_two_swapped_records_are_found_where_they_are(
    tmp_path_factory: pytest.TempPathFactory, good: Path, data: st.DataObject
) -> None:
    first, second = sorted(
        data.draw(st.lists(st.integers(1, count_of(good)), min_size=2, max_size=2, unique=True))
    )
    result = tampered(
        good,
        tmp_path_factory.mktemp("swapped"),
        f"UPDATE records SET seq = -1 WHERE seq = {first}",
        f"UPDATE records SET seq = {first} WHERE seq = {second}",
        f"UPDATE records SET seq = {second} WHERE seq = -1",
    )

    changed = {p.seq for p in result.problems if p.text.en == "the record was changed"}
    assert changed == {first, second}


def test_a_tail_cut_off_is_found(good: Path, tmp_path: Path) -> None:
    count = count_of(good)
    result = tampered(good, tmp_path, f"DELETE FROM records WHERE seq > {count - 3}")

    assert f"records {count - 2} to {count} are missing" in found(result)


def test_a_record_replaced_with_a_right_hash_is_found_by_the_next(
    good: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(good) as db:
        row = db.execute("SELECT * FROM records WHERE seq = 5").fetchone()
    forged = link(row[5], *row[:4], '{"forged":1}')
    result = tampered(
        good,
        tmp_path,
        f"UPDATE records SET body = '{{\"forged\":1}}', hash = '{forged}' WHERE seq = 5",
    )

    assert any(p.seq == 6 and "does not follow" in p.text.en for p in result.problems)


def test_an_empty_journal_is_good(path: Path) -> None:
    SqlJournal(path).close()

    result = verify(path)

    assert result.is_good
    assert (result.records, result.last_hash) == (0, GENESIS)


def test_a_problem_reads_as_a_sentence_with_its_place(good: Path, tmp_path: Path) -> None:
    result = tampered(good, tmp_path, "DELETE FROM records WHERE seq = 4")

    assert str(result.problems[0]) == "record 5 (2026-09-11T09:00:02+09:00): record 4 is missing"


def test_a_result_can_be_printed_as_json(good: Path, tmp_path: Path) -> None:
    result = tampered(good, tmp_path, "DELETE FROM records WHERE seq = 4").as_json()

    assert json.loads(json.dumps(result)) == result
    assert (result["is_good"], result["fills"], result["problems"][0]["seq"]) == (False, 4, 5)
