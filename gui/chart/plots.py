"""Indicator values drawn as their indicators ask: lines, and bands filled between two lines."""

from __future__ import annotations

from itertools import pairwise

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from core.indicators import Pane, Plot, Shape
from gui.chart.numbers import plain
from gui.chart.series import ChartSeries
from gui.chart.strokes import fill_between, mixed, stroke_line
from gui.chart.time_axis import day_starts
from gui.chart.view import Layer, Reading, Style, View
from gui.chart.visible import Visible, extent

_MOST_DAYS = 60  # in sight; with more of them the jumps are too close to be seen


class LineLayer(Layer):
    """The lines of a plot, in one colour."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        return extent(*(visible.trace(name) for name in self._plot.names))

    def paint(self, painter: QPainter, view: View) -> None:
        pen = QPen(QColor(view.palette.line(self._plot.color)), 1)
        for name in self._plot.names:
            rows = view.scale.rows(view.visible.trace(name))
            for part in self._parts(view.visible):
                stroke_line(painter, pen, view.visible.x[part] + 0.5, rows[part])

    def _parts(self, visible: Visible) -> list[slice]:
        """Return the columns of each unbroken line."""
        starts = day_starts(visible.candles.local) if self._plot.restarts_daily else ()
        is_daily = len(starts) == len(visible.x) - 1
        if is_daily or not 0 < len(starts) <= _MOST_DAYS:
            return [slice(None)]
        return [slice(a, b) for a, b in pairwise((0, *starts, len(visible.x)))]

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        decimals = series.decimals if self._plot.pane is Pane.PRICE else 2
        values = " ".join(plain(series.value(name, row), decimals) for name in self._plot.names)
        color = style.palette.line(self._plot.color)
        return [Reading(self._plot.title.in_(style.language), values, color)]


class BandLayer(LineLayer):
    """Low, middle and high line, with the area between low and high tinted."""

    def paint(self, painter: QPainter, view: View) -> None:
        color, x = view.palette.line(self._plot.color), view.visible.x + 0.5
        low, middle, high = (view.scale.rows(view.visible.trace(name)) for name in self._plot.names)
        fill_between(painter, mixed(color, 26), x, high, low)
        for rows in (low, high):
            stroke_line(painter, QPen(mixed(color, 190), 1), x, rows)
        stroke_line(painter, QPen(mixed(color, 150), 1, Qt.DashLine), x, middle)


class GuideLayer(Layer):
    """Levels across a pane; beyond the outer two it is tinted (overbought, oversold)."""

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
