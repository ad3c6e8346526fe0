"""Frozen symbols are shown with both sides; a person decides, and the window goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QLabel, QPushButton, QTableView
from pytestqt.modeltest import ModelTester

from config.text import Text
from core.domain.messages import MismatchesChanged, ResolveMismatch
from core.domain.past import Mismatch
from gui.main_window import MainWindow
from tests.builders import OPEN
from tests.gui.window_desk import Desk

Feed = Callable[..., None]
WHY = Text("꺼져 있는 동안의 체결로 설명되지 않습니다.", "No order of the day explains it.")


def a_mismatch(symbol: str = "005930", **changes: Any) -> Mismatch:
    values: dict[str, Any] = {
        "theirs": 7, "ours": 10, "why": WHY, "theirs_price": 70_100, "ours_price": 70_000,
    }  # fmt: skip
    return Mismatch(symbol, OPEN, **{**values, **changes})


def frozen(*mismatches: Mismatch) -> MismatchesChanged:
    return MismatchesChanged(mismatches)


@pytest.fixture
def dialog(window: MainWindow) -> Any:
    return window.findChild(QDialog, "mismatchesDialog")


def cells(dialog: QDialog) -> list[list[str]]:
    model = dialog.findChild(QTableView, "mismatchesView").model()
    columns = range(model.columnCount())
    return [[model.index(row, c).data() for c in columns] for row in range(model.rowCount())]


def press(qtbot: Any, dialog: QDialog, name: str) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.LeftButton)


def test_it_comes_up_with_both_sides_and_does_not_lock_the_window(dialog: Any, feed: Feed) -> None:
    assert not dialog.isVisible()
    feed(frozen(a_mismatch()))
    assert dialog.isVisible() and not dialog.isModal()
    assert cells(dialog) == [
        ["005930", "삼성전자", "7", "70,100", "10", "70,000", "09:00:00", "결정 대기", WHY.ko]
    ]
    headline = dialog.findChild(QLabel, "mismatchesHeadline").text()
    assert headline == "증권사 잔고와 우리 기록이 다른 종목 1개를 멈췄습니다"


@pytest.mark.parametrize(("button", "takes_brokers"), [("takeTheirs", True), ("takeOurs", False)])
def test_a_button_sends_the_decision_about_the_selected_symbol(
    dialog: Any, feed: Feed, desk: Desk, qtbot: Any, button: str, takes_brokers: bool
) -> None:
    feed(frozen(a_mismatch(), a_mismatch("000660")))
    dialog.findChild(QTableView, "mismatchesView").selectRow(1)
    press(qtbot, dialog, button)
    (sent,) = desk.sent(ResolveMismatch)
    assert (sent.symbol, sent.takes_brokers) == ("000660", takes_brokers)


def test_what_is_investigated_can_only_be_given_up(dialog: Any, feed: Feed) -> None:
    feed(frozen(a_mismatch(is_investigated=True)))
    assert dialog.findChild(QPushButton, "takeTheirs").isEnabled()
    assert not dialog.findChild(QPushButton, "takeOurs").isEnabled()
    assert cells(dialog)[0][7] == "조사 중"


def test_a_closed_dialog_comes_up_again_for_another_symbol_only(dialog: Any, feed: Feed) -> None:
    feed(frozen(a_mismatch()))
    dialog.hide()
    feed(frozen(a_mismatch(is_investigated=True)))
    assert not dialog.isVisible()
    feed(frozen(a_mismatch(), a_mismatch("000660")))
    assert dialog.isVisible()


def test_resolved_symbols_leave_the_table(dialog: Any, feed: Feed) -> None:
    feed(frozen(a_mismatch(), a_mismatch("000660")))
    feed(frozen(a_mismatch("000660")))
    assert [row[0] for row in cells(dialog)] == ["000660"]
    feed(frozen())
    assert cells(dialog) == []
    assert not dialog.findChild(QPushButton, "takeTheirs").isEnabled()


def test_the_table_keeps_the_rules_of_qt(
    dialog: Any, feed: Feed, qtmodeltester: ModelTester
) -> None:
    feed(frozen(a_mismatch()))
    qtmodeltester.check(dialog.rows)
