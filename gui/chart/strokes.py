"""Batched drawing: many shapes in one call to Qt, from numpy columns.

A call for each bar takes a hundred times as long, as in the usual candlestick example.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt5 import sip
from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QPainter, QPen
from pyqtgraph.functions import arrayToQPath, arrayToQPolygonF

from gui.chart.candle_columns import Floats

_FAR = 20_000  # pixels; beyond any screen, within 32 bits


def fill_rects(
    painter: QPainter,
    color: QColor,
    left: NDArray[Any],
    top: ArrayLike,
    width: ArrayLike,
    height: ArrayLike,
) -> None:
    """Fill whole-pixel rectangles without outline; all but `left` may be one number for all.

    Rows with NaN must be left out before.
    """
    count = len(left)
    if not count:
        return
    sides = np.empty((count, 4))
    sides[:, 0], sides[:, 1], sides[:, 2], sides[:, 3] = left, top, width, height
    np.clip(sides, -_FAR, _FAR, out=sides)
    # A QRect is four 32-bit numbers: left, top, and the column and row of its last pixel.
    sides[:, 2:] += sides[:, :2] - 1
    rects = sip.array(QRect, count)
    cells = np.frombuffer(sip.voidptr(rects, count * 16), dtype=np.int32)
    cells.reshape(count, 4)[:] = sides
    painter.setPen(Qt.NoPen)
    painter.setBrush(color)
    painter.drawRects(rects)


def stroke_line(painter: QPainter, pen: QPen, x: Floats, y: Floats) -> None:
    """Draw a line through the points, broken where `y` is NaN."""
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return
    part = slice(known[0], known[-1] + 1)
    connect = "all" if len(known) == part.stop - part.start else "finite"
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.NoBrush)
    painter.drawPath(arrayToQPath(x[part], y[part].clip(-_FAR, _FAR), connect=connect))
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
