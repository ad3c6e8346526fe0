"""The daily twin from the command line, by the backtest's own engine."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gui.main_window import MainWindow
from gui.panels.twin import TwinPanel
from tests.app.terminal import EAGER, FEW, Terminal, holdings


@pytest.fixture
def recorded(terminal: Terminal) -> Terminal:
    assert terminal.run("headless", "--minutes", 45, "--json", *EAGER, *FEW).code == 0
    return terminal


def test_what_was_filled_is_paired_with_what_the_backtest_fills(recorded):
    done = recorded.run("journal", "twin", "--json")
    assert done.code == 0
    found = done.json
    entries = [r for r in recorded.records("fill") if r.body["fill"]["side"] == "BUY"]
    sums = found["sums"]
    assert sums["paired"] + sums["only_real"] == len(entries)
    assert sums["paired"] > 0
    (page,) = (recorded.home / "twins").glob("*.html")
    assert json.loads(page.with_suffix(".json").read_text("utf-8")) == found


def test_the_same_in_words(recorded):
    done = recorded.run("journal", "twin", "--session", 1, "--lang", "en")
    assert done.code == 0
    assert "Daily twin 2026-11-23 · session 1 (demo)" in done.out
    assert "latency (median) bar to order" in done.out


def test_without_a_recording_it_says_how_to_get_one(terminal):
    never = ("--set", "journal.record_messages=never")
    assert terminal.run("headless", "--minutes", 2, "--json", *FEW, *never).code == 0
    done = terminal.run("journal", "twin", "--lang", "en")
    assert done.code == 1
    assert "there is no recording" in done.said


def test_a_day_with_a_crash_in_it_is_compared_as_one(terminal):
    """Sessions of one account and day belong together; shares held over the crash are one trade."""
    books = ("--exchange-state", terminal.folder / "books.db", *EAGER, *FEW)
    first = terminal.start("headless", "--minutes", 240, "--speed", 600, *books)
    first.until_it_holds()
    first.kill()
    held = holdings(terminal.journal)
    assert terminal.run("headless", "--until-close", "--json", *books).code == 0
    done = terminal.run("journal", "twin", "--json")
    assert done.code == 0
    found = done.json
    assert (found["sessions"], found["is_final"]) == ([1, 2], True)
    first_of = {real["symbol"]: real for real in _reals(found)[::-1]}
    assert held and {symbol: first_of[symbol]["entry"]["quantity"] for symbol in held} == held
    assert all(real["exit"] is not None for real in _reals(found))
    (page,) = (terminal.home / "twins").glob("*.html")
    assert "sessions 1, 2" in page.read_text("utf-8")
    assert terminal.run("journal", "twin", "--session", 1, "--json").json == found


MADE_BY_ITSELF = ("--set", "journal.daily_twin=true")
A_TUESDAY = ("--set", "broker.simulated_day=2026-11-24")


def test_after_the_close_it_is_made_by_itself_and_once(terminal):
    books = ("--exchange-state", terminal.folder / "books.db", *EAGER, *FEW, *MADE_BY_ITSELF)
    first = terminal.run("headless", "--until-close", "--json", "--lang", "en", *books)
    assert first.code == 0 and first.json["mode"] == "demo"
    assert "Daily twin 2026-11-23 · session 1 (demo)" in first.err
    (kept,) = (terminal.home / "twins").glob("*.json")
    assert json.loads(kept.read_text("utf-8"))["is_final"]
    before = kept.stat().st_mtime_ns
    again = terminal.run("headless", "--minutes", 2, "--json", *FEW, *MADE_BY_ITSELF, *A_TUESDAY)
    assert again.code == 0 and "쌍둥이" not in again.err + again.out
    assert kept.stat().st_mtime_ns == before


def test_a_day_left_before_its_close_is_compared_by_the_next_run(terminal):
    words = ("--json", *EAGER, *FEW, *MADE_BY_ITSELF, "--lang", "en")
    first = terminal.run("headless", "--minutes", 20, *words)
    assert first.code == 0 and "twin" not in first.err
    assert not (terminal.home / "twins").exists()
    second = terminal.run("headless", "--minutes", 2, *words, *A_TUESDAY)
    assert "Daily twin 2026-11-23 · session 1 (demo)" in second.err


def test_what_went_wrong_is_said_and_the_run_is_as_good_as_ever(terminal):
    words = ("--minutes", 2, "--json", *FEW, "--lang", "en")
    assert terminal.run("headless", *words).code == 0
    (recording,) = (terminal.home / "blackbox").iterdir()
    recording.write_bytes(b"nothing")
    ended = terminal.run("headless", *words, *A_TUESDAY, *MADE_BY_ITSELF)
    assert ended.code == 0 and ended.json["trades"] == 0
    assert "the daily twin of 2026-11-23 was not made: " in ended.err
    assert recording.name in ended.err and "Compare now" in ended.err


def test_a_window_makes_the_twin_of_the_day_before_beside_itself(terminal, in_window, qtbot):
    assert terminal.run("headless", "--minutes", 20, "--json", *EAGER, *FEW).code == 0

    def script(window: MainWindow) -> None:
        panel = window.findChild(TwinPanel)
        assert isinstance(panel, TwinPanel)
        qtbot.waitUntil(lambda: len(panel.table.records) > 0, timeout=60_000)
        assert "Daily twin 2026-11-23" in panel.summary.text()
        assert panel.open_button.isEnabled()

    demo = ("gui", "--mode", "demo", "--broker", "simulated", "--lang", "en", *FEW)
    assert in_window(script, *demo, *A_TUESDAY, *MADE_BY_ITSELF).code == 0
    (kept,) = (terminal.home / "twins").glob("*.json")

    def script_again(window: MainWindow) -> None:
        panel = window.findChild(TwinPanel)
        assert isinstance(panel, TwinPanel)
        qtbot.waitUntil(lambda: "2026-11-23" in panel.summary.text(), timeout=20_000)

    before = kept.stat().st_mtime_ns
    assert in_window(script_again, *demo, *A_TUESDAY, *MADE_BY_ITSELF).code == 0
    assert kept.stat().st_mtime_ns == before


def _reals(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [pair["real"] for pair in found["pairs"] if pair["real"]]


def test_demos_without_books_are_a_day_each(terminal):
    for _ in range(2):
        assert terminal.run("headless", "--minutes", 5, "--json", *EAGER, *FEW).code == 0
    assert terminal.run("journal", "twin", "--json").json["sessions"] == [2]
    assert terminal.run("journal", "twin", "--json", "--session", 1).json["sessions"] == [1]
