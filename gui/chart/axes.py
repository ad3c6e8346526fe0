"""Grid lines, the values at the right border and the times at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.chart.numbers import plain
from gui.chart.pane import Pane
from gui.chart.scale import ticks
from gui.chart.series import ChartSeries
from gui.chart.time_axis import TimeTick, day_starts, time_ticks
from gui.chart.view import Style, View
from gui.chart.visible import Visible

_ROW_PX = 34  # between two grid lines at least
_DAY_PX = 24  # between two day separators at least


def axis_width(series: ChartSeries, metrics: QFontMetricsF) -> int:
    """Return the pixels the widest price needs, with room for a rise by the daily limit."""
    total = len(series)
    close = float(series.candles(total - 1, total).close[0]) if total else 0.0
    sample = plain(close * 1.3, series.decimals)
    return round(max(metrics.horizontalAdvance(sample), metrics.horizontalAdvance("00.00만")) + 14)


def chosen_times(visible: Visible, metrics: QFontMetricsF, language: str) -> list[TimeTick]:
    """Return the time labels of this painting."""
    gap = metrics.horizontalAdvance("00/00(월)") + 16
    candles = visible.candles
    return time_ticks(candles.local, visible.x + 0.5, gap, language)


def paint_grid(painter: QPainter, pane: Pane, view: View, times: Sequence[TimeTick]) -> None:
    """Draw the lines behind a pane: values, times, and where a day begins."""
    area, visible, palette = view.area, view.visible, view.palette
    painter.setPen(QColor(palette.grid))
    for value in _values(view)[0]:
        y = round(view.scale.y(value))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
    for tick in times:
        x = float(visible.x[tick.column])
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    if visible.series.is_daily:
        return
    days = visible.x[day_starts(visible.candles.local)] - visible.body_width // 2 - 1
    if len(days) and area.width() / len(days) >= _DAY_PX:
        painter.setPen(QPen(QColor(palette.separator), 1, Qt.DashLine))
        for x in days.tolist():
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def paint_values(
    painter: QPainter, pane: Pane, view: View, axis: QRectF, taken: Sequence[float]
) -> None:
    """Write the grid's values beside a pane, but not where a tag is going to stand (rows `taken`)."""
    metrics = QFontMetricsF(painter.font())
    height = metrics.height()
    values, decimals = _values(view)
    painter.setPen(QColor(view.palette.muted))
    for value in values.tolist():
        y = view.scale.y(value)
        fits = axis.top() + height / 2 <= y + 1 and y - 1 <= axis.bottom() - height / 2
        if fits and all(abs(y - other) >= height for other in taken):
            place = QRectF(axis.left(), y - height / 2, axis.width() - 6, height)
            text = pane.axis_text(value, decimals, view.language)
            painter.drawText(place, Qt.AlignRight | Qt.AlignVCenter, text)


def paint_times(
    painter: QPainter, visible: Visible, times: Sequence[TimeTick], area: QRectF, style: Style
) -> None:
    """Write the time labels below the panes; a label that would be cut off is left out."""
    metrics = QFontMetricsF(painter.font())
    for tick in times:
        x, width = float(visible.x[tick.column]) + 0.5, metrics.horizontalAdvance(tick.text)
        if x - width / 2 < area.left() or x + width / 2 > area.right():
            continue
        painter.setPen(QColor(style.palette.text if tick.is_day else style.palette.muted))
        place = QRectF(x - width, area.top(), 2 * width, area.height())
        painter.drawText(place, Qt.AlignCenter, tick.text)


def _values(view: View) -> tuple[np.ndarray, int]:
    return ticks(
        view.scale.value(view.area.bottom()),
        view.scale.value(view.area.top()),
        int(view.area.height() / _ROW_PX),
    )
