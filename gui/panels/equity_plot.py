"""Equity and drawdown over time."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyqtgraph as pg
from PyQt5.QtCore import QEvent, QTimer
from PyQt5.QtGui import QColor, QShowEvent
from PyQt5.QtWidgets import QWidget

from config.text import Text
from gui import theme
from gui.translator import Translator

EQUITY = Text("평가자산 (원)", "Equity (won)")
DRAWDOWN = Text("낙폭 (%)", "Drawdown (%)")
REDRAW_MS = 500  # a curve of a day does not need more


class Curve:
    """Equity by time, in arrays that grow by doubling."""

    def __init__(self) -> None:
        self._times = np.empty(256)
        self._values = np.empty(256)
        self._count = 0

    @property
    def times(self) -> np.ndarray:
        """Return the times as seconds since 1970."""
        return self._times[: self._count]

    @property
    def values(self) -> np.ndarray:
        return self._values[: self._count]

    @property
    def drawdown_pct(self) -> np.ndarray:
        """Return how far each value lies below the highest before it, 0 or below."""
        peak = np.maximum.accumulate(self.values)
        return (self.values / peak - 1) * 100

    def add(self, time: datetime, value: float) -> None:
        """Add a point; one of the same second replaces the last."""
        second = float(int(time.timestamp()))
        if self._count and second <= self._times[self._count - 1]:
            self._values[self._count - 1] = value
            return
        if self._count == len(self._times):
            self._times = np.resize(self._times, self._count * 2)
            self._values = np.resize(self._values, self._count * 2)
        self._times[self._count], self._values[self._count] = second, value
        self._count += 1


class EquityPlot(pg.GraphicsLayoutWidget):
    """Two panes over one time axis; redrawn while it can be seen, twice a second at most."""

    _lines: tuple[pg.PlotDataItem, ...] = ()

    def __init__(self, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = translator
        self.curve = Curve()
        self._equity = self.addPlot(0, 0, axisItems={"bottom": pg.DateAxisItem()})
        self._drawdown = self.addPlot(1, 0, axisItems={"bottom": pg.DateAxisItem()})
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 2)
        self.ci.layout.setVerticalSpacing(0)
        self._lines = (self._equity.plot(), self._drawdown.plot())
        self._drawdown.setXLink(self._equity)
        self._equity.getAxis("bottom").setStyle(showValues=False)
        for plot in (self._equity, self._drawdown):
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.getAxis("left").enableAutoSIPrefix(False)
            plot.getAxis("left").setWidth(84)
        self._equity.getAxis("left").tickStrings = _won_ticks
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        translator.changed.connect(self._restyle)
        self._restyle()

    def add(self, time: datetime, equity: float) -> None:
        """Add a point of the curve, in won."""
        if not self.curve.values.size:
            east = time.utcoffset() or timedelta()
            for plot in (self._equity, self._drawdown):
                plot.getAxis("bottom").utcOffset = -east.total_seconds()
        self.curve.add(time, equity)
        if not self._timer.isActive():
            self._timer.start()

    def _redraw(self) -> None:
        if not self.isVisible() or not self.curve.values.size:
            return
        equity, drawdown = self._lines
        equity.setData(self.curve.times, self.curve.values)
        drawdown.setData(self.curve.times, self.curve.drawdown_pct)

    def _restyle(self) -> None:
        colors = theme.current()
        self.setBackground(colors.background)
        fill = QColor(colors.down)
        fill.setAlpha(60)
        self._lines[0].setPen(pg.mkPen(colors.accent, width=1.5))
        self._lines[1].setPen(pg.mkPen(colors.down, width=1))
        self._lines[1].setFillLevel(0)
        self._lines[1].setFillBrush(fill)
        for plot, title in ((self._equity, EQUITY), (self._drawdown, DRAWDOWN)):
            plot.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.border)
                plot.getAxis(side).setTextPen(colors.muted)
            plot.setTitle(self._tr(title), color=colors.muted, size="8pt", justify="left")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # pyqtgraph changes its palette while it is being made.
        if event.type() == QEvent.PaletteChange and self._lines:
            self._restyle()


def _won_ticks(values: list[float], scale: float, spacing: float) -> list[str]:
    return [f"{value:,.0f}" for value in values]
