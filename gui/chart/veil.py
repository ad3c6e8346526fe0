"""What lies over a chart whose data are not to be believed: grey, and a line that says why."""

from __future__ import annotations

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QPainter

from gui.chart.palette import ChartPalette
from gui.chart.strokes import mixed

_STRENGTH = 165  # of the grey, of 255
_LINE_PX = 30
_TOP_PX = 40  # below the legends


def paint_veil(painter: QPainter, area: QRect, text: str, palette: ChartPalette) -> None:
    """Grey `area` out and write `text` on a band near its top."""
    painter.fillRect(area, mixed(palette.background, _STRENGTH))
    band = QRect(area.left(), area.top() + _TOP_PX, area.width(), _LINE_PX)
    painter.fillRect(band, QColor(palette.tag))
    painter.setPen(QColor(palette.tag_text))
    inner = band.adjusted(8, 0, -8, 0)
    line = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, line)
