"""A key sequence that only acts when it is pressed twice in a row."""

from __future__ import annotations

from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QWidget

WITHIN_MS = 2000


class TwiceShortcut(QObject):
    """Works in every window of the program; a key held down counts once.

    Signals:
        armed: pressed once; nothing happens unless it is pressed again within two seconds.
        pressed_twice: pressed again in time.
    """

    armed = pyqtSignal()
    pressed_twice = pyqtSignal()

    def __init__(self, keys: QKeySequence, parent: QWidget) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=WITHIN_MS)
        shortcut = QShortcut(keys, parent, context=Qt.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self._press)

    def forget(self) -> None:
        """Take the first press as never made; happens by itself after two seconds."""
        self._timer.stop()

    def _press(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.pressed_twice.emit()
        else:
            self._timer.start()
            self.armed.emit()
