"""The window on its first start, under load, and when things go wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QLabel,
    QPushButton,
    QTableView,
)
from pytestqt.qtbot import QtBot

from config.text import Text
from core.domain.messages import Heartbeat, Noted, Severity
from core.domain.risk import TradingState
from gui.context import Mode
from gui.main_window import MainWindow
from tests.builders import OPEN
from tests.gui.window_desk import (
    NAMES,
    Desk,
    a_quote,
    a_state,
)

Feed = Callable[..., None]


def panel_of(window: MainWindow, name: str) -> Any:
    return next(one.panel for one in window.docks.all if one.kind.name == name)


# First start


def test_the_tips_can_be_stepped_through_and_stay_away(
    qtbot: QtBot, make_window: Callable[..., MainWindow]
) -> None:
    first = make_window()
    hints = first.findChild(object, "hints")
    assert hints.isVisible()
    for _ in range(3):
        qtbot.mouseClick(first.findChild(QPushButton, "nextHint"), Qt.LeftButton)
    assert not hints.isVisible()
    first.close_without_asking()
    assert not make_window().findChild(object, "hints").isVisible()


def test_the_tips_can_be_skipped(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, "skipHints"), Qt.LeftButton)
    assert not window.findChild(object, "hints").isVisible()


def test_the_tips_go_once_trading_runs(window: MainWindow, feed: Feed) -> None:
    feed(a_state(TradingState.STOPPED))
    assert window.findChild(object, "hints").isVisible()
    feed(a_state(TradingState.RUNNING))
    assert not window.findChild(object, "hints").isVisible()


def test_a_replay_is_not_told_to_start(make_window: Callable[..., MainWindow]) -> None:
    window = make_window(mode=Mode.REPLAY)
    hints = window.findChild(object, "hints")
    assert not hints.isVisible()
    assert not any("시작" in label.text() for label in hints.findChildren(QLabel))


# Load


def test_two_hundred_symbols_show_only_their_newest_quotes(
    qtbot: QtBot, make_window: Callable[..., MainWindow], desk: Desk
) -> None:
    symbols = [f"{number:06d}" for number in range(200)]
    window = make_window(settings=desk.context().settings.changed({"market.symbols": symbols}))
    changes = []
    table = panel_of(window, "watchlist").table
    table.dataChanged.connect(lambda *args: changes.append(args))
    for burst in range(100):
        window.on_batch([a_quote(10_000 + burst, symbol) for symbol in symbols])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    assert {row.quote.price for row in table.records} == {10_099}
    assert len(changes) <= 8, "20,000 quotes must not become 20,000 repaints"


# Mishaps


def test_notes_stand_in_the_log_and_the_worst_in_the_status_line(
    window: MainWindow, feed: Feed
) -> None:
    feed(
        Noted(OPEN, Severity.ERROR, Text("거부", "rejected")),
        Noted(OPEN + timedelta(seconds=1), Severity.INFO, Text("정보", "info")),
    )
    status = window.findChild(QLabel, "statusText")
    assert status.text() == "09:00:00  거부"
    assert status.property("role") == "error"
    assert panel_of(window, "log").table.rowCount() == 2


def test_a_note_of_another_day_says_its_date(window: MainWindow, feed: Feed) -> None:
    feed(Noted(OPEN, Severity.WARNING, Text("주의", "careful")))
    feed(Heartbeat(OPEN + timedelta(days=1), {}, is_connected=True))
    assert window.findChild(QLabel, "statusText").text() == f"{OPEN:%m-%d} 09:00:00  주의"


@pytest.mark.parametrize(
    ("symbol", "said", "shown"),
    [
        ("005930", "외부 주문", "삼성전자: 외부 주문"),
        ("005930", "삼성전자 거부", "삼성전자 거부"),
        ("005930", "005930 거부", "005930 거부"),
        ("", "접속", "접속"),
    ],
)
def test_a_note_names_its_symbol_once(
    window: MainWindow, feed: Feed, symbol: str, said: str, shown: str
) -> None:
    feed(Noted(OPEN, Severity.WARNING, Text.of(said), symbol))
    assert window.findChild(QLabel, "statusText").text() == f"09:00:00  {shown}"


def test_an_exception_in_a_slot_is_caught_logged_and_shown(
    window: MainWindow, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def boom() -> None:
        raise ZeroDivisionError("by zero")

    try:
        boom()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())
    assert "ZeroDivisionError: by zero" in window.findChild(QLabel, "statusText").text()
    assert panel_of(window, "log").table.records[0].note.severity is Severity.ERROR
    assert caplog.records[0].exc_info is not None
    assert desk.posted == [], "trading goes on as it was"


def test_closing_gives_the_exception_hook_back(make_window: Callable[..., MainWindow]) -> None:
    before = sys.excepthook
    window = make_window()
    assert sys.excepthook != before
    window.close_without_asking()
    assert sys.excepthook == before


def test_an_engine_that_died_is_told(window: MainWindow) -> None:
    window.on_engine_failed(ValueError("no bars"))
    text = window.findChild(QLabel, "statusText").text()
    assert "no bars" in text
    assert "전량청산" in text


def test_the_window_knows_names_before_the_history_comes(window: MainWindow) -> None:
    model = window.findChild(QTableView, "watchlistTable").model()
    assert [model.index(row, 2).data() for row in range(3)] == list(NAMES.values())
