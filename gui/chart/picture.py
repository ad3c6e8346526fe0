"""One painting of everything but crosshair and legends, and where it put things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from config.text import Text
from gui.chart.axes import (
    axis_width,
    chosen_times,
    paint_times,
    paint_times_grid,
    paint_values,
    paint_values_grid,
)
from gui.chart.bar_range import BarRange
from gui.chart.labels import paint_tag, spread
from gui.chart.legend import laid_out
from gui.chart.pane import Pane, stacked
from gui.chart.series import ChartSeries
from gui.chart.view import Style, View
from gui.chart.visible import Visible, look

EMPTY = Text("표시할 봉이 없습니다", "No bars to show yet")


@dataclass(frozen=True, slots=True)
class Part:
    """A pane as painted."""

    pane: Pane
    view: View
    axis: QRectF  # beside it, to the right
    legend_rows: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A painted chart."""

    pixmap: QPixmap
    visible: Visible
    parts: tuple[Part, ...]
    times: QRectF  # the time axis


@dataclass(frozen=True, slots=True)
class Surface:
    """The size a picture is made for, in pixels of the window system."""

    width: int
    height: int
    ratio: float  # device pixels in one of those
    font: QFont


def make_picture(
    series: ChartSeries, panes: Sequence[Pane], bars: BarRange, style: Style, surface: Surface
) -> Picture:
    """Paint the bars in sight into a new picture."""
    metrics = QFontMetricsF(surface.font)
    plot_width = max(surface.width - axis_width(series, metrics), 1)
    times_height = round(metrics.height()) + 6
    visible = look(series, bars, plot_width)
    areas = stacked(panes, plot_width, max(surface.height - times_height, 1))
    parts = tuple(
        _part(pane, visible, area, surface.width, metrics, style)
        for pane, area in zip(panes, areas, strict=False)
    )
    times = QRectF(0, surface.height - times_height, plot_width, times_height)
    pixmap = QPixmap(round(surface.width * surface.ratio), round(surface.height * surface.ratio))
    pixmap.setDevicePixelRatio(surface.ratio)
    picture = Picture(pixmap, visible, parts, times)
    painter = QPainter(pixmap)
    painter.setFont(surface.font)
    _paint(painter, picture, style)
    painter.end()
    return picture


def _part(
    pane: Pane, visible: Visible, area: QRectF, width: int, metrics: QFontMetricsF, style: Style
) -> Part:
    series = visible.series
    readings = pane.readings(series, len(series) - 1, style) if len(series) else []
    rows = len(laid_out(readings, metrics, area.width()))
    scale = pane.scale(visible, area, rows * metrics.height())
    axis = QRectF(area.right(), area.top(), width - area.right(), area.height())
    return Part(pane, View(visible, scale, area, style), axis, rows)


def _paint(painter: QPainter, picture: Picture, style: Style) -> None:
    visible, palette = picture.visible, style.palette
    metrics = QFontMetricsF(painter.font())
    painter.fillRect(painter.window(), QColor(palette.background))
    times = chosen_times(visible, metrics, style.language)
    plot = QRectF(0, 0, picture.times.width(), picture.times.top())
    paint_times_grid(painter, visible, times, plot, style)
    for part in picture.parts:
        _paint_part(painter, part, metrics)
    paint_times(painter, visible, times, picture.times, style)
    if not len(visible.candles) and picture.parts:
        painter.setPen(QColor(palette.muted))
        painter.drawText(picture.parts[0].view.area, Qt.AlignCenter, EMPTY.in_(style.language))
    painter.setPen(QColor(palette.border))
    for part in picture.parts:
        y = part.view.area.bottom()
        painter.drawLine(QPointF(0, y), QPointF(part.axis.right(), y))
    right = picture.times.right()
    painter.drawLine(QPointF(right, 0), QPointF(right, picture.times.top()))


def _paint_part(painter: QPainter, part: Part, metrics: QFontMetricsF) -> None:
    pane, view = part.pane, part.view
    painter.save()
    painter.setClipRect(view.area)
    paint_values_grid(painter, pane, view)
    for layer in pane.layers:
        layer.paint(painter, view)
    painter.restore()
    tags = [tag for layer in pane.layers for tag in layer.tags(view)]
    tags = [tag for tag in tags if view.area.top() <= view.scale.y(tag.value) <= view.area.bottom()]
    height = metrics.height() + 2
    rows = spread(
        [view.scale.y(tag.value) for tag in tags], height, part.axis.top(), part.axis.bottom()
    )
    if len(view.visible.candles):  # without bars numbers would mean nothing
        paint_values(painter, pane, view, part.axis, rows)
    for tag, y in zip(tags, rows, strict=True):
        box = QRectF(
            part.axis.left() + 1, round(y - height / 2), part.axis.width() - 1, round(height)
        )
        text = pane.axis_text(tag.value, view.visible.series.decimals, view.language)
        paint_tag(painter, box, text, tag.fill, tag.color, tag.frame)
