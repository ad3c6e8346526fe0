"""Batched drawing: many shapes in one call to Qt, from numpy columns.

A call for each bar costs a hundred times as much: that is why the usual candlestick example is slow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PyQt5 import sip
from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QPainter, QPen
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF

from gui.chart.series import Floats

_FAR = 20_000  # pixels; beyond any screen, within 32 bits


def fill_rects(
    painter: QPainter,
    color: QColor,
    left: ArrayLike,
    top: ArrayLike,
    width: ArrayLike,
    height: ArrayLike,
) -> None:
    """Fill whole-pixel rectangles given by columns (single numbers stand for all), without outline.

    Rows with NaN must be left out before.
    """
    sides = np.broadcast_arrays(left, top, width, height)
    count = sides[0].size
    if not count:
        return
    # A QRect is four 32-bit numbers: left, top, and the last pixel's column and row.
    rects = sip.array(QRect, count)
    cells = np.frombuffer(sip.voidptr(rects, count * 16), dtype=np.int32).reshape(count, 4)
    cells[:, :2] = np.clip(np.column_stack(sides[:2]), -_FAR, _FAR)
    cells[:, 2:] = cells[:, :2] + np.column_stack(sides[2:]).clip(0, 2 * _FAR).astype(np.int32) - 1
    painter.setPen(Qt.NoPen)
    painter.setBrush(color)
    painter.drawRects(rects)


def stroke_line(painter: QPainter, pen: QPen, x: Floats, y: Floats) -> None:
    """Draw a line through the points, broken where `y` is NaN."""
    is_known = np.isfinite(y)
    if not is_known.any():
        return
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.NoBrush)
    rows = np.clip(y, -_FAR, _FAR)
    painter.drawPath(arrayToQPath(x, rows, connect="all" if is_known.all() else "finite"))
    painter.setRenderHint(QPainter.Antialiasing, False)


def fill_between(painter: QPainter, color: QColor, x: Floats, upper: Floats, lower: Floats) -> None:
    """Fill the area between two lines, one piece for each run where both are known."""
    is_known = np.isfinite(upper) & np.isfinite(lower)
    edges = np.flatnonzero(np.diff(is_known, prepend=False, append=False))
    painter.setPen(Qt.NoPen)
    painter.setBrush(color)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        part = slice(start, end)
        across = np.concatenate((x[part], x[part][::-1]))
        along = np.concatenate((upper[part], lower[part][::-1])).clip(-_FAR, _FAR)
        painter.drawPolygon(arrayToQPolygonF(across, along))


def mixed(color: str, alpha: int) -> QColor:
    """Return a colour with `alpha` of 255."""
    made = QColor(color)
    made.setAlpha(alpha)
    return made
