"""Signals that other settings would have given: hollow marks that no trade stands behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from gui.chart.view import Layer, View

_RADIUS, _GAP = 4, 16  # pixels; beyond the triangles of real trades


class GhostLayer(Layer):
    """A hollow circle below a bar that would be bought, above one that would be sold."""

    def __init__(self) -> None:
        self.set((), ())

    def set(self, buys: Sequence[int], sells: Sequence[int]) -> None:
        """Take the starts of bars (UTC epoch seconds, ascending)."""
        self.buys, self.sells = (np.array(each, np.int64) for each in (buys, sells))

    def paint(self, painter: QPainter, view: View) -> None:
        painter.setRenderHint(QPainter.Antialiasing, True)
        painter.setBrush(Qt.NoBrush)
        for starts, color, is_buy in (
            (self.buys, view.palette.up, True),
            (self.sells, view.palette.down, False),
        ):
            painter.setPen(QPen(QColor(color), 1.5))
            for row in _in_sight(starts, view):
                candle = view.visible.series.candle(row)
                y = view.scale.y(candle.low) + _GAP if is_buy else view.scale.y(candle.high) - _GAP
                at = QPointF(view.visible.pixel(row) + 0.5, y)
                painter.drawEllipse(at, _RADIUS, _RADIUS)


def _in_sight(starts: NDArray[np.int64], view: View) -> list[int]:
    """Return the rows to mark, one where marks would lie upon each other."""
    visible = view.visible
    if not len(starts):
        return []
    rows = visible.series.rows_of(starts)
    rows = rows[(rows >= visible.first) & (rows < visible.end)]
    cells = (rows * visible.pitch).astype(np.int64) // _RADIUS
    _, firsts = np.unique(cells, return_index=True)
    return rows[firsts].tolist()
