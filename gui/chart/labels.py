"""Small boxes with a value: on the axes, on price lines, under the crosshair."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter


def paint_tag(
    painter: QPainter, area: QRectF, text: str, fill: str, color: str, frame: str = ""
) -> None:
    """Paint a filled box with its text in the middle, framed where `frame` is a colour."""
    painter.setPen(QColor(frame or fill))
    painter.setBrush(QColor(fill))
    painter.drawRect(area.adjusted(0, 0, -1, -1))
    painter.setPen(QColor(color))
    painter.drawText(area, Qt.AlignCenter, text)


def paint_pill(
    painter: QPainter, left: float, middle: float, text: str, fill: str, color: str
) -> None:
    """Paint a framed box as wide as its text, beginning at `left`, round the row `middle`."""
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 2
    width = metrics.horizontalAdvance(text) + 10
    area = QRectF(round(left), round(middle - height / 2), round(width), round(height))
    painter.setPen(QColor(color))
    painter.setBrush(QColor(fill))
    painter.drawRect(area)
    painter.drawText(area, Qt.AlignCenter, text)


def spread(middles: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Move boxes of one height apart until none overlaps, keeping their order from top to bottom.

    They stay within [top, bottom]; with more boxes than room the uppermost ones leave it.
    """
    order = sorted(range(len(middles)), key=lambda number: middles[number])
    placed = list(middles)
    free = top + height / 2
    for number in order:
        placed[number] = max(placed[number], free)
        free = placed[number] + height
    free = bottom - height / 2
    for number in reversed(order):
        placed[number] = min(placed[number], free)
        free = placed[number] - height
    return placed
