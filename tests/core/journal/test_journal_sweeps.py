"""Results of sweeps in the journal's database."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from core.domain.errors import JournalError
from core.journal import tables
from core.journal.database import open_to_write, url_of
from core.journal.sweeps import StoredResult, SweepStore
from core.journal.verification import verify
from core.journal.writer import SqlJournal
from tests.core.journal.days import Day

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SweepStore]:
    found = SweepStore(tmp_path / "journal.sqlite")
    yield found
    found.close()


def a_result(place: tuple[int, ...], net: int = 5, part: str = "whole") -> StoredResult:
    return StoredResult(part, place, {"net_pnl": net, "sharpe": None})


def test_results_come_back_as_they_were_put(store: SweepStore) -> None:
    number = store.begin("key", {"axes": ["a"]}, NOW)
    store.put(number, [a_result((0, 11)), a_result((0, 2), part="train 1")])
    assert store.results(number) == [a_result((0, 2), part="train 1"), a_result((0, 11))]


def test_a_result_put_again_replaces_the_older_one(store: SweepStore) -> None:
    number = store.begin("key", {}, NOW)
    store.put(number, [a_result((1,), 5), a_result((2,), 6)])
    store.put(number, [a_result((1,), 7)])
    assert [one.body["net_pnl"] for one in store.results(number)] == [7, 6]


def test_results_of_another_sweep_are_not_mixed_in(store: SweepStore) -> None:
    first, second = store.begin("key", {}, NOW), store.begin("key", {}, NOW)
    store.put(first, [a_result((1,))])
    assert store.results(second) == []


def test_the_newest_sweep_that_was_broken_off_is_found_by_its_key(store: SweepStore) -> None:
    store.begin("key", {"n": 1}, NOW)
    second = store.begin("key", {"n": 2}, NOW)
    store.begin("other", {"n": 3}, NOW)
    found = store.unfinished("key")
    assert found is not None
    assert (found.id, found.body, found.began, found.ended) == (second, {"n": 2}, NOW, None)


def test_a_sweep_that_has_ended_is_not_unfinished(store: SweepStore) -> None:
    number = store.begin("key", {}, NOW)
    store.end(number, NOW)
    assert store.unfinished("key") is None
    last = store.last()
    assert last is not None
    assert last.ended == NOW


def test_a_journal_in_use_takes_sweeps_and_its_chain_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = SqlJournal(path)
    day = Day(journal)
    store = SweepStore(path)
    store.put(store.begin("key", {}, NOW), [a_result((1,))])
    store.close()
    day.round_trip()
    day.end()
    journal.close()
    assert verify(path).problems == ()


def test_a_journal_of_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    SqlJournal(path).close()
    engine = open_to_write(url_of(path), 1_000)
    with engine.begin() as db:
        db.execute(sql("DROP TABLE sweeps"))
        db.execute(sql("DROP TABLE sweep_results"))
        db.execute(tables.head.update().values(version=3))
    engine.dispose()
    store = SweepStore(path)
    assert store.last() is None
    store.close()


def test_what_is_no_journal_is_said(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_text("not a database, but long enough to look like one", "utf-8")
    with pytest.raises(JournalError, match="not a journal"):
        SweepStore(path)
