"""The program round the window: what is said where no window opens."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PyQt5.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from gui.application import show_refusal
from tests import project

REFUSED = """
from gui import application

class Told(application.QMessageBox):
    def showEvent(self, event):
        super().showEvent(event)
        print(self.text())

application.QMessageBox = Told
application._REFUSAL_MS = 0
{}
application.show_refusal("the home is taken")
"""


def told(change: str) -> str:
    """Return what the box of a process of its own says, after a change of the module."""
    command = [sys.executable, "-c", REFUSED.format(change)]
    ended = subprocess.run(
        command, cwd=project.ROOT, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    return ended.stdout.strip()


@pytest.fixture(autouse=True)
def _painted_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_a_refused_start_is_told_in_a_box_that_goes_by_itself() -> None:
    assert told("application._UNSEEN = ()") == "the home is taken"


def test_no_box_waits_where_nobody_can_see_it() -> None:
    assert told("") == ""


def test_no_box_stops_a_program_that_has_an_application_already(qtbot: QtBot) -> None:
    show_refusal("the home is taken")
    boxes = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMessageBox)]
    assert boxes == []
