"""Equity and drawdown of a finished run, with another run's behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pyqtgraph as pg
from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QWidget

from config.text import Text
from core.backtest.currency import WON, counted_in
from gui import theme
from gui.backtest.thinned import Curve
from gui.backtest.time_axis import TimeAxis
from gui.translator import Translator

EQUITY, DRAWDOWN = Text("평가자산", "Equity"), Text("낙폭 (%)", "Drawdown (%)")
_AXIS_PX = 84
_LEAST_WON = 10


class RunCurves(pg.GraphicsLayoutWidget):
    """Two panes over one time axis."""

    _lines: tuple[pg.PlotDataItem, ...] = ()

    def __init__(self, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("backtestCurves")
        self._tr, self._currency = translator, WON
        self._plots = [self.addPlot(row, 0, axisItems={"bottom": TimeAxis()}) for row in range(2)]
        self._other = self._plots[0].plot()
        self._lines = tuple(plot.plot() for plot in self._plots)
        self._plots[1].setXLink(self._plots[0])
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 2)
        self._plots[0].getAxis("left").tickStrings = _won_ticks
        self._plots[0].setLimits(minYRange=_LEAST_WON)  # or all numbers of a flat curve are equal
        for plot in self._plots:
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.getAxis("left").enableAutoSIPrefix(False)
            plot.getAxis("left").setWidth(_AXIS_PX)
        translator.changed.connect(self._restyle)
        self._restyle()
        for step in self.steps(None, None):
            step()

    def count_in(self, currency: Text) -> None:
        """Name the money of the equity."""
        self._currency = currency
        self._restyle()

    def steps(self, this: Curve | None, other: Curve | None) -> Iterator[Callable[[], object]]:
        """Yield what shows a run, with another one's equity behind its own, pane by pane."""
        yield partial(self._show_equity, this, other)
        yield partial(self._show_fall, this)

    def _show_equity(self, this: Curve | None, other: Curve | None) -> None:
        for line, curve in ((self._lines[0], this), (self._other, other)):
            line.setData(*([], []) if curve is None else (curve.time, curve.equity))
        self._number(0, this)

    def _show_fall(self, this: Curve | None) -> None:
        self._lines[1].setData(*([], []) if this is None else (this.fall_time, this.fall))
        self._number(1, this)

    def _number(self, pane: int, this: Curve | None) -> None:
        """Write numbers at the axes; without a curve they would mean nothing."""
        plot, has_points = self._plots[pane], this is not None and len(this.time) > 0
        left, bottom = plot.getAxis("left"), plot.getAxis("bottom")
        left.setStyle(showValues=has_points)
        bottom.setStyle(showValues=has_points and pane == 1)
        if this is not None and has_points:
            bottom.east_s = this.east_s
            plot.enableAutoRange()

    def _restyle(self, *_: object) -> None:
        colors = theme.current()
        self.setBackground(colors.background)
        fill = QColor(colors.down)
        fill.setAlpha(60)
        self._lines[0].setPen(pg.mkPen(colors.accent))
        self._other.setPen(pg.mkPen(colors.muted))
        self._lines[1].setPen(pg.mkPen(colors.down))
        self._lines[1].setFillLevel(0)
        self._lines[1].setFillBrush(fill)
        titles = (counted_in(EQUITY, self._currency), DRAWDOWN)
        for plot, title in zip(self._plots, titles, strict=True):
            plot.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.border)
                plot.getAxis(side).setTextPen(colors.muted)
            plot.setTitle(self._tr(title), color=colors.muted, size="8pt", justify="left")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange and self._lines:
            self._restyle()


def _won_ticks(values: list[float], scale: float, spacing: float) -> list[str]:
    return [f"{value:,.0f}" for value in values]
