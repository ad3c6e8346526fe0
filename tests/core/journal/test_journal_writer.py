from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from datetime import datetime
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from core.domain.errors import JournalError
from core.domain.order import Side
from core.journal import tables
from core.journal.errors import ForeignDatabaseError, NewerJournalError
from core.journal.reader import last_session, read
from core.journal.verification import verify
from core.journal.writer import SqlJournal, open_or_set_aside
from tests.core.journal.days import OPEN, Day

NOW = datetime(2026, 9, 11, 9, 30, tzinfo=ZoneInfo("Asia/Seoul"))


def note(journal: SqlJournal, number: int) -> None:
    journal.record("note", NOW, {"number": number})


def numbers(path: Path) -> list[int]:
    return [record.body["number"] for record in read(path)]


def is_found(path: Path) -> bool:
    try:
        return not verify(path).is_good
    except JournalError:
        return True


def a_whole_journal(path: Path, rounds: int = 30) -> None:
    journal = SqlJournal(path)
    day = Day(journal)
    for _ in range(rounds):
        day.round_trip()
    day.end()
    journal.close()


def test_committed_records_can_be_read_by_others_at_once(journal: SqlJournal, path: Path) -> None:
    note(journal, 1)
    note(journal, 2)
    journal.commit()

    assert numbers(path) == [1, 2]


def test_uncommitted_records_are_not_written(journal: SqlJournal, path: Path) -> None:
    note(journal, 1)

    assert journal.pending == 1
    assert numbers(path) == []


def test_close_commits_what_is_left(journal: SqlJournal, path: Path) -> None:
    note(journal, 1)
    journal.close()

    assert numbers(path) == [1]


def test_each_run_is_a_new_session_of_one_chain(path: Path) -> None:
    for number in (1, 2, 3):
        journal = SqlJournal(path)
        note(journal, number)
        journal.close()

    assert [(r.seq, r.session) for r in read(path)] == [(1, 1), (2, 2), (3, 3)]
    assert last_session(path) == 3


def test_two_programs_may_write_in_turn(path: Path) -> None:
    hung, flatten = SqlJournal(path), SqlJournal(path)
    for number, journal in enumerate((hung, flatten, hung, flatten)):
        note(journal, number)
        journal.commit()
    hung.close()
    flatten.close()

    assert [r.session for r in read(path)] == [1, 2, 1, 2]
    assert [p for p in verify(path).problems if "record was changed" in p.text.en] == []


def test_a_journal_opened_on_one_thread_is_written_on_another(path: Path) -> None:
    journal = SqlJournal(path)
    note(journal, 1)
    thread = Thread(target=journal.commit)
    thread.start()
    thread.join()
    journal.close()

    assert numbers(path) == [1]


def test_commits_survive_a_power_cut(journal: SqlJournal) -> None:
    with journal.engine.connect() as db:
        assert db.execute(sql("PRAGMA journal_mode")).scalar_one() == "wal"
        assert db.execute(sql("PRAGMA synchronous")).scalar_one() == 2  # FULL


@pytest.mark.parametrize("kind", ["fills", "", "NOTE"])
def test_an_unknown_kind_is_refused(journal: SqlJournal, kind: str) -> None:
    with pytest.raises(ValueError, match="is no kind of record"):
        journal.record(kind, NOW, {})


def test_a_time_without_zone_is_refused(journal: SqlJournal) -> None:
    with pytest.raises(ValueError, match="time with a zone"):
        journal.record("note", NOW.replace(tzinfo=None), {})


def test_a_locked_journal_keeps_the_batch_and_writes_it_later(
    journal: SqlJournal, path: Path
) -> None:
    note(journal, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match=r"journal\.sqlite: another program has locked it"):
        journal.commit()
    note(journal, 2)
    other.execute("ROLLBACK")
    other.close()

    journal.commit()

    assert numbers(path) == [1, 2]


def test_a_full_disk_keeps_the_batch_and_writes_it_later(journal: SqlJournal, path: Path) -> None:
    note(journal, 0)
    journal.commit()
    with journal.engine.connect() as db:
        pages = db.execute(sql("PRAGMA page_count")).scalar_one()
        db.execute(sql(f"PRAGMA max_page_count = {pages}"))
    for number in range(1, 500):
        note(journal, number)
    with pytest.raises(JournalError, match="the disk is full; free some space"):
        journal.commit()
    with journal.engine.connect() as db:
        db.execute(sql("PRAGMA max_page_count = 1000000"))

    journal.commit()

    assert numbers(path) == list(range(500))


def test_a_read_only_journal_says_so(path: Path) -> None:
    a_whole_journal(path, rounds=1)
    with pytest.raises(JournalError, match="it is read-only; allow writing"):
        SqlJournal(f"sqlite:///file:{path}?mode=ro&uri=true")


def test_records_that_could_not_be_written_at_the_end_are_kept_beside(
    journal: SqlJournal, path: Path
) -> None:
    note(journal, 7)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match=r"journal\.sqlite\.unsaved-20260911T093000\.jsonl"):
        journal.close()
    other.close()

    kept = path.with_name("journal.sqlite.unsaved-20260911T093000.jsonl")
    assert '"number":7' in kept.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no open file")
