"""What becomes of a run whose journal can't be opened or written."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys

import pytest

from tests.app.terminal import EAGER, FEW, Terminal

SHORT = ("headless", "--minutes", "2", "--json", *FEW)
needs_rights = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """A terminal with one run in its journal."""
    assert terminal.run("headless", "--minutes", "5", *FEW, *EAGER).code == 0
    return terminal


def test_a_locked_journal_stops_the_start_and_says_what_to_do(used: Terminal):
    before = used.records()
    lock = sqlite3.connect(used.journal, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        ended = used.run(*SHORT)
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert (ended.code, ended.out) == (1, "")
    assert "journal.sqlite: another program has locked it; close that program" in ended.err
    assert used.records() == before
    assert used.run(*SHORT).code == 0


@pytest.mark.parametrize("damage", [b"not a database at all", b"SQLite format 3\x00" + b"x" * 4096])
def test_a_corrupt_journal_is_set_aside_and_a_new_one_begun(used: Terminal, damage):
    for side in used.home.glob("journal.sqlite-*"):
        side.unlink()
    used.journal.write_bytes(damage)
    ended = used.run(*SHORT)
    assert ended.code == 0
    (aside,) = used.home.glob("journal.sqlite.corrupt-*")
    assert f"it was set aside as {aside}" in ended.err
    assert aside.read_bytes() == damage
    checked = used.run("journal", "verify", "--json")
    assert (checked.code, checked.json["sessions"]) == (0, 1)


@pytest.mark.parametrize("action", ["verify", "export"])
def test_a_corrupt_journal_is_not_touched_by_looking_at_it(used: Terminal, action):
    for side in used.home.glob("journal.sqlite-*"):
        side.unlink()
    used.journal.write_bytes(b"not a database at all")
    ended = used.run("journal", action, "--out", used.folder / "export")
    assert ended.code == 1
    assert "the file is not a journal" in ended.said
    assert used.journal.read_bytes() == b"not a database at all"


def test_a_journal_of_a_newer_program_is_left_alone(used: Terminal):
    with sqlite3.connect(used.journal) as db:
        db.execute("UPDATE head SET version = 99")
    db.close()
    for words in (SHORT, ("journal", "verify")):
        ended = used.run(*words)
        assert ended.code == 1
        assert "version 99" in ended.err and "newer program" in ended.err
    with sqlite3.connect(used.journal) as db:
        assert db.execute("SELECT version FROM head").fetchone() == (99,)
    db.close()


@needs_rights
def test_a_read_only_journal_stops_the_start(used: Terminal):
    used.journal.chmod(0o444)
    ended = used.run(*SHORT)
    assert ended.code == 1
    assert "it is read-only; allow writing" in ended.said


def test_a_folder_in_its_place_is_named(terminal: Terminal):
    terminal.journal.mkdir(parents=True)
    ended = terminal.run(*SHORT)
    assert ended.code == 1
    assert str(terminal.journal) in ended.said


def test_a_journal_by_url_is_used(terminal: Terminal):
    url = f"sqlite:///{(terminal.folder / 'else.db').as_posix()}"
    ended = terminal.run(*SHORT, "--set", f"journal.url={url}")
    assert ended.code == 0
    assert not terminal.journal.exists()
    assert terminal.run("journal", "verify", "--set", f"journal.url={url}").code == 0
    wrong = terminal.run(*SHORT, "--set", "journal.url=nosuch://x/y")
    assert wrong.code == 1
    assert "nosuch" in wrong.said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't limit the size of files")
def test_a_disk_that_fills_up_blocks_entries_and_nothing_written_is_lost(terminal: Terminal):
    """The limit on a file's size stands for a full disk: writes fail in the middle of the day."""
    import resource

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))

    # A recording would meet the limit first, and say so in a note.
    alone = ("--set", "journal.record_messages=never")
    words = ("headless", "--until-close", "--json", *EAGER, *FEW, *alone)
    ended = terminal.start(*words, preexec_fn=limited).outcome()
    assert (ended.code, ended.out) == (1, "")
    assert "the journal can't be written; entries are blocked, exits go on" in ended.err
    assert "Traceback" not in ended.err
    assert ended.err.splitlines()[-1].startswith("error: journal ")
    (unsaved,) = terminal.home.glob("journal.sqlite.unsaved-*.jsonl")
    assert f"records that couldn't be written are in {unsaved}" in ended.err
    written, rest = terminal.records(), unsaved.read_text("utf-8").splitlines()
    checked = terminal.run("journal", "verify", "--json")
    assert checked.code == 0
    assert checked.json["records"] == len(written) > 20
    whole = Terminal(terminal.folder / "whole")
    assert whole.run(*words).code == 0
    kinds = [record.kind for record in whole.records()]
    assert [record.kind for record in written] == kinds[: len(written)]
    assert len(rest) > 0
    assert whole.run("journal", "verify").code == 0
    assert terminal.run(*SHORT).code == 0  # there is room again
