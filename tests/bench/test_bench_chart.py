"""The chart against the candlestick item of pyqtgraph's own examples, both at 100,000 bars.

Run with `-m bench` on a quiet machine. Figures are medians in milliseconds, painted offscreen at
1400 x 800 by the raster engine, indicators and lower panes included on our side only.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyqtgraph
import pytest
from PyQt5.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt5.QtGui import QMouseEvent, QPainter, QPicture
from PyQt5.QtWidgets import QApplication

from core.clock import monotonic
from core.domain.market import Bar
from core.series import BarColumns
from gui.chart.bar_range import BarRange, fitted
from gui.chart.panel import ChartPanel
from tests.bench.figures import Figures

pytestmark = pytest.mark.bench

COUNT = 100_000
WIDTH, HEIGHT = 1400, 800
SEOUL = ZoneInfo("Asia/Seoul")
LAST = datetime(2024, 8, 5, 14, 59, tzinfo=SEOUL)


class CandlestickItem(pyqtgraph.GraphicsObject):
    """As in pyqtgraph/examples/customGraphicsItem.py: one QPicture of all bars."""

    def __init__(self, data: list[tuple[float, float, float, float, float]]) -> None:
        super().__init__()
        self.data = data
        self.generatePicture()

    def generatePicture(self) -> None:
        self.picture = QPicture()
        painter = QPainter(self.picture)
        painter.setPen(pyqtgraph.mkPen("w"))
        width = (self.data[1][0] - self.data[0][0]) / 3.0
        for t, open_, close, low, high in self.data:
            painter.drawLine(QPointF(t, low), QPointF(t, high))
            painter.setBrush(pyqtgraph.mkBrush("r" if open_ > close else "g"))
            painter.drawRect(QRectF(t - width, open_, width * 2, close - open_))
        painter.end()

    def paint(self, painter: QPainter, *args: object) -> None:
        painter.drawPicture(0, 0, self.picture)

    def boundingRect(self) -> QRectF:
        return QRectF(self.picture.boundingRect())


@pytest.fixture(scope="module")
def walk() -> dict[str, np.ndarray]:
    """100,000 minutes of 390 a day, ending at LAST."""
    rng = np.random.default_rng(1)
    close = 70_000 + 100 * np.cumsum(rng.integers(-2, 3, COUNT))
    close -= min(close.min() - 10_000, 0)
    opened = np.append(close[0], close[:-1])
    days, minutes = np.divmod(np.arange(COUNT)[::-1], 390)
    start = int(LAST.timestamp()) - days * 86_400 - minutes * 60
    return {
        "start": start,
        "local": start + 9 * 3600,
        "open": opened,
        "high": np.maximum(opened, close) + 100 * rng.integers(0, 3, COUNT),
        "low": np.minimum(opened, close) - 100 * rng.integers(0, 3, COUNT),
        "close": close,
        "volume": rng.integers(1, 50_000, COUNT),
    }


def median_ms(step: Callable[[int], None], times: int = 25) -> float:
    marks = [monotonic()]
    for number in range(times):
        step(number)
        marks.append(monotonic())
    return 1000 * statistics.median(after - before for before, after in pairwise(marks))


@pytest.fixture
def ours(qtbot, walk) -> ChartPanel:
    panel = ChartPanel()
    qtbot.addWidget(panel)
    panel.resize(WIDTH, HEIGHT)
    panel.set_history(BarColumns.from_arrays(**walk))
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def example(qtbot, walk) -> tuple[pyqtgraph.PlotWidget, CandlestickItem]:
    columns = (np.arange(COUNT), *(walk[name] for name in ("open", "close", "low", "high")))
    item = CandlestickItem(list(zip(*(column.tolist() for column in columns), strict=True)))
    plot = pyqtgraph.PlotWidget()
    qtbot.addWidget(plot)
    plot.resize(WIDTH, HEIGHT)
    plot.addItem(item)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot, item


@pytest.fixture
def report(figures: Figures) -> Callable[[str, float, float], float]:
    """Return a function that keeps a figure and returns how many times as fast we are."""

    def keep(what: str, our_ms: float, their_ms: float) -> float:
        ratio = their_ms / our_ms
        peer = f"pyqtgraph example {their_ms:,.0f} ms"
        figures.compare(f"chart: {what}", f"{our_ms:.2f} ms", peer, ratio)
        return ratio

    return keep


def moving_bar(number: int, close: float) -> Bar:
    price = close + 100 * (number % 9 - 4)
    high, low = max(close, price), min(close, price)
    return Bar("", LAST + timedelta(minutes=1), close, high, low, price, 100 + number)


def test_update_of_the_last_bar(report, ours, example, walk):
    plot, item = example
    close = float(walk["close"][-1])
    plot.setXRange(COUNT - 120, COUNT)

    def we_update(number: int) -> None:
        ours.set_forming(moving_bar(number, close))
        ours.canvas.repaint()

    def they_update(number: int) -> None:
        bar = moving_bar(number, close)
        item.data[-1] = (COUNT - 1, bar.open, bar.close, bar.low, bar.high)
        item.generatePicture()
        item.update()
        plot.viewport().repaint()

    our_ms, their_ms = median_ms(we_update, 60), median_ms(they_update, 3)
    assert report("last bar updated and painted, 120 bars in sight", our_ms, their_ms) > 50


@pytest.mark.parametrize("count", [120, 1_000, 10_000])
def test_pan_step(report, ours, example, count):
    plot, _ = example

    def we_pan(number: int) -> None:
        ours.canvas.show_bars(BarRange(50_000 + number * 3.0, count))
        ours.canvas.repaint()

    def they_pan(number: int) -> None:
        plot.setXRange(50_000 + number * 3, 50_000 + number * 3 + count, padding=0)
        plot.viewport().repaint()

    our_ms, their_ms = median_ms(we_pan, 40), median_ms(they_pan, 3)
    assert report(f"pan step, {count} bars in sight", our_ms, their_ms) > 5


def test_painting_of_all_bars(report, ours, example):
    plot, item = example

    def we_paint(number: int) -> None:
        ours.canvas.show_bars(fitted(COUNT))
        ours.canvas.repaint()

    def they_paint(number: int) -> None:
        item.generatePicture()
        plot.autoRange()
        plot.viewport().repaint()

    our_ms, their_ms = median_ms(we_paint, 20), median_ms(they_paint, 2)
    assert report("all 100,000 bars", our_ms, their_ms) > 5


def test_crosshair_move(figures, ours):
    def move(number: int) -> None:
        event = QMouseEvent(
            QEvent.MouseMove,
            QPointF(200 + 5 * number, 300),
            Qt.NoButton,
            Qt.NoButton,
            Qt.NoModifier,
        )
        QApplication.sendEvent(ours.canvas, event)
        ours.canvas.repaint()

    before = ours.canvas.picture()
    figures.note("chart: crosshair moved", f"{median_ms(move, 40):.2f} ms")
    assert ours.canvas.picture() is before
