"""The window from the outside: signals, and `flatten` from another process."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.app.terminal import EAGER, Process, Terminal, holdings, needs_signals
from tests.app.test_app_replay import HEADER, minute

pytestmark = needs_signals


def window(terminal: Terminal, *words: object) -> Process:
    process = terminal.start(*words)
    process.until((terminal.home / "control.json").exists)
    return process


def recording(terminal: Terminal) -> Path:
    """Make a day that first falls and then rises."""
    path = terminal.folder / "005930_ticks.csv"
    prices = [50_000 - 100 * min(n, 30) + 100 * max(0, n - 30) for n in range(300)]
    rows = [minute(n, price, 1000, s) for n, price in enumerate(prices) for s in (0, 20, 40)]
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


def assert_ended_well(terminal: Terminal) -> None:
    checked = terminal.run("journal", "verify")
    assert (checked.code, checked.err) == (0, "")
    assert [record.kind for record in terminal.records("session", "end")] == ["session", "end"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a screen")
@pytest.mark.parametrize("words", [("gui",), ("replay", "005930_ticks.csv", "--gui")])
def test_without_a_screen_no_window_is_tried(terminal: Terminal, monkeypatch, words):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(terminal.folder)
    recording(terminal)
    ended = terminal.run(*words)
    assert ended.code == 2
    assert "no window can open; use headless" in ended.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_in_order(terminal: Terminal, number):
    """It comes while the window is being made, when nothing runs Python's handlers yet."""
    process = window(terminal, "gui", "--speed", "60")
    process.signal(number)
    ended = process.outcome()
    assert (ended.code, ended.out) == (130, "")
    assert "Traceback" not in ended.err
    if terminal.journal.exists() and terminal.records("session"):
        assert_ended_well(terminal)


def test_another_process_flattens_what_the_window_trades(terminal: Terminal):
    running = window(terminal, "replay", recording(terminal), "--gui", "--speed", "600", *EAGER)
    running.until(lambda: holdings(terminal.journal))
    ended = terminal.run("flatten", "--json")
    assert ended.code == 0
    assert (ended.json["is_done"], ended.json["by"]) == (True, "instance")
    assert holdings(terminal.journal) == {}
    running.signal(signal.SIGTERM)
    assert running.outcome().code == 130
    assert_ended_well(terminal)
