"""Defects of peers that show in a window only."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from core.clock import monotonic
from core.domain.messages import FlattenStep
from gui.main_window import MainWindow
from tests.gui.window_desk import Desk, a_history, a_progress

_AT_ONCE_S = 0.3


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = Desk(tmp_path).window()
    qtbot.addWidget(made, before_close_func=lambda it: setattr(it, "_may_close", True))
    made.show()
    return made


def test_kp_k1_a_flatten_does_not_hold_up_the_window(window: MainWindow) -> None:
    began = monotonic()
    window.trading.flatten("button")
    assert monotonic() - began < _AT_ONCE_S


def test_kp_k3_the_window_says_done_only_with_proof(qtbot: QtBot, window: MainWindow) -> None:
    window.trading.flatten("button")
    headline = window.findChild(QDialog, "flattenDialog").findChild(QLabel, "flattenHeadline")
    window.on_batch([a_progress(FlattenStep.RECONCILE, second=1)])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    assert "완료" not in headline.text()
    window.on_batch([a_progress(FlattenStep.RECONCILE, is_done=True, second=2)])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    assert "완료" in headline.text()


def test_kp_k4_the_chart_exists(qtbot: QtBot, window: MainWindow) -> None:
    assert window.chart.isVisible()
    before = window.chart.grab().toImage()
    window.on_batch([a_history()])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    qtbot.waitUntil(lambda: window.chart.grab().toImage() != before)