def test_a_journal_deleted_while_in_use_is_told_and_rescued(
    journal: SqlJournal, path: Path
) -> None:
    note(journal, 1)
    journal.commit()
    path.unlink()
    note(journal, 2)
    with pytest.raises(JournalError, match="moved or deleted while in use"):
        journal.commit()
    with pytest.raises(JournalError, match=r"whole journal was saved as .*\.rescued-"):
        journal.close()

    assert numbers(path.with_name("journal.sqlite.rescued-20260911T093000")) == [1, 2]


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="check that the folder exists"):
        SqlJournal(tmp_path / "nowhere" / "journal.sqlite")


@pytest.mark.parametrize("url", ["nodb://x/y", "postgresql+nodriver://u:secret@h/d"])
def test_a_database_url_that_can_not_be_used_is_named_without_its_password(url: str) -> None:
    with pytest.raises(JournalError, match=r"journal\.url") as caught:
        SqlJournal(url)

    assert "secret" not in str(caught.value)


def test_a_url_is_as_good_as_a_path(path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{path}")
    note(journal, 1)
    journal.close()

    assert numbers(path) == [1]


def test_the_views_of_an_older_journal_get_the_new_columns(path: Path) -> None:
    a_whole_journal(path, rounds=1)
    with sqlite3.connect(path) as db:
        for view in ("orders", "reports"):
            db.execute(f"DROP VIEW {view}")
        db.execute("CREATE VIEW orders AS SELECT seq FROM records WHERE kind = 'order'")
        db.execute("UPDATE head SET version = 1")

    SqlJournal(path).close()

    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT order_kind, time_in_force FROM orders").fetchall()
        assert rows == [("MARKET", "DAY")] * 2
        assert db.execute("SELECT limit_price, quantity FROM reports").fetchone() == (None, None)
    assert verify(path).is_good


def test_a_newer_journal_is_left_alone(path: Path) -> None:
    a_whole_journal(path, rounds=1)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE head SET version = 99")
    before = path.read_bytes()

    with pytest.raises(
        NewerJournalError, match=f"version 99, this program knows up to {tables.VERSION}"
    ):
        SqlJournal(path)
    with pytest.raises(NewerJournalError, match="newer program"):
        open_or_set_aside(path, NOW)

    assert path.read_bytes()[100:] == before[100:]


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name)")

    with pytest.raises(ForeignDatabaseError, match="holds other tables"):
        open_or_set_aside(path, NOW)


def test_an_older_journal_is_brought_up_to_date(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_whole_journal(path, rounds=1)
    monkeypatch.setattr(tables, "STEPS", (*tables.STEPS, lambda db: db.execute(_ADD_COLUMN)))
    monkeypatch.setattr(tables, "VERSION", newer := tables.VERSION + 1)

    SqlJournal(path).close()

    with sqlite3.connect(path) as db:
        assert db.execute("SELECT version, note FROM head").fetchone() == (newer, "new")


_ADD_COLUMN = sql("ALTER TABLE head ADD COLUMN note TEXT DEFAULT 'new'")


_CHILD = """
    import sys
    from core.journal.writer import SqlJournal
    from tests.core.journal.days import Day
    day = Day(SqlJournal(sys.argv[1]))
    while True:
        day.round_trip()
        print(day.counts["fills"], flush=True)
"""


def test_a_killed_process_leaves_every_committed_record(path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_CHILD), str(path)],
        stdout=subprocess.PIPE,
        cwd=root,
        text=True,
    ) as child:
        assert child.stdout is not None
        reported = [int(child.stdout.readline()) for _ in range(10)][-1]
        child.kill()

    SqlJournal(path).close()
    result = verify(path)

    assert result.fills >= reported
    assert result.problems == ()
    assert "no end record" in result.notes[0].en


def test_orders_fills_and_trades_can_be_read_with_plain_sql(path: Path) -> None:
    a_whole_journal(path, rounds=1)

    with sqlite3.connect(path) as db:
        order = db.execute(
            "SELECT order_id, side, quantity, reference_price FROM orders"
        ).fetchone()
        fill = db.execute("SELECT price, quantity, commission, cash_after FROM fills").fetchone()
        trade = db.execute(
            "SELECT symbol, gross_pnl, tax, net_pnl, entry_time FROM trades"
        ).fetchone()

    assert order == ("o1", "BUY", 10, 70_000)
    assert fill == (70_000, 10, 15, 10_000_000 - 700_000 - 15)
    assert trade == ("005930", 5_000, 30, 4_940, "2026-09-11T09:00:02+09:00")


def test_reading_filters_by_kind_and_session(path: Path) -> None:
    a_whole_journal(path, rounds=1)
    a_whole_journal(path, rounds=2)

    fills = list(read(path, kinds=["fill"], session=2))

    assert len(fills) == 4
    assert {r.kind for r in fills} == {"fill"}
    assert fills[0].time.utcoffset() == OPEN.utcoffset()
    assert fills[0].body["fill"]["side"] == Side.BUY.value


def test_reading_what_does_not_exist_makes_no_file(path: Path) -> None:
    with pytest.raises(JournalError, match="there is no such file"):
        list(read(path))

    assert not path.exists()
