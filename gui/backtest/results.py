"""What came of a run: figures, curves, trades, and the candles round a trade."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QSplitter, QVBoxLayout, QWidget

from core.backtest.market import SymbolBars
from core.backtest.run import Run
from core.domain.instrument import Instrument
from core.domain.portfolio import Trade
from gui import theme
from gui.backtest.curves import RunCurves
from gui.backtest.figures import FiguresTable
from gui.backtest.trades import trade_columns, trade_key
from gui.chart.bar_range import BarRange
from gui.chart.markers import Marker
from gui.chart.palette import DARK, LIGHT
from gui.chart.panel import ChartPanel
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.workspace import Workspace

_DAYS_ROUND = 3  # of candles shown before and after a trade's own
_BARS_SHOWN, _BARS_AFTER = 160, 40


class Results(QWidget):
    """Shows one run, and another one beside it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._space, self._tr = workspace, workspace.translator
        self._run: Run | None = None
        self.figures, self.curves = FiguresTable(self._tr, self), RunCurves(self._tr, self)
        self.table = RecordTable(trade_columns(), trade_key, self._tr, parent=self)
        self.trades = RecordView(self.table, self._tr, self)
        self.trades.setObjectName("backtestTrades")
        self.chart = ChartPanel(workspace.settings, self)
        self.trades.record_selected.connect(self.show_trade)
        self.trades.record_opened.connect(self.show_trade)
        self._tr.changed.connect(self._restyle)
        self._restyle()
        self._lay_out()

    def show_runs(self, this: Run | None, other: Run | None) -> None:
        """Show a run, and how it compares with another."""
        self._run = this
        metrics = [None if run is None else run.metrics for run in (this, other)]
        self.figures.show_runs(*metrics)
        self.curves.show_runs(this, other)
        trades = () if this is None else this.outcome.trades
        self.table.show_only(trades)
        if this is None:
            return
        self.chart.set_indicator_settings(this.settings)
        if trades:
            self.trades.selectRow(0)
            self.show_trade(trades[0])
        else:
            self._show_bars(this.market.symbols[0], len(this.market.symbols[0]) - 1, ())

    def show_trade(self, trade: Trade) -> None:
        """Show the candles round a trade, with all its symbol's trades among them."""
        run = self._run
        if run is None:
            return
        bars = run.market.symbols[run.market.names.index(trade.symbol)]
        at = int(np.searchsorted(bars.columns.start, trade.exit_time.timestamp()))
        own = [one for one in run.outcome.trades if one.symbol == trade.symbol]
        self._show_bars(bars, at, tuple(own))

    def _show_bars(self, bars: SymbolBars, at: int, trades: tuple[Trade, ...]) -> None:
        if not len(bars):
            return
        day = int(bars.day_of[at])
        first = int(bars.day_first[max(day - _DAYS_ROUND, 0)])
        last = min(day + _DAYS_ROUND, len(bars.day_first) - 1)
        end = int(bars.day_end[last])
        assert self._run is not None
        part = SymbolBars(
            bars.symbol, bars.columns.part(first, end), bars.day_first[:0], bars.closes[:0]
        )
        shown = part.bars(self._run.market.zone)
        name = self._space.context.names.get(bars.symbol, bars.symbol)
        self.chart.set_symbol(Instrument(bars.symbol, name))
        self.chart.set_timeframe(1)
        self.chart.set_history(shown)
        begin, until = shown[0].start, shown[-1].start
        near = [one for one in trades if begin <= one.entry_time and one.exit_time <= until]
        self.chart.set_markers([mark for one in near for mark in Marker.of_trade(one)])
        count = min(_BARS_SHOWN, len(shown))
        edge = min(at - first + _BARS_AFTER, len(shown))
        self.chart.canvas.show_bars(BarRange(max(edge - count, 0), count))

    def _restyle(self, *_: object) -> None:
        self.chart.set_palette(DARK if theme.current().is_dark else LIGHT)
        self.chart.set_language(self._tr.language)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange:
            self._restyle()

    def _lay_out(self) -> None:
        top, below, whole = QSplitter(self), QSplitter(self), QSplitter(Qt.Vertical, self)
        for widget in (self.figures, self.curves):
            top.addWidget(widget)
        for widget in (self.trades, self.chart):
            below.addWidget(widget)
        top.setSizes([360, 520])
        below.setSizes([420, 460])
        for part in (top, below):
            part.setChildrenCollapsible(False)
            whole.addWidget(part)
        whole.setSizes([270, 330])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(whole)
