"""The values at one bar, at the top of each pane, wrapped into as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter

from gui.chart.palette import ChartPalette
from gui.chart.view import Reading

_MARGIN, _BETWEEN, _AFTER_NAME = 6, 12, 4
_MOST_ROWS = 3


def rows_needed(readings: Sequence[Reading], metrics: QFontMetricsF, width: float) -> int:
    """Return the rows the legend takes, at most three."""
    return len(_wrapped(readings, metrics, width)[:_MOST_ROWS])


def paint_legend(
    painter: QPainter, area: QRectF, readings: Sequence[Reading], palette: ChartPalette, rows: int
) -> None:
    """Write the readings from the upper left corner; what does not fit into `rows` is left out."""
    metrics = QFontMetricsF(painter.font())
    baseline = area.top() + 3 + metrics.ascent()
    for row in _wrapped(readings, metrics, area.width())[:rows]:
        x = area.left() + _MARGIN
        for reading in row:
            painter.setPen(QColor(palette.muted))
            painter.drawText(QPointF(x, baseline), reading.name)
            x += _name_width(reading, metrics)
            painter.setPen(QColor(reading.color))
            painter.drawText(QPointF(x, baseline), reading.value)
            x += metrics.horizontalAdvance(reading.value) + _BETWEEN
        baseline += metrics.height()


def _wrapped(
    readings: Sequence[Reading], metrics: QFontMetricsF, width: float
) -> list[list[Reading]]:
    rows: list[list[Reading]] = []
    used = width
    for reading in readings:
        needed = _name_width(reading, metrics) + metrics.horizontalAdvance(reading.value)
        if used + needed > width - _MARGIN:
            rows.append([])
            used = _MARGIN
        rows[-1].append(reading)
        used += needed + _BETWEEN
    return rows


def _name_width(reading: Reading, metrics: QFontMetricsF) -> float:
    return metrics.horizontalAdvance(reading.name) + _AFTER_NAME if reading.name else 0.0
