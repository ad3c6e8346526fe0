"""Nothing is sold by a stray click: the emergency button has to be held."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QMouseEvent
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.hold_button import HOLD_MS, STEP_MS, HoldButton


@pytest.fixture
def button(qtbot: QtBot) -> HoldButton:
    button = HoldButton()
    qtbot.addWidget(button)
    button.resize(120, 30)
    button.show()
    return button


@pytest.fixture
def held(button: HoldButton) -> list[int]:
    count: list[int] = []
    button.held.connect(lambda: count.append(1))
    return count


def test_holding_to_the_end_acts_once(qtbot: QtBot, button: HoldButton, held: list[int]) -> None:
    with qtbot.waitSignal(button.held):
        qtbot.mousePress(button, Qt.LeftButton)
    assert button.progress == 1
    qtbot.mouseRelease(button, Qt.LeftButton)
    assert held == [1]
    assert button.progress == 0


def test_a_click_does_nothing(qtbot: QtBot, button: HoldButton, held: list[int]) -> None:
    with qtbot.waitSignal(button.released_early):
        qtbot.mouseClick(button, Qt.LeftButton)
    assert held == []


def test_letting_go_just_before_the_end_does_nothing(button: HoldButton, held: list[int]) -> None:
    button.begin()
    for _ in range(HOLD_MS // STEP_MS - 1):
        button.step()
    assert 0.9 < button.progress < 1
    button.end()
    assert (held, button.progress) == ([], 0)


def test_leaving_the_button_cancels(qtbot: QtBot, button: HoldButton, held: list[int]) -> None:
    qtbot.mousePress(button, Qt.LeftButton, pos=QPoint(5, 5))
    with qtbot.waitSignal(button.released_early):
        outside = QPointF(-20, 5)
        move = QMouseEvent(QEvent.MouseMove, outside, Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
        QApplication.sendEvent(button, move)
    assert (held, button.progress) == ([], 0)


def test_losing_the_keyboard_cancels(qtbot: QtBot, button: HoldButton, held: list[int]) -> None:
    button.setFocus()
    qtbot.keyPress(button, Qt.Key_Space)
    with qtbot.waitSignal(button.released_early):
        button.clearFocus()
    assert held == []


def test_space_held_acts_whatever_the_keyboard_repeats(
    qtbot: QtBot, button: HoldButton, held: list[int]
) -> None:
    button.setFocus()
    qtbot.keyPress(button, Qt.Key_Space)
    for _ in range(HOLD_MS // STEP_MS):
        for kind in (QEvent.KeyRelease, QEvent.KeyPress):
            repeat = QKeyEvent(kind, Qt.Key_Space, Qt.NoModifier, " ", True)
            (button.keyPressEvent if kind == QEvent.KeyPress else button.keyReleaseEvent)(repeat)
        button.step()
    assert held == [1]


def test_the_other_mouse_button_does_nothing(qtbot: QtBot, button: HoldButton) -> None:
    qtbot.mousePress(button, Qt.RightButton)
    button.step()
    assert button.progress < 2 * STEP_MS / HOLD_MS
    assert not button.is_held


def test_the_fill_grows(qtbot: QtBot, button: HoldButton) -> None:
    before = button.grab().toImage()
    button.begin()
    for _ in range(20):
        button.step()
    after = button.grab().toImage()
    middle = before.height() // 2
    changed = [
        x for x in range(before.width()) if before.pixel(x, middle) != after.pixel(x, middle)
    ]
    assert changed
    assert max(changed) < before.width() * 0.6
