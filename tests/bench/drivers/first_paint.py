"""Gets hold of the main window from Qt's side; nothing of the project is changed."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5 import QtWidgets
from PyQt5.QtCore import QTimer


def after_first_paint(call: Callable[[QtWidgets.QMainWindow], None]) -> None:
    """Call with the first main window once it, with all in it, has been painted."""
    paint = QtWidgets.QMainWindow.paintEvent

    def painted(window: QtWidgets.QMainWindow, event: object) -> None:
        QtWidgets.QMainWindow.paintEvent = paint
        paint(window, event)
        # What lies in the window is painted in the same pass, after the window itself.
        QTimer.singleShot(0, lambda: call(window))

    QtWidgets.QMainWindow.paintEvent = painted
