from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from PyQt5.QtCore import QUrl

from config.text import Text
from core.backtest.twin.compare import Twin, compare
from core.backtest.twin.kept import Kept, keep_twin
from core.domain.errors import TerminalError
from core.domain.price import KRX_STOCK
from gui.main_window import MainWindow
from gui.panels.twin import EMPTY, WORKING, TwinPanel
from tests.core.backtest.twin.test_twin_compare import day, real, twin

KEPT = Kept(
    Twin((3,), "demo", date(2026, 11, 23), compare(day(real()), [twin(), twin(30)], KRX_STOCK)),
    Path("twins/a.html"),
    Path("twins/a.json"),
)


def panel_of(window: MainWindow) -> TwinPanel:
    found = window.findChild(TwinPanel)
    assert isinstance(found, TwinPanel)
    return found


def test_without_recordings_to_look_at_it_can_not_be_asked(make_window):
    panel = panel_of(make_window())
    assert not panel.run_button.isEnabled()
    assert panel.summary.text() == EMPTY.ko


def test_the_comparison_is_made_beside_the_window_and_shown(make_window, qtbot):
    may_end = threading.Event()

    def make(language: str) -> Kept:
        may_end.wait(10)
        return KEPT

    panel = panel_of(make_window(make_twin=make))
    panel.run_button.click()
    assert panel.summary.text() == WORKING.ko
    assert not panel.run_button.isEnabled()
    may_end.set()
    qtbot.waitUntil(panel.run_button.isEnabled)
    assert len(panel.table.records) == 2
    assert "짝 1건" in panel.summary.text()
    opened: list[QUrl] = []
    panel._open_url = opened.append
    panel.open_button.click()
    assert opened == [QUrl.fromLocalFile(str(KEPT.page))]


def test_what_went_wrong_is_said_in_the_windows_language(make_window, qtbot):
    def make(language: str) -> Kept:
        raise TerminalError(Text("녹화가 없습니다", "there is no recording"))

    panel = panel_of(make_window(make_twin=make))
    panel.run_button.click()
    qtbot.waitUntil(panel.run_button.isEnabled)
    assert "녹화가 없습니다" in panel.summary.text()
    assert not panel.open_button.isEnabled()


def test_a_twin_that_comes_by_itself_is_shown(make_window, qtbot):
    listeners = []
    panel = panel_of(make_window(make_twin=lambda _: KEPT, add_twin_listener=listeners.append))
    qtbot.waitUntil(panel.run_button.isEnabled)
    thread = threading.Thread(target=listeners[0], args=(KEPT,))
    thread.start()
    thread.join(10)
    qtbot.waitUntil(lambda: len(panel.table.records) == 2)
    assert panel.open_button.isEnabled()


def test_the_last_day_that_was_compared_is_there_from_the_start(make_window, desk, qtbot):
    keep_twin(KEPT.twin, desk.home, "ko")
    panel = panel_of(make_window(add_twin_listener=lambda _: None))
    qtbot.waitUntil(lambda: len(panel.table.records) == 2)
    assert "2026-11-23" in panel.summary.text()
    assert not panel.run_button.isEnabled()
