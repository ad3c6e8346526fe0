"""One packed copy of the journal a day, whole even while it is written; a failure is said."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Noted, Severity
from core.domain.risk import TradingState
from core.journal import SqlJournal, read, verify
from core.journal.backup import Backups, back_up, backups
from core.journal.records import session_record, state_record

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 35, tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.fixture
def journal(tmp_path: Path):
    made = SqlJournal(tmp_path / "journal.sqlite")
    kind, fields = session_record(mode="demo", version="0", start_capital=1, settings={})
    made.record(kind, NOW, fields)
    made.commit()
    yield made
    made.close()


def unpacked(copy: Path) -> Path:
    target = copy.with_name("unpacked.sqlite")
    with gzip.open(copy) as source:
        target.write_bytes(source.read())
    return target


def test_a_copy_is_a_whole_journal_though_the_original_is_open(journal, tmp_path):
    record = state_record(TradingState.RUNNING, Text("매매", "trading"))
    journal.record(record[0], NOW, record[1])
    journal.commit()
    copy = back_up(tmp_path / "journal.sqlite", tmp_path / "backups", DAY, keep=5)
    assert copy.name == "journal-2026-11-23.sqlite.gz"
    found = unpacked(copy)
    assert [r.kind for r in read(found)] == ["session", "state"]
    assert not verify(found).problems


def test_only_so_many_copies_are_kept_and_nothing_else_is_touched(journal, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    for days in range(5):
        back_up(tmp_path / "journal.sqlite", folder, DAY + timedelta(days), keep=3)
    assert [copy.name[8:18] for copy in backups(folder)] == [
        "2026-11-25", "2026-11-26", "2026-11-27",
    ]  # fmt: skip
    assert sorted(p.name for p in folder.iterdir() if p not in backups(folder)) == ["mine.txt"]


def test_a_copy_that_fails_leaves_the_old_one_and_says_where(journal, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    before = back_up(tmp_path / "journal.sqlite", folder, DAY, keep=3).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(JournalError, match=r"journal-2026-11-23\.sqlite\.gz: .*No space left"):
        back_up(tmp_path / "journal.sqlite", folder, DAY, keep=3)
    (copy,) = folder.iterdir()
    assert copy.read_bytes() == before


def test_it_is_made_on_a_thread_and_its_failure_is_posted(journal, tmp_path):
    posted: list[object] = []
    made = Backups(tmp_path / "journal.sqlite", tmp_path, 3, posted.append)
    made.start(NOW, DAY)
    made.close()
    assert made.has_copy(DAY) and posted == []

    (tmp_path / "home").write_text("a file where the folder should be")
    failing = Backups(tmp_path / "journal.sqlite", tmp_path / "home", 3, posted.append)
    failing.start(NOW, DAY)
    failing.close()
    (note,) = posted
    assert isinstance(note, Noted) and note.severity is Severity.ERROR
    assert "was not backed up" in note.text.en


def test_none_is_made_where_none_are_kept(journal, tmp_path):
    made = Backups(tmp_path / "journal.sqlite", tmp_path, 0, print)
    made.start(NOW, DAY)
    made.close()
    assert not made.has_copy(DAY)
