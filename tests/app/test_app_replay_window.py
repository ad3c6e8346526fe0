"""A replay in the window: moved by mouse and keyboard, and the same at every speed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.commands.transport import Goal
from gui.main_window import MainWindow
from gui.replay_bar import MAX, ReplayBar
from tests.app.terminal import EAGER, FEW, Terminal

MINUTES = ("headless", "--minutes", 30, "--json", *EAGER, *FEW)


@pytest.fixture
def recorded(terminal: Terminal) -> Terminal:
    assert terminal.run(*MINUTES).code == 0
    return terminal


def bar_of(window: MainWindow) -> ReplayBar:
    assert window.replay_bar is not None
    return window.replay_bar


def press(qtbot: QtBot, window: MainWindow, key: int) -> None:
    """Press a key in the chart; shortcuts are for the active window only."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.chart.setFocus()
    qtbot.keyClick(window, key)


def decisions(terminal: Terminal, session: int) -> list[tuple[Any, ...]]:
    kept = [record for record in terminal.records("decision") if record.session == session]
    return [(record.time, record.body["decision"]["symbol"]) for record in kept]


@pytest.fixture
def replayed(in_window, recorded) -> Callable[..., None]:
    """Return a function that does a script in the window of a replay that pauses at its start."""

    def replay(script: Callable[[MainWindow], None], *words: object) -> None:
        assert in_window(script, "replay", "last", "--gui", "--lang", "en", *words).code == 0

    return replay


def test_it_decides_the_same_in_the_window_at_full_speed(replayed, recorded, qtbot):
    def watch(window: MainWindow) -> None:
        view = window._space.context.transport.view
        qtbot.waitUntil(lambda: view().is_over, timeout=60_000)
        bar = bar_of(window)
        bar.refresh()
        assert not any(b.isEnabled() for b in (bar.play, bar.tick, bar.bar, bar.signal))

    replayed(watch, "--speed", "max")
    assert decisions(recorded, 2) == decisions(recorded, 1) != []


def test_it_stands_still_at_the_next_signal(replayed, recorded, qtbot):
    def watch(window: MainWindow) -> None:
        transport = window._space.context.transport
        press(qtbot, window, Qt.Key_N)
        qtbot.waitUntil(lambda: transport.view().goal is None, timeout=60_000)
        assert not transport.view().is_playing
        stood.append(transport.now())

    stood: list[datetime] = []
    replayed(watch)
    (first, *_) = decisions(recorded, 1)
    assert stood == [first[0]]


def test_space_pauses_and_plays_and_the_button_says_which(replayed, qtbot):
    def watch(window: MainWindow) -> None:
        bar, transport = bar_of(window), window._space.context.transport
        assert bar.play.text() == "Pause"
        press(qtbot, window, Qt.Key_Space)
        assert not transport.view().is_playing
        assert (bar.play.text(), bar.note.text()) == ("Play", "paused")
        qtbot.mouseClick(bar.play, Qt.LeftButton)
        assert transport.view().is_playing

    replayed(watch)


def test_a_step_goes_to_the_next_trade_and_another_to_the_end_of_its_minute(replayed, qtbot):
    def watch(window: MainWindow) -> None:
        transport = window._space.context.transport
        press(qtbot, window, Qt.Key_Right)
        qtbot.waitUntil(lambda: transport.view().goal is None, timeout=20_000)
        assert f"{transport.now():%H:%M:%S}" == "09:00:00"
        qtbot.mouseClick(bar_of(window).bar, Qt.LeftButton)
        qtbot.waitUntil(lambda: transport.view().goal is None, timeout=20_000)
        assert f"{transport.now():%H:%M:%S}" == "09:01:01"

    replayed(watch)


def test_the_speed_is_chosen_while_it_plays(replayed):
    def watch(window: MainWindow) -> None:
        bar = bar_of(window)
        assert [bar.speed.itemText(i) for i in (0, 1)] == ["1x", "2x"]
        last = bar.speed.count() - 1
        assert bar.speed.itemText(last) == MAX.en
        bar.speed.setCurrentIndex(1)
        bar.speed.activated.emit(1)
        assert window._space.context.transport.speed == 2.0

    replayed(watch)


def test_back_in_time_is_a_fresh_run_to_that_moment(replayed, recorded, qtbot):
    def watch(window: MainWindow) -> None:
        bar, transport = bar_of(window), window._space.context.transport
        qtbot.waitUntil(lambda: transport.view().goal is not Goal.MOMENT, timeout=30_000)
        stood.append(f"{transport.now():%H:%M}")
        if len(stood) == 1:
            transport.pause()
            bar.seek(transport.start.replace(hour=9, minute=20, second=0))
            qtbot.waitUntil(lambda: transport.view().goal is None, timeout=30_000)
            bar.seek(transport.start.replace(hour=9, minute=10, second=0))

    stood: list[str] = []
    replayed(watch)
    assert stood == ["08:59", "09:10"]
    modes = [record.body["mode"] for record in recorded.records("session")]
    assert modes == ["demo", "replay", "replay"]


def test_keys_of_a_focused_table_stay_its_own(replayed, qtbot):
    def watch(window: MainWindow) -> None:
        transport = window._space.context.transport
        view = window.docks.all[0].focus_widget
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        view.setFocus()
        qtbot.keyClick(view, Qt.Key_Space)
        assert transport.view().is_playing

    replayed(watch)


def test_other_windows_have_no_such_bar(in_window):
    def look(window: MainWindow) -> None:
        assert window.replay_bar is None
        assert "Space" not in [keys for keys, meaning in window.shortcuts() if meaning == "Play"]

    assert in_window(look, "gui", "--lang", "en", *FEW).code == 0
