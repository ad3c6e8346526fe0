"""Buy and sell scores: buying upwards in red, selling downwards in blue, with their thresholds."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from config.text import Text
from gui.chart.numbers import plain
from gui.chart.series import BUY_SCORE, SELL_SCORE, ChartSeries
from gui.chart.strokes import fill_rects, mixed
from gui.chart.view import Layer, Reading, Style, View
from gui.chart.visible import Visible

_NEAR = 1e-9  # a threshold counts as reached this close to it (strategy.md, section 3)
_PALE = 110


class ScoreLayer(Layer):
    """A bar for each score, pale below its threshold."""

    def __init__(self, buy_threshold: float, sell_threshold: float) -> None:
        self._buy, self._sell = buy_threshold, sell_threshold

    @property
    def marks(self) -> tuple[float, ...]:
        """Values worth a label: no score, and both thresholds."""
        return (-self._sell, 0.0, self._buy)

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        highest = [self._buy * 1.25, self._sell * 1.25]
        for name in (BUY_SCORE, SELL_SCORE):
            scores = visible.column_values(name)
            highest += scores[np.isfinite(scores)].tolist()
        return -max(highest), max(highest)

    def paint(self, painter: QPainter, view: View) -> None:
        zero = round(view.scale.y(0))
        across = QPointF(view.area.left(), zero), QPointF(view.area.right(), zero)
        painter.setPen(QColor(view.palette.separator))
        painter.drawLine(*across)
        self._paint_side(painter, view, BUY_SCORE, self._buy, 1)
        self._paint_side(painter, view, SELL_SCORE, self._sell, -1)

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        sides = (
            (BUY, BUY_SCORE, self._buy, style.palette.up_text),
            (SELL, SELL_SCORE, self._sell, style.palette.down_text),
        )
        return [
            Reading(
                title.in_(style.language),
                f"{plain(series.value(name, row), 2)} / {threshold:g}",
                color,
            )
            for title, name, threshold, color in sides
        ]

    def _paint_side(
        self, painter: QPainter, view: View, name: str, threshold: float, sign: int
    ) -> None:
        color = view.palette.up if sign > 0 else view.palette.down
        visible, scores = view.visible, view.visible.column_values(name)
        zero = round(view.scale.y(0))
        for alpha, rows in (
            (_PALE, np.flatnonzero((scores > 0) & (scores < threshold - _NEAR))),
            (255, np.flatnonzero(scores >= threshold - _NEAR)),
        ):
            ends = np.rint(view.scale.rows(sign * scores[rows])).astype(np.int64)
            left = visible.x[rows] - visible.body_width // 2
            top = np.minimum(ends, zero)
            fill_rects(
                painter, mixed(color, alpha), left, top, visible.body_width, np.abs(ends - zero)
            )
        y = round(view.scale.y(sign * threshold))
        painter.setPen(QPen(mixed(color, 170), 1, Qt.DashLine))
        painter.drawLine(QPointF(view.area.left(), y), QPointF(view.area.right(), y))


BUY, SELL = Text("매수점수", "Buy score"), Text("매도점수", "Sell score")
