"""Grid lines, the values at the right border and the times at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.chart.numbers import plain
from gui.chart.pane import Pane
from gui.chart.scale import Floats, ticks
from gui.chart.series import ChartSeries
from gui.chart.time_axis import TimeTick, day_label, day_starts, time_ticks
from gui.chart.view import Style, View
from gui.chart.visible import Visible

_ROW_PX = 34  # between two grid lines at least
_DAY_PX = 24  # between two day separators at least
_DAY_LEFT_PX = 6


def axis_width(series: ChartSeries, metrics: QFontMetricsF) -> int:
    """Return the pixels the widest price needs, with room for a rise by the daily limit."""
    total = len(series)
    close = series.candle(total - 1).close if total else 0
    sample = plain(close * 1.3, series.decimals)
    return round(max(metrics.horizontalAdvance(sample), metrics.horizontalAdvance("00.00만")) + 14)


def chosen_times(visible: Visible, metrics: QFontMetricsF, language: str) -> list[TimeTick]:
    """Return the time labels of this painting."""
    gap = metrics.horizontalAdvance("00/00(월)") + 16
    return _kept_ticks(visible.candles.local.tobytes(), visible.x.tobytes(), gap, language)


@lru_cache(maxsize=4)
def _kept_ticks(local: bytes, x: bytes, gap: float, language: str) -> list[TimeTick]:
    # While trades move the newest bar, neither times nor places change.
    columns = np.frombuffer(x, np.int64)
    return time_ticks(np.frombuffer(local, np.int64), columns + 0.5, gap, language)


def paint_times_grid(
    painter: QPainter, visible: Visible, times: Sequence[TimeTick], area: QRectF, style: Style
) -> None:
    """Draw upright lines through all panes: at the labels, and where a day begins."""
    is_daily = visible.series.is_daily
    painter.setPen(QColor(style.palette.grid))
    _draw_upright(painter, visible.x[[t.column for t in times if is_daily or not t.is_day]], area)
    days = visible.x[day_starts(visible.candles.local)] - visible.body_width // 2 - 1
    if not is_daily and len(days) * _DAY_PX <= area.width():
        painter.setPen(QPen(QColor(style.palette.separator), 1, Qt.DashLine))
        _draw_upright(painter, days, area)


def paint_values_grid(painter: QPainter, pane: Pane, view: View) -> None:
    """Draw a level line at each value of the pane's axis."""
    area = view.area
    rows = [round(view.scale.y(value)) for value in axis_values(pane, view)[0].tolist()]
    painter.setPen(QColor(view.palette.grid))
    painter.drawLines([QLineF(area.left(), y, area.right(), y) for y in rows])


def _draw_upright(painter: QPainter, columns: NDArray[np.int64], area: QRectF) -> None:
    painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x in columns.tolist()])


def paint_values(
    painter: QPainter, pane: Pane, view: View, axis: QRectF, taken: Sequence[float]
) -> None:
    """Write the axis values beside a pane, but not where tags stand (pixel rows `taken`).

    Of two that would meet the one farther from zero is written: a threshold rather than no score.
    """
    written = list(taken)
    metrics = QFontMetricsF(painter.font())
    height = metrics.height()
    values, decimals = axis_values(pane, view)
    painter.setPen(QColor(view.palette.muted))
    for value in sorted(values.tolist(), key=abs, reverse=True):
        y = view.scale.y(value)
        fits = axis.top() + height / 2 <= y + 1 and y - 1 <= axis.bottom() - height / 2
        if fits and all(abs(y - other) >= height for other in written):
            written.append(y)
            place = QRectF(axis.left(), y - height / 2, axis.width() - 6, height)
            text = pane.axis_text(value, decimals, view.language)
            painter.drawText(place, Qt.AlignRight | Qt.AlignVCenter, text)


def paint_times(
    painter: QPainter, visible: Visible, times: Sequence[TimeTick], area: QRectF, style: Style
) -> None:
    """Write the time labels below the panes, first the day of the oldest bar in sight.

    A label that would be cut off, or meet that day, is left out.
    """
    if not len(visible.candles):
        return
    metrics = QFontMetricsF(painter.font())
    day = day_label(int(visible.candles.local[0]), style.language)
    left = area.left() + _DAY_LEFT_PX + metrics.horizontalAdvance(day) + _DAY_LEFT_PX
    painter.setPen(QColor(style.palette.text))
    painter.drawText(area.adjusted(_DAY_LEFT_PX, 0, 0, 0), Qt.AlignLeft | Qt.AlignVCenter, day)
    for tick in times:
        x, width = float(visible.x[tick.column]) + 0.5, metrics.horizontalAdvance(tick.text)
        if x - width / 2 < left or x + width / 2 > area.right():
            continue
        painter.setPen(QColor(style.palette.text if tick.is_day else style.palette.muted))
        place = QRectF(x - width, area.top(), 2 * width, area.height())
        painter.drawText(place, Qt.AlignCenter, tick.text)


def axis_values(pane: Pane, view: View) -> tuple[Floats, int]:
    """Return the values to write beside a pane, and the decimals they need."""
    if pane.marks:
        return np.array(pane.marks), 0
    area = view.area
    low, high = view.scale.value(area.bottom()), view.scale.value(area.top())
    return ticks(low, high, max(int(area.height() / _ROW_PX), 2))
