"""The crosshair: where the mouse is, in bars and in values."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.chart.labels import paint_tag
from gui.chart.picture import Part, Picture
from gui.chart.time_axis import full_label
from gui.chart.view import Style


def paint_crosshair(painter: QPainter, picture: Picture, pointer: QPointF, style: Style) -> None:
    """Draw lines through the bar and value at `pointer`, with time and value on the axes."""
    row = picture.visible.row(pointer.x())
    if row is None or pointer.x() > picture.times.right():
        return
    x = int(picture.visible.pixel(row))
    painter.setPen(QPen(QColor(style.palette.crosshair), 1, Qt.DashLine))
    painter.drawLine(QPointF(x, 0), QPointF(x, picture.times.top()))
    part = part_at(picture, pointer.y())
    if part is not None:
        y = round(pointer.y())
        painter.drawLine(QPointF(0, y), QPointF(part.axis.left(), y))
        _paint_value(painter, part, y, style)
    _paint_time(painter, picture, row, x, style)


def part_at(picture: Picture, y: float) -> Part | None:
    """Return the pane at a pixel row."""
    for part in picture.parts:
        if part.view.area.top() <= y <= part.view.area.bottom():
            return part
    return None


def _paint_value(painter: QPainter, part: Part, y: float, style: Style) -> None:
    value = part.view.scale.value(y)
    height = QFontMetricsF(painter.font()).height() + 2
    top = min(max(y - height / 2, part.axis.top()), part.axis.bottom() - height)
    box = QRectF(part.axis.left() + 1, round(top), part.axis.width() - 1, round(height))
    decimals = part.view.visible.series.decimals if part.pane.follows_price else 2
    text = part.pane.axis_text(value, decimals, style.language)
    paint_tag(painter, box, text, style.palette.tag, style.palette.tag_text)


def _paint_time(painter: QPainter, picture: Picture, row: int, x: float, style: Style) -> None:
    series = picture.visible.series
    local = series.candle(row).local
    text = full_label(local, style.language, series.is_daily)
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12
    area = picture.times
    left = min(max(x - width / 2, area.left()), area.right() - width)
    box = QRectF(round(left), area.top() + 1, round(width), area.height() - 2)
    paint_tag(painter, box, text, style.palette.tag, style.palette.tag_text)
