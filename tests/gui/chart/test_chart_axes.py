from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter, QPixmap

from config.text import Text
from gui.chart.axes import paint_values
from gui.chart.pane import Pane
from gui.chart.scale import Scale
from gui.chart.view import Style, View


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-2, 2, {-1.5, 0.0, 0.5}), (-6, 6, {-1.5, 0.5}), (-60, 60, {-1.5})],
)
def test_values_never_meet_and_a_threshold_goes_before_the_zero(
    qapp: Any, low: float, high: float, expected: set[float]
) -> None:
    written: set[float] = set()

    def text(value: float, decimals: int, language: str) -> str:
        written.add(value)
        return ""

    area, axis = QRectF(0, 0, 100, 200), QRectF(100, 0, 50, 200)
    view = View(None, Scale(low, high, 0, 200), area, Style())  # type: ignore[arg-type]
    pane = Pane("scores", Text.of("scores"), marks=(-1.5, 0.0, 0.5), axis_text=text)
    picture = QPixmap(150, 200)
    painter = QPainter(picture)
    paint_values(painter, pane, view, axis, taken=())
    painter.end()
    assert written == expected
