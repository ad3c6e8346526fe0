"""Where the day's result stands between the loss limit and the target."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSizePolicy, QWidget

from gui import theme

SIZE = QSize(84, 22)
BAR_PX = 8


class LimitBar(QWidget):
    """A bar from the loss limit (left) over zero to the target (right), filled from zero.

    A limit that is switched off leaves its half hollow.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pct = 0.0
        self._loss_pct = self._target_pct = 0.0
        self.setSizePolicy(QSizePolicy.Fixed, QSizePolicy.Fixed)

    def set_limits(self, loss_pct: float, target_pct: float) -> None:
        """Set both ends, in percent of the day's start; 0 is no limit."""
        self._loss_pct, self._target_pct = loss_pct, target_pct
        self.update()

    def set_result(self, pct: float) -> None:
        """Show the day's return in percent."""
        if pct != self._pct:
            self._pct = pct
            self.update()

    @property
    def share(self) -> float:
        """How much of the limit on the present side is used: -1 to 0 losing, 0 to 1 winning."""
        return self.share_of(self._pct, self._loss_pct, self._target_pct)

    @staticmethod
    def share_of(pct: float, loss_pct: float, target_pct: float) -> float:
        """Return `pct` as a share of the limit on its side, cut at -1 and 1; 0 without one."""
        limit = target_pct if pct > 0 else loss_pct
        return max(-1.0, min(pct / limit, 1.0)) if limit else 0.0

    def sizeHint(self) -> QSize:
        return SIZE

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        middle, top = self.width() / 2, (self.height() - BAR_PX) / 2
        halves = ((0.0, self._loss_pct), (middle + 1, self._target_pct))
        painter.setPen(QColor(colors.border))
        for left, limit in halves:
            painter.setBrush(QColor(colors.border) if limit else Qt.NoBrush)
            painter.drawRect(QRectF(left, top, middle - 1, BAR_PX))
        painter.setPen(Qt.NoPen)
        width = self.share * (middle - 1)
        painter.setBrush(QColor(colors.up if width > 0 else colors.down))
        painter.drawRect(QRectF(middle + min(width, 0), top, abs(width), BAR_PX))
        painter.setBrush(QColor(colors.muted))
        painter.drawRect(QRectF(middle - 0.5, top - 3, 1, BAR_PX + 6))
        painter.end()
