"""Equity and drawdown of a finished run, with another run's behind it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QWidget

from config.text import Text
from core.backtest.run import Run
from gui import theme
from gui.translator import Translator

EQUITY, DRAWDOWN = Text("평가자산 (원)", "Equity (won)"), Text("낙폭 (%)", "Drawdown (%)")
_POINTS = 2_000  # more than a screen has columns
_AXIS_PX = 84


class RunCurves(pg.GraphicsLayoutWidget):
    """Two panes over one time axis."""

    _lines: tuple[pg.PlotDataItem, ...] = ()

    def __init__(self, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("backtestCurves")
        self._tr = translator
        self._plots = [self.addPlot(row, 0, axisItems=_axis()) for row in range(2)]
        self._other = self._plots[0].plot()
        self._lines = tuple(plot.plot() for plot in self._plots)
        self._plots[1].setXLink(self._plots[0])
        self._plots[0].getAxis("bottom").setStyle(showValues=False)
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 2)
        self._plots[0].getAxis("left").tickStrings = _won_ticks
        for plot in self._plots:
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.getAxis("left").enableAutoSIPrefix(False)
            plot.getAxis("left").setWidth(_AXIS_PX)
        translator.changed.connect(self._restyle)
        self._restyle()

    def show_runs(self, this: Run | None, other: Run | None) -> None:
        for line, run in ((self._lines[0], this), (self._other, other)):
            line.setData(*(_thinned(run) if run else ([], [])))
        if this is None or not len(this.outcome.equity.time):
            self._lines[1].setData([], [])
            return
        moment = this.market.moment(int(this.outcome.equity.time[0]))
        east = moment.utcoffset()
        for plot in self._plots:
            plot.getAxis("bottom").utcOffset = -east.total_seconds() if east else 0
        times, equity = _thinned(this)
        self._lines[1].setData(times, (equity / np.maximum.accumulate(equity) - 1) * 100)
        for plot in self._plots:
            plot.enableAutoRange()

    def _restyle(self, *_: object) -> None:
        colors = theme.current()
        self.setBackground(colors.background)
        fill = QColor(colors.down)
        fill.setAlpha(60)
        self._lines[0].setPen(pg.mkPen(colors.accent, width=1.5))
        self._other.setPen(pg.mkPen(colors.muted, width=1))
        self._lines[1].setPen(pg.mkPen(colors.down, width=1))
        self._lines[1].setFillLevel(0)
        self._lines[1].setFillBrush(fill)
        for plot, title in zip(self._plots, (EQUITY, DRAWDOWN), strict=True):
            plot.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.border)
                plot.getAxis(side).setTextPen(colors.muted)
            plot.setTitle(self._tr(title), color=colors.muted, size="8pt", justify="left")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange and self._lines:
            self._restyle()


def _axis() -> dict[str, pg.AxisItem]:
    return {"bottom": pg.DateAxisItem()}


def _thinned(run: Run) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return times and equity, of each stretch the lowest and the highest point alone."""
    curve = run.outcome.equity
    time, equity = curve.time, curve.equity
    if len(time) <= _POINTS:
        return time, equity
    edges = np.linspace(0, len(time), _POINTS // 2 + 1).astype(np.int64)
    parts = [slice(first, end) for first, end in pairwise(edges.tolist())]
    kept = [
        part.start + offset
        for part in parts
        for offset in sorted({int(equity[part].argmin()), int(equity[part].argmax())})
    ]
    return time[kept], equity[kept]


def _won_ticks(values: list[float], scale: float, spacing: float) -> list[str]:
    return [f"{value:,.0f}" for value in values]
