"""The values at one bar, at the top of each pane, wrapped into as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter

from gui.chart.palette import ChartPalette
from gui.chart.view import Reading

_MARGIN, _BETWEEN, _AFTER_NAME = 6, 12, 4
_MOST_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Placed:
    """One reading in its row."""

    reading: Reading
    name_x: float
    value_x: float
    end: float


Rows = list[list[_Placed]]


def laid_out(groups: Sequence[Sequence[Reading]], metrics: QFontMetricsF, width: float) -> Rows:
    """Place the readings in at most three rows of `width` pixels; each group begins a new one."""
    rows: Rows = []
    for group in groups:
        x = width
        for reading in group:
            name = metrics.horizontalAdvance(reading.name) + _AFTER_NAME if reading.name else 0.0
            needed = name + metrics.horizontalAdvance(reading.value)
            if x + needed > width - _MARGIN:
                rows.append([])
                x = _MARGIN
            rows[-1].append(_Placed(reading, x, x + name, x + needed))
            x += needed + _BETWEEN
    return rows[:_MOST_ROWS]


def paint_legend(
    painter: QPainter, area: QRectF, rows: Rows, palette: ChartPalette, paper: QColor
) -> None:
    """Write the rows from the upper left corner of `area`, on a strip of `paper`."""
    metrics = QFontMetricsF(painter.font())
    top, height = area.top() + 3, metrics.height()
    for row in rows:
        painter.fillRect(QRectF(area.left() + _MARGIN / 2, top, row[-1].end, height), paper)
        for placed in row:
            baseline = top + metrics.ascent()
            painter.setPen(QColor(palette.muted))
            painter.drawText(QPointF(area.left() + placed.name_x, baseline), placed.reading.name)
            painter.setPen(QColor(placed.reading.color))
            painter.drawText(QPointF(area.left() + placed.value_x, baseline), placed.reading.value)
        top += height
