"""The window's surroundings, fresh for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config.schema import Settings
from gui import theme
from gui.dialogs.settings import SettingsDialog
from gui.main_window import MainWindow
from tests.gui.window_desk import NAMES, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def make_window(qtbot: QtBot, desk: Desk) -> Iterator[Callable[..., MainWindow]]:
    """Return a function that opens the window; all of them are closed at the end."""
    theme.apply(QApplication.instance(), "dark")
    windows: list[MainWindow] = []

    def make(**changes: Any) -> MainWindow:
        window = desk.window(**changes)
        windows.append(window)
        qtbot.addWidget(window, before_close_func=lambda it: setattr(it, "_may_close", True))
        window.setWindowState(Qt.WindowNoState)  # maximized on the small offscreen screen
        window.resize(1280, 800)
        window.show()
        return window

    yield make
    for window in windows:
        window.close_without_asking()
        window.alerts.close()
    theme.apply(QApplication.instance(), "dark")


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window()


@pytest.fixture
def feed(qtbot: QtBot, window: MainWindow) -> Callable[..., None]:
    """Return a function that hands events to the window and waits until all are shown."""

    def hand(*events: Any) -> None:
        window.on_batch(list(events))
        qtbot.waitUntil(lambda: window.is_up_to_date)

    return hand


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[SettingsDialog]:
    """The settings dialog alone, on the defaults."""
    made = SettingsDialog(Settings(), dict(NAMES), "ko", tmp_path)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
