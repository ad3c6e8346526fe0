"""START, STOP, flatten and closing, as the trader's hands do them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.messages import ClosePosition, Flatten, FlattenStep, OrderUpdated, Start, Stop
from core.domain.order import OrderStatus
from core.domain.risk import TradingState
from gui.main_window import MainWindow
from tests.builders import an_order
from tests.gui.window_desk import Desk, a_progress, a_row, a_state, a_view, an_account

Feed = Callable[..., None]


def press(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, name), Qt.LeftButton)


def dialog_of(window: MainWindow, name: str) -> Any:
    shown = [it for it in window.findChildren(QDialog, name) if it.isVisible()]
    return shown[0] if shown else None


def answer(qtbot: QtBot, window: MainWindow, dialog: str, name: str) -> None:
    qtbot.mouseClick(dialog_of(window, dialog).findChild(QPushButton, name), Qt.LeftButton)


def test_start_lets_the_engine_buy(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    press(qtbot, window, "startButton")
    assert desk.sent(Start) == [Start()]


def test_stop_with_nothing_held_asks_nothing(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(a_state(TradingState.RUNNING), an_account())
    press(qtbot, window, "stopButton")
    assert desk.sent(Stop) == [Stop()]


@pytest.mark.parametrize(
    ("button", "stops", "closes"),
    [
        ("keepExitsAnswer", [Stop()], []),
        ("sellAnswer", [Stop()], [ClosePosition("005930"), ClosePosition("000660")]),
        ("goOnAnswer", [], []),
    ],
)
def test_stop_asks_what_becomes_of_the_positions(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk, button: str, stops: list, closes: list
) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view(), a_view("000660")))
    press(qtbot, window, "stopButton")
    assert desk.posted == []
    assert not dialog_of(window, "stopDialog").isModal()
    answer(qtbot, window, "stopDialog", button)
    assert (desk.sent(Stop), desk.sent(ClosePosition)) == (stops, closes)
    assert dialog_of(window, "stopDialog") is None


def test_a_question_is_asked_once(qtbot: QtBot, window: MainWindow, feed: Feed) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view()))
    press(qtbot, window, "stopButton")
    press(qtbot, window, "stopButton")
    shown = [it for it in window.findChildren(QDialog, "stopDialog") if it.isVisible()]
    assert len(shown) == 1


def leave(qtbot: QtBot, window: MainWindow, how: str) -> None:
    """End the stop question, and let Qt delete it as its event loop does."""
    dialog = dialog_of(window, "stopDialog")
    with qtbot.waitSignal(dialog.destroyed):
        if how == "Esc":
            qtbot.keyClick(dialog, Qt.Key_Escape)
        elif how == "close":
            dialog.close()
        else:
            answer(qtbot, window, "stopDialog", how)


WAYS_OUT = ["Esc", "close", "goOnAnswer", "keepExitsAnswer"]


@pytest.mark.parametrize("how", WAYS_OUT)
def test_a_second_question_is_answered_like_the_first(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk, how: str
) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view()))
    press(qtbot, window, "stopButton")
    leave(qtbot, window, how)
    desk.posted.clear()
    press(qtbot, window, "stopButton")
    answer(qtbot, window, "stopDialog", "sellAnswer")
    assert desk.posted == [Stop(), ClosePosition("005930")]


@pytest.mark.parametrize("how", WAYS_OUT)
def test_closing_asks_after_an_earlier_question(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk, how: str
) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view()))
    press(qtbot, window, "stopButton")
    leave(qtbot, window, how)
    window.close()
    assert window.isVisible()
    assert desk.stops == 0
    answer(qtbot, window, "closeDialog", "leaveAnswer")
    assert not window.isVisible()


def test_closing_takes_the_place_of_an_open_question(
    qtbot: QtBot, window: MainWindow, feed: Feed
) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view()))
    press(qtbot, window, "stopButton")
    window.close()
    assert window.isVisible()
    assert dialog_of(window, "stopDialog") is None
    answer(qtbot, window, "closeDialog", "leaveAnswer")
    assert not window.isVisible()


def test_a_failing_question_never_closes_over_positions(
    window: MainWindow,
    feed: Feed,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("no dialog")

    feed(an_account(a_view()))
    monkeypatch.setattr("gui.trading.ask_close", fail)
    window.close()
    assert window.isVisible()
    assert desk.stops == 0
    assert "no dialog" in str(caplog.records[0].exc_info)


def test_holding_the_button_flattens_without_a_question(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    button = window.findChild(QPushButton, "flattenButton")
    with qtbot.waitSignal(window.strip.flatten_wanted):
        qtbot.mousePress(button, Qt.LeftButton)
    qtbot.mouseRelease(button, Qt.LeftButton)
    assert desk.sent(Flatten) == [Flatten("button")]
    assert dialog_of(window, "flattenDialog") is not None


def test_a_click_on_the_button_flattens_nothing(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    press(qtbot, window, "flattenButton")
    assert desk.posted == []


def hotkey(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key_X, Qt.ControlModifier | Qt.ShiftModifier)


def test_the_hotkey_flattens_when_pressed_twice(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    hotkey(qtbot, window)
    assert desk.posted == []
    hotkey(qtbot, window)
    assert desk.sent(Flatten) == [Flatten("hotkey")]
    hotkey(qtbot, window)
    assert len(desk.posted) == 1, "a third press only arms it again"


def test_the_hotkey_works_over_a_question(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(a_state(TradingState.RUNNING), an_account(a_view()))
    press(qtbot, window, "stopButton")
    dialog = dialog_of(window, "stopDialog")
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    for _ in range(2):
        qtbot.keyClick(dialog, Qt.Key_X, Qt.ControlModifier | Qt.ShiftModifier)
    assert desk.sent(Flatten) == [Flatten("hotkey")]


def test_two_presses_too_far_apart_do_nothing(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    hotkey(qtbot, window)
    window.twice.forget()
    hotkey(qtbot, window)
    assert desk.posted == []


# Closing


def test_closing_with_nothing_open_just_closes(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    window.close()
    assert not window.isVisible()
    assert desk.stops == 1


@pytest.mark.parametrize(
    "event", [an_account(a_view()), OrderUpdated(an_order(status=OrderStatus.ACCEPTED))]
)
def test_closing_with_something_open_asks(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk, event: Any
) -> None:
    feed(event)
    window.close()
    assert window.isVisible()
    answer(qtbot, window, "closeDialog", "stayAnswer")
    assert window.isVisible()
    assert (desk.posted, desk.stops) == ([], 0)


def test_leaving_things_open_closes_at_once(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(an_account(a_view()))
    window.close()
    answer(qtbot, window, "closeDialog", "leaveAnswer")
    assert not window.isVisible()
    assert (desk.posted, desk.stops) == ([], 1)


def test_flattening_closes_only_when_the_broker_says_zero(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(an_account(a_view()))
    window.close()
    answer(qtbot, window, "closeDialog", "flattenAnswer")
    assert desk.sent(Flatten) == [Flatten("close")]
    feed(a_state(TradingState.FLATTENING), a_progress(FlattenStep.SELL, a_row()), an_account())
    assert window.isVisible()
    feed(a_progress(FlattenStep.RECONCILE, is_done=True))
    assert not window.isVisible()
    assert desk.stops == 1


def test_trading_on_takes_the_closing_back(
    qtbot: QtBot, window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(an_account(a_view()))
    window.close()
    answer(qtbot, window, "closeDialog", "flattenAnswer")
    press(qtbot, window, "startButton")
    feed(a_progress(FlattenStep.RECONCILE, is_done=True))
    assert window.isVisible()
