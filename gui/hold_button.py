"""A button that only acts after it was held, so that no stray click sells everything."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QPushButton, QWidget

HOLD_MS = 1000
STEP_MS = 25


class HoldButton(QPushButton):
    """Held for a second by the left mouse button, or by Space; a fill shows how far it is.

    Time is counted in ticks of a timer, not read from a clock: after a moment in which the window
    could not hear the release, the time of that moment must not count as held.

    Signals:
        held: it was held to the end; once for each time it is pressed.
        released_early: let go before that.
    """

    held = pyqtSignal()
    released_early = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticks = 0
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self.step)

    @property
    def progress(self) -> float:
        """How far it is held, 0 to 1."""
        return min(self._ticks * STEP_MS / HOLD_MS, 1.0)

    @property
    def is_held(self) -> bool:
        """Whether it is pressed and on its way."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Start to count."""
        self._ticks = 0
        self._timer.start()
        self.update()

    def end(self) -> None:
        """Let go; before the end nothing happens."""
        if self.is_held:
            self._timer.stop()
            self.released_early.emit()
        self._ticks = 0
        self.update()

    def step(self) -> None:
        """Count one tick of the timer while it is pressed."""
        if not self.is_held:
            return
        self._ticks += 1
        self.update()
        if self.progress >= 1:
            self._timer.stop()
            self.held.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.LeftButton:
            self.begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not self.rect().contains(event.pos()):
            self.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() == Qt.Key_Space and not event.isAutoRepeat():
            self.begin()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if event.key() == Qt.Key_Space and not event.isAutoRepeat():
            self.end()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._ticks:
            return
        painter = QPainter(self)
        painter.setPen(Qt.NoPen)
        painter.setBrush(QColor(255, 255, 255, 110))
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        area.setWidth(area.width() * self.progress)
        painter.drawRect(area)
        painter.end()
