"""Signals that other settings would have given: hollow marks that no trade stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from core.domain.order import Side
from gui.chart.view import Layer, View

_RADIUS, _GAP = 4, 16  # pixels; beyond the triangles of real trades


class GhostLayer(Layer):
    """A hollow circle below a bar that would be bought, above one that would be sold."""

    def __init__(self) -> None:
        self._signals: Sequence[tuple[datetime, Side]] = ()

    def set(self, signals: Sequence[tuple[datetime, Side]]) -> None:
        """Take the starts of bars, with what they would say."""
        self._signals = signals

    def paint(self, painter: QPainter, view: View) -> None:
        visible = view.visible
        if not self._signals or not len(visible.candles):
            return
        since = visible.series.start_of(float(visible.candles.local[0]))
        painter.setRenderHint(QPainter.Antialiasing, True)
        painter.setBrush(Qt.NoBrush)
        for time, side in self._signals:
            row = visible.series.row_at(time) if time >= since else None
            if row is None or not visible.first <= row < visible.end:
                continue
            candle, is_buy = visible.series.candle(row), side is Side.BUY
            color = view.palette.up if is_buy else view.palette.down
            painter.setPen(QPen(QColor(color), 1.5))
            y = view.scale.y(candle.low) + _GAP if is_buy else view.scale.y(candle.high) - _GAP
            painter.drawEllipse(QPointF(visible.pixel(row) + 0.5, y), _RADIUS, _RADIUS)
