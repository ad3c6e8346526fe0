"""The settings dialog's preview on the chart's bars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import ApplySettings, HistoryReady
from gui.backtest import elsewhere
from gui.dialogs.settings import SettingsDialog
from gui.main_window import MainWindow
from gui.what_if import WhatIfPreview
from tests.core.backtest.markets import SEOUL
from tests.gui.backtest.conftest import start_thread
from tests.gui.window_desk import Desk

WAIT_MS = 20_000
OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL)


def bars(symbol: str) -> tuple[Bar, ...]:
    found = []
    for minute in range(200):
        wave = minute % 20
        close = 70_000 + 200 * (wave if wave < 10 else 20 - wave)
        start = OPEN + timedelta(minutes=minute)
        found.append(Bar(symbol, start, close, close + 200, close - 200, close, 100 + minute))
    return tuple(found)


@pytest.fixture(autouse=True)
def _in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "start_process", start_thread)


@pytest.fixture
def dialog(window: MainWindow, feed: Callable[..., None]) -> SettingsDialog:
    symbol = window._space.symbol
    feed(HistoryReady(Instrument(symbol, symbol), bars(symbol), ""))
    window.open_settings()
    made = window.settings_dialog
    assert made is not None
    return made


def put(dialog: SettingsDialog, key: str, value: Any) -> None:
    dialog.draft.put(key, value)
    dialog._refresh_pages()


def ghosts(window: MainWindow) -> list[int]:
    layer = window.chart._ghosts
    return [*layer.buys, *layer.sells]


def line(dialog: SettingsDialog) -> QLabel:
    found = dialog.findChild(QLabel, "whatIf")
    assert found is not None
    return found


def test_a_value_that_is_tried_shows_its_signals_and_its_result(
    qtbot: QtBot, window: MainWindow, dialog: SettingsDialog
) -> None:
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    assert "200" in line(dialog).text()
    start = datetime.fromtimestamp(ghosts(window)[0], SEOUL)
    assert OPEN <= start < OPEN + timedelta(minutes=200)


def test_the_newest_value_is_the_one_shown(
    qtbot: QtBot, window: MainWindow, dialog: SettingsDialog
) -> None:
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    many = len(ghosts(window))
    put(dialog, "strategy.buy_threshold", 50)
    qtbot.waitUntil(lambda: len(ghosts(window)) < many, timeout=WAIT_MS)


@pytest.mark.parametrize("value", [1.5, -3])
def test_nothing_is_shown_for_what_is_unchanged_or_wrong(
    qtbot: QtBot, window: MainWindow, dialog: SettingsDialog, value: float
) -> None:
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    put(dialog, "strategy.buy_threshold", value)
    assert not line(dialog).isVisible()
    assert not ghosts(window)


def test_closing_the_dialog_takes_the_marks_away_and_trades_nothing(
    qtbot: QtBot, window: MainWindow, desk: Desk, dialog: SettingsDialog
) -> None:
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    dialog.reject()
    assert not ghosts(window)
    assert not [message for message in desk.posted if isinstance(message, ApplySettings)]


def test_a_chart_without_bars_shows_no_preview(window: MainWindow) -> None:
    window.open_settings()
    made = window.settings_dialog
    assert made is not None
    put(made, "strategy.buy_threshold", 0.5)
    assert not line(made).isVisible()


def test_the_marks_of_one_chart_are_not_shown_on_another(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None], dialog: SettingsDialog
) -> None:
    other = window._space.symbols[1]
    feed(HistoryReady(Instrument(other, other), bars(other)[:150], ""))
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    window._space.select(other)
    assert not ghosts(window)
    assert not line(dialog).isVisible()
    qtbot.waitUntil(lambda: line(dialog).isVisible(), timeout=WAIT_MS)
    assert other in line(dialog).text()
    assert "150" in line(dialog).text()


def test_marks_that_come_when_the_symbol_has_changed_are_left_out(
    qtbot: QtBot, window: MainWindow, dialog: SettingsDialog
) -> None:
    preview = dialog.findChild(WhatIfPreview)
    put(dialog, "strategy.buy_threshold", 0.5)
    qtbot.waitUntil(lambda: preview._asking.is_busy)
    window._space.select(window._space.symbols[1])  # which has no bars yet
    with qtbot.waitSignal(preview._asking.ended, timeout=WAIT_MS):
        pass
    assert not ghosts(window)
    assert not line(dialog).isVisible()


def test_bars_travel_once_as_long_as_they_are_the_same(
    qtbot: QtBot,
    window: MainWindow,
    feed: Callable[..., None],
    dialog: SettingsDialog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[Any] = []
    preview = dialog.findChild(WhatIfPreview)
    ask = preview._asking.ask
    monkeypatch.setattr(preview._asking, "ask", lambda work: sent.append(work) or ask(work))

    def show(value: float, *, number: int) -> None:
        put(dialog, "strategy.buy_threshold", value)
        qtbot.waitUntil(lambda: len(sent) == number and not preview._asking.is_busy)

    show(0.5, number=1)
    show(0.6, number=2)
    symbol = window._space.symbol
    feed(HistoryReady(Instrument(symbol, symbol), bars(symbol)[:150], ""))
    qtbot.waitUntil(lambda: len(sent) == 3 and not preview._asking.is_busy)
    assert [work.columns is None for work in sent] == [False, True, False]
