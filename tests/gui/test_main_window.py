"""The window as a whole: what it remembers, its languages and themes, its keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QSettings, Qt
from PyQt5.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLabel,
    QPushButton,
    QTableView,
)
from pytestqt.qtbot import QtBot

from config.errors import ConfigError
from config.text import Text
from core.domain.messages import ApplySettings, Heartbeat
from gui import theme
from gui.main_window import MainWindow
from tests.builders import OPEN
from tests.gui.window_desk import (
    Desk,
    a_history,
    a_quote,
    a_session,
    a_view,
    an_account,
)

Feed = Callable[..., None]
TABLES = ["watchlist", "positions", "orders", "fills", "signals", "blocked"]
DOCKS = [*TABLES, "risk", "performance", "log", "twin"]
BUTTONS = ["startButton", "stopButton", "flattenButton"]
PARTS = ["chartPanel", "modeBadge", "riskPanel", "equityPlot", "logView"]
NAMED = [*PARTS, *BUTTONS, *(f"{name}Table" for name in TABLES)]


def panel_of(window: MainWindow, name: str) -> Any:
    return next(one.panel for one in window.docks.all if one.kind.name == name)


def dock_of(window: MainWindow, name: str) -> QDockWidget:
    return window.findChild(QDockWidget, f"{name}Dock")


def test_everything_is_there_under_its_name(window: MainWindow) -> None:
    assert window.objectName() == "mainWindow"
    assert [one.kind.name for one in window.docks.all] == DOCKS
    for name in NAMED:
        assert window.findChild(object, name) is not None, name
    for unbuilt in ("orderBookTable", "orderTicket"):
        assert window.findChild(object, unbuilt) is None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_fits_a_small_screen(make_window: Callable[..., MainWindow], language: str) -> None:
    size = make_window(language=language).minimumSizeHint()
    assert size.width() <= 1280
    assert size.height() <= 760, "a title bar and a task bar need room too"


def test_no_text_of_the_strip_is_cut_on_a_small_screen(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    for language in ("ko", "en"):
        window = make_window(language=language)
        window.on_batch([*a_session(), Heartbeat(OPEN, {}, is_connected=True)])
        qtbot.waitUntil(lambda window=window: window.is_up_to_date)
        window.strip.refresh()
        for label in window.strip.findChildren(QLabel):
            if label.isVisible():
                assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), (
                    label.text()
                )


# Symbols


def test_the_first_symbol_of_the_watchlist_is_selected(window: MainWindow) -> None:
    assert panel_of(window, "watchlist").workspace.symbol == "005930"


def test_a_replay_watches_its_own_symbols(make_window: Callable[..., MainWindow]) -> None:
    window = make_window(symbols=("005490",))
    assert [row.symbol for row in panel_of(window, "watchlist").table.records] == ["005490"]
    window.apply_settings(window.settings.changed({"market.symbols": ["005930"]}))
    assert [row.symbol for row in panel_of(window, "watchlist").table.records] == ["005490"]


def test_a_replay_selects_what_it_has(window: MainWindow, feed: Feed) -> None:
    feed(a_history("005490"))
    assert panel_of(window, "watchlist").workspace.symbol == "005490"
    feed(a_history("000660"))
    assert panel_of(window, "watchlist").workspace.symbol == "005490"


def test_enter_on_a_row_gives_the_chart_the_keyboard(
    qtbot: QtBot, window: MainWindow, feed: Feed
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    view = window.findChild(QTableView, "watchlistTable")
    view.setFocus()
    view.selectRow(2)
    qtbot.keyClick(view, Qt.Key_Return)
    assert window.chart.isAncestorOf(QApplication.focusWidget())
    assert panel_of(window, "watchlist").workspace.symbol == "035720"


# Language and theme


def test_the_language_changes_at_run_time(window: MainWindow, desk: Desk, feed: Feed) -> None:
    feed(*a_session(), an_account(a_view()))
    wanted = window.settings.changed({"ui.language": "en"})
    window.apply_settings(wanted)
    assert window.findChild(QPushButton, "flattenButton").text() == "FLATTEN ALL"
    assert dock_of(window, "positions").windowTitle() == "Positions 1"
    assert [action.text() for action in window.menuBar().actions()] == [
        "&File",
        "&Trade",
        "&View",
        "&Help",
    ]
    model = window.findChild(QTableView, "watchlistTable").model()
    assert model.headerData(1, Qt.Horizontal) == "Code"
    assert model.index(0, 12).data() == "Holding"
    assert desk.saved == [wanted]
    assert desk.sent(ApplySettings) == [ApplySettings(wanted)]


def test_qts_own_dialogs_speak_the_windows_language(window: MainWindow) -> None:
    assert look_in_label(window) == "다음에서 찾기:"
    window.choices["en"].trigger()
    assert look_in_label(window) == "Look in:"


def test_an_older_window_leaves_the_words_of_qt_s_dialogs_to_the_newer_one(
    make_window: Callable[..., MainWindow],
) -> None:
    """Qt deletes a closed window when it gets round to it, so it may still be there."""
    older, newer = make_window(language="ko"), make_window(language="ko")
    older.close_without_asking()
    newer.choices["en"].trigger()
    assert look_in_label(newer) == "Look in:"


def look_in_label(window: MainWindow) -> str:
    panel_of(window, "positions").ask_export()
    dialog = window.findChildren(QFileDialog)[-1]
    text = dialog.findChild(QLabel, "lookInLabel").text()
    dialog.close()
    return text


def test_the_theme_changes_at_run_time(window: MainWindow, feed: Feed) -> None:
    feed(a_quote())
    model = window.findChild(QTableView, "watchlistTable").model()
    before = model.index(0, 3).data(Qt.ForegroundRole).color().name()
    window.apply_settings(window.settings.changed({"ui.theme": "light"}))
    assert not theme.current().is_dark
    after = model.index(0, 3).data(Qt.ForegroundRole).color().name()
    assert (before, after) == (theme.colors("dark").up, theme.colors("light").up)


def test_menus_change_theme_and_language(window: MainWindow, desk: Desk) -> None:
    window.choices["light"].trigger()
    window.choices["en"].trigger()
    assert (desk.saved[-1].value("ui.theme"), desk.saved[-1].value("ui.language")) == (
        "light",
        "en",
    )
    assert window.choices["light"].isChecked()
    assert window.choices["en"].isChecked()


@pytest.mark.parametrize("error", [OSError("disk full"), ConfigError("file is broken")])
def test_settings_that_cant_be_saved_still_apply_and_it_is_said(
    window: MainWindow, desk: Desk, error: Exception
) -> None:
    desk.save_error = error
    window.apply_settings(window.settings.changed({"risk.max_positions": 3}))
    assert len(desk.sent(ApplySettings)) == 1
    assert str(error) in window.findChild(QLabel, "statusText").text()


def test_the_settings_dialog_applies_at_run_time(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key_Comma, Qt.ControlModifier)
    dialog = window.settings_dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.applied.emit(window.settings.changed({"risk.max_positions": 3}))
    assert desk.saved[-1].value("risk.max_positions") == 3
    dialog.close()
    window.open_settings()
    assert window.settings_dialog.isVisible()


def test_the_open_settings_dialog_shows_what_menus_change(window: MainWindow) -> None:
    window.open_settings()
    dialog = window.settings_dialog
    assert dialog is not None
    dialog.draft.put("risk.max_positions", 3)
    window.choices["light"].trigger()
    window.choices["en"].trigger()
    assert (dialog.draft.value("ui.theme"), dialog.draft.value("ui.language")) == ("light", "en")
    assert dialog.draft.changed_keys() == ["risk.max_positions"], "what was edited stays"
    assert dialog.windowTitle() == "Settings"


# Layout


def test_docks_columns_and_chart_are_remembered(
    make_window: Callable[..., MainWindow], desk: Desk
) -> None:
    first = make_window()
    dock_of(first, "log").hide()
    dock_of(first, "risk").setFloating(True)
    first.findChild(QTableView, "fillsTable").setColumnHidden(4, True)
    first.chart.set_timeframe(5)
    first.close_without_asking()
    second = make_window()
    assert dock_of(second, "log").isHidden()
    assert dock_of(second, "risk").isFloating()
    assert second.findChild(QTableView, "fillsTable").isColumnHidden(4)
    assert second.chart.timeframe == 5


def test_the_layout_can_be_reset(window: MainWindow) -> None:
    dock_of(window, "log").hide()
    dock_of(window, "risk").setFloating(True)
    window.addDockWidget(Qt.RightDockWidgetArea, dock_of(window, "watchlist"))
    window.findChild(QTableView, "fillsTable").setColumnHidden(4, True)
    window.reset_layout()
    assert not dock_of(window, "log").isHidden()
    assert not dock_of(window, "risk").isFloating()
    assert window.dockWidgetArea(dock_of(window, "watchlist")) == Qt.LeftDockWidgetArea
    assert not window.findChild(QTableView, "fillsTable").isColumnHidden(4)
    tabbed = {
        dock.objectName() for dock in window.tabifiedDockWidgets(dock_of(window, "positions"))
    }
    assert tabbed == {f"{name}Dock" for name in DOCKS[2:]}


@pytest.mark.parametrize("damage", ["version", "garbage"])
def test_a_layout_of_another_time_is_left_out(
    make_window: Callable[..., MainWindow], desk: Desk, damage: str
) -> None:
    first = make_window()
    dock_of(first, "log").hide()
    first.close_without_asking()
    path = desk.home / "layout.ini"
    if damage == "garbage":
        path.write_bytes(b"\x00\xffno layout at all\n[docks")
    else:
        file = QSettings(str(path), QSettings.IniFormat)
        file.setValue("version", 999)
        file.sync()
    assert not dock_of(make_window(), "log").isHidden()


def test_a_home_that_cant_be_written_is_no_reason_to_stay_open(
    make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    window = make_window(home=tmp_path / "file" / "below")
    window.close()
    assert not window.isVisible()


# Keyboard


@pytest.mark.parametrize(("position", "name"), list(enumerate(DOCKS, start=1)))
def test_every_panel_has_a_key(qtbot: QtBot, window: MainWindow, position: int, name: str) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    dock_of(window, name).hide()
    qtbot.keyClick(window, Qt.Key_0 + position % 10, Qt.AltModifier)
    assert not dock_of(window, name).isHidden()
    assert dock_of(window, name).isAncestorOf(QApplication.focusWidget())


def test_no_key_has_two_meanings(window: MainWindow) -> None:
    keys = [key for key, _ in window.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+,", "Ctrl+Return", "Ctrl+.", "Ctrl+Q", "Ctrl+E", "F1", "Alt+1"} <= set(keys)


def test_help_lists_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key_F1)
    texts = [label.text() for label in window.findChild(QDialog, "keysDialog").findChildren(QLabel)]
    assert "Ctrl+Shift+X (두 번)" in texts
    assert "긴급 전량청산" in texts


# What is behind it


def about(window: MainWindow) -> list[str]:
    next(it for it in window.findChildren(QAction) if it.text() in ("정보", "About")).trigger()
    labels = window.findChild(QDialog, "aboutDialog").findChildren(QLabel)
    return [label.text() for label in labels if not label.isHidden()]


def test_the_about_box_says_what_market_and_broker_are_behind_it(
    make_window: Callable[..., MainWindow],
) -> None:
    wiring = Text("데모: 운영용 어댑터와 에뮬레이터", "Demo: the production adapter, emulated")
    assert wiring.ko in about(make_window(wiring=wiring))
    assert wiring.en in about(make_window(wiring=wiring, language="en"))


def test_nothing_is_said_where_nobody_knows(window: MainWindow) -> None:
    assert len(about(window)) == 3
