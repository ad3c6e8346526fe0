"""Indicator values drawn as their indicators ask: lines, and bands filled between two lines."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from core.indicators import Pane, Plot, Shape
from gui.chart.numbers import plain
from gui.chart.series import ChartSeries, Floats
from gui.chart.strokes import fill_between, fill_rects, mixed, stroke_line
from gui.chart.view import Layer, Reading, Style, View
from gui.chart.visible import Visible, extent


class LineLayer(Layer):
    """The lines of a plot, in one colour."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        return extent(*(visible.trace(name)[1] for name in self._plot.names))

    def paint(self, painter: QPainter, view: View) -> None:
        pen = QPen(QColor(view.palette.line(self._plot.color)), 1)
        for name in self._plot.names:
            x, values = view.visible.trace(name)
            stroke_line(painter, pen, x, view.scale.rows(values))

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        decimals = series.decimals if self._plot.pane is Pane.PRICE else 2
        values = " ".join(plain(series.value(name, row), decimals) for name in self._plot.names)
        return [
            Reading(
                self._plot.title.in_(style.language), values, style.palette.line(self._plot.color)
            )
        ]


class BandLayer(LineLayer):
    """Low, middle and high line, with the area between low and high tinted."""

    def paint(self, painter: QPainter, view: View) -> None:
        color, rows = view.palette.line(self._plot.color), view.scale.rows
        x, lows, middles, highs = self._points(view)
        self._fill(painter, mixed(color, 26), view, x, rows(highs), rows(lows))
        for values in (lows, highs):
            stroke_line(painter, QPen(mixed(color, 190), 1), x, rows(values))
        stroke_line(painter, QPen(mixed(color, 150), 1, Qt.DashLine), x, rows(middles))

    def _points(self, view: View) -> tuple[Floats, Floats, Floats, Floats]:
        x = view.visible.trace(self._plot.names[0])[0]
        low, middle, high = (view.visible.trace(name)[1] for name in self._plot.names)
        return x, low, middle, high

    def _fill(
        self, painter: QPainter, color: QColor, view: View, x: Floats, upper: Floats, lower: Floats
    ) -> None:
        if view.visible.starts is None:
            fill_between(painter, color, x, upper, lower)
            return
        # Every second point is a column's lowest value, the one after it its highest. A polygon of
        # such zigzags takes forty times as long as a rectangle for each column.
        top, bottom = upper[1::2], lower[::2]
        is_known = np.isfinite(top) & np.isfinite(bottom)
        height = bottom[is_known] - top[is_known]
        fill_rects(painter, color, view.visible.x[is_known], top[is_known], 1, height)


class GuideLayer(Layer):
    """Levels across a pane; the space beyond the outer two is tinted, as for overbought and oversold."""

    def __init__(self, levels: tuple[float, ...], colors: tuple[str, str] = ("down", "up")) -> None:
        self._levels = sorted(levels)
        self._colors = colors  # roles below the lowest and above the highest level

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        return (self._levels[0], self._levels[-1]) if self._levels else None

    def paint(self, painter: QPainter, view: View) -> None:
        area = view.area
        if len(self._levels) > 1:
            low, high = view.scale.y(self._levels[0]), view.scale.y(self._levels[-1])
            below, above = (mixed(getattr(view.palette, role), 18) for role in self._colors)
            painter.fillRect(QRectF(area.left(), low, area.width(), area.bottom() - low), below)
            painter.fillRect(
                QRectF(area.left(), area.top(), area.width(), high - area.top()), above
            )
        painter.setPen(QPen(QColor(view.palette.separator), 1, Qt.DashLine))
        for level in self._levels:
            y = round(view.scale.y(level))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def layers_of(plot: Plot) -> list[Layer]:
    """Return what draws a plot, the undermost first."""
    line: Layer = BandLayer(plot) if plot.shape is Shape.BAND else LineLayer(plot)
    return [GuideLayer(plot.guides), line] if plot.guides else [line]
