"""A real account is confirmed by its last digits; nothing but entries waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.messages import BrokerIdentified, Flatten, Start
from gui.context import Mode
from gui.dialogs.confirm_account import ConfirmAccountDialog
from gui.main_window import MainWindow
from tests.gui.window_desk import Desk

REAL = BrokerIdentified("real", "80******11", needs_confirmation=True)


class Account:
    """Knows its digits, and keeps what was tried."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    def confirm(self, text: str) -> bool:
        self.tried.append(text)
        return text == "2211"


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def window(make_window: Callable[..., MainWindow], account: Account) -> MainWindow:
    return make_window(mode=Mode.LIVE, confirm_account=account.confirm)


def dialogs(window: MainWindow) -> list[ConfirmAccountDialog]:
    return [it for it in window.findChildren(ConfirmAccountDialog) if it.isVisible()]


def button(window: MainWindow) -> QPushButton:
    window.strip.refresh()
    return window.findChild(QPushButton, "confirmAccountButton")


def type_digits(qtbot: QtBot, dialog: QDialog, text: str) -> None:
    field = dialog.findChild(QLineEdit, "accountDigits")
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key_Return)


def test_a_real_account_asks_by_itself_without_locking_the_window(
    window: MainWindow, feed: Callable[..., None]
) -> None:
    feed(REAL)
    (dialog,) = dialogs(window)
    assert not dialog.isModal()
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "80******11" in shown
    assert "실서버" in shown
    assert button(window).isVisible()


def test_the_right_digits_let_it_buy(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None], account: Account
) -> None:
    feed(REAL)
    type_digits(qtbot, dialogs(window)[0], "2211")
    assert account.tried == ["2211"]
    assert dialogs(window) == []
    assert not button(window).isVisible()
    assert not window.tools.confirmation.is_needed
    assert "계좌를 확인했습니다" in window.findChild(QLabel, "statusText").text()


def test_wrong_digits_are_said_at_once(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None], account: Account
) -> None:
    feed(REAL)
    (dialog,) = dialogs(window)
    type_digits(qtbot, dialog, "1234")
    wrong = dialog.findChild(QLabel, "accountWrong")
    assert wrong.text() == "1234: 이 계좌의 끝 4자리가 아닙니다"
    assert window.tools.confirmation.is_needed
    type_digits(qtbot, dialog, "2")
    assert wrong.text() == ""
    assert account.tried == ["1234"], "three digits are missing"
    type_digits(qtbot, dialog, "2211")
    assert dialogs(window) == []


def test_only_four_digits_can_be_typed(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None]
) -> None:
    feed(REAL)
    (dialog,) = dialogs(window)
    field = dialog.findChild(QLineEdit, "accountDigits")
    qtbot.keyClicks(field, "2a-2119")
    assert field.text() == "2211"
    assert dialog.findChild(QPushButton, "allowEntries").isEnabled()


def open_by_button(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(button(window), Qt.LeftButton)


def open_by_menu(qtbot: QtBot, window: MainWindow) -> None:
    actions = [it for it in window.findChildren(QAction) if it.text() == "실계좌 확인…"]
    actions[0].trigger()


def open_by_start(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, "startButton"), Qt.LeftButton)


@pytest.mark.parametrize("reopen", [open_by_button, open_by_menu, open_by_start])
def test_who_put_it_off_is_asked_again(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None], reopen: Any
) -> None:
    feed(REAL)
    dialogs(window)[0].close()
    assert dialogs(window) == []
    reopen(qtbot, window)
    assert len(dialogs(window)) == 1
    reopen(qtbot, window)
    assert len(dialogs(window)) == 1


def test_start_and_flatten_wait_for_nothing(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None], desk: Desk
) -> None:
    feed(REAL)
    open_by_start(qtbot, window)
    window.trading.flatten("hotkey")
    assert desk.sent(Start) == [Start()]
    assert desk.sent(Flatten) == [Flatten("hotkey")]


@pytest.mark.parametrize(
    "broker", [BrokerIdentified("mock", "81******22"), BrokerIdentified("real", "80******11")]
)
def test_nobody_is_asked_without_need(
    window: MainWindow, feed: Callable[..., None], broker: BrokerIdentified
) -> None:
    feed(broker)
    assert dialogs(window) == []
    window.tools.confirmation.open()
    assert dialogs(window) == []


def test_a_question_that_is_settled_elsewhere_goes_away(
    window: MainWindow, feed: Callable[..., None]
) -> None:
    feed(REAL)
    feed(BrokerIdentified("real", "80******11"))
    assert dialogs(window) == []


def test_an_open_question_is_not_asked_again_by_every_reconnect(
    qtbot: QtBot, window: MainWindow, feed: Callable[..., None]
) -> None:
    feed(REAL)
    (dialog,) = dialogs(window)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "accountDigits"), "22")
    feed(REAL)
    assert dialogs(window) == [dialog]
    assert dialog.findChild(QLineEdit, "accountDigits").text() == "22"


def test_without_a_real_broker_there_is_nothing_in_the_menu(
    make_window: Callable[..., MainWindow],
) -> None:
    texts = [action.text() for action in make_window().findChildren(QAction)]
    assert "실계좌 확인…" not in texts
    assert "조건검색…" not in texts
