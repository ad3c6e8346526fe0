"""A file that is no whole journal: set aside untouched, and a new one begun."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal.errors import DamagedJournalError
from core.journal.reader import read
from core.journal.verification import verify
from core.journal.writer import SqlJournal, open_or_set_aside
from tests.core.journal.test_journal_writer import NOW, a_whole_journal, is_found, note, numbers


def test_a_file_that_is_no_journal_is_set_aside_untouched(path: Path) -> None:
    garbage = b"not a database at all\n" * 300
    path.write_bytes(garbage)

    journal, told = open_or_set_aside(path, NOW)
    note(journal, 1)
    journal.close()

    aside = path.with_name("journal.sqlite.corrupt-20260911T093000")
    assert aside.read_bytes() == garbage
    assert str(aside) in told
    assert numbers(path) == [1]


def test_a_second_damaged_journal_of_the_same_second_overwrites_nothing(path: Path) -> None:
    for garbage in (b"first " * 300, b"second " * 300):
        path.write_bytes(garbage)
        open_or_set_aside(path, NOW)[0].close()

    asides = sorted(path.parent.glob("*.corrupt-*"))
    assert [aside.read_bytes()[:5] for aside in asides] == [b"first", b"secon"]


def test_a_sound_journal_opens_without_a_note(path: Path) -> None:
    a_whole_journal(path, rounds=1)

    journal, told = open_or_set_aside(path, NOW)
    journal.close()

    assert told == ""


def test_a_journal_with_its_last_record_gone_is_set_aside(path: Path) -> None:
    a_whole_journal(path, rounds=1)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM records WHERE seq = (SELECT max(seq) FROM records)")

    with pytest.raises(DamagedJournalError, match="last record"):
        SqlJournal(path)


@settings(deadline=None, max_examples=25)
@given(part=st.floats(0.001, 0.999))
def test_a_truncated_file_is_set_aside_or_found_by_verify(
    tmp_path_factory: pytest.TempPathFactory, part: float
) -> None:
    path = tmp_path_factory.mktemp("cut") / "journal.sqlite"
    a_whole_journal(path, rounds=5)
    written = list(read(path))
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * part)]
    path.write_bytes(cut)

    journal, told = open_or_set_aside(path, NOW)
    journal.close()

    if told:
        (aside,) = path.parent.glob("*.corrupt-*")
        assert aside.read_bytes() == cut
        assert verify(path).is_good
    else:
        assert is_found(path) or list(read(path)) == written
