"""A line of text that ends in "…" where there is no room for all of it."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """`text()` stays whole; give it a tool tip that says all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.PlainText)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)

    @property
    def shown(self) -> str:
        """What is painted of the text."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.ElideRight, self.contentsRect().width()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        is_enabled, role = self.isEnabled(), self.foregroundRole()
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            is_enabled,
            self.shown,
            role,
        )
        painter.end()
