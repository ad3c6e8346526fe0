"""Home folders that can't be used, and those that somebody else uses."""

from __future__ import annotations

import json

import pytest

from tests.app.terminal import EAGER, FEW, Terminal, needs_signals

TRADING = [("headless", "--minutes", "1"), ("replay", "005930_ticks.csv"), ("gui",)]


@pytest.mark.parametrize("words", TRADING)
def test_a_home_that_is_a_file_is_refused(terminal: Terminal, words):
    terminal.home.write_text("a file", "utf-8")
    ended = terminal.run(*words)
    assert ended.code == 2
    assert str(terminal.home) in ended.said
    assert "--home DIR" in ended.said
    assert terminal.home.read_text("utf-8") == "a file"


@pytest.mark.parametrize(
    "words", [("journal", "verify"), ("journal", "export"), ("config", "show"), ("doctor",)]
)
def test_reports_make_no_home(terminal: Terminal, words):
    terminal.run(*words)
    assert not terminal.home.exists()


def test_there_is_no_journal_before_the_first_run(terminal: Terminal):
    for action in ("verify", "export"):
        ended = terminal.run("journal", action)
        assert ended.code == 1
        assert "there is no journal yet" in ended.said


@needs_signals
def test_one_instance_works_on_a_home(terminal: Terminal):
    books = ("--exchange-state", terminal.folder / "books.db")
    first = terminal.start("headless", "--speed", "600", *EAGER, *books)
    first.until_it_holds()
    record = json.loads((terminal.home / "instance.json").read_text("utf-8"))
    for words in (("headless", *books), ("headless",), ("gui", *books)):
        refused = terminal.run(*words)
        assert refused.code == 1
        assert f"is in use by process {record['pid']} (headless, since" in refused.said
        assert "--home" in refused.said and "flatten" in refused.said
    fills = len(terminal.records("fill"))
    first.until(lambda: len(terminal.records("fill")) > fills)  # it goes on undisturbed
    other = Terminal(terminal.folder / "other")
    assert other.run("headless", "--minutes", "1", *FEW).code == 0
    first.kill()
    assert terminal.run("headless", "--minutes", "1", *FEW).code == 0
