"""What came of a run: figures, curves, trades, and the candles round a trade."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from PyQt5.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QSplitter, QVBoxLayout, QWidget

from config.schema import Settings
from core.backtest.currency import WON
from core.domain.instrument import Instrument
from core.domain.portfolio import Trade
from gui import theme
from gui.backtest.curves import RunCurves
from gui.backtest.elsewhere import Asking, Elsewhere
from gui.backtest.figures import FiguresTable
from gui.backtest.job import Done
from gui.backtest.messages import Failed
from gui.backtest.trades import trade_columns, trade_key
from gui.backtest.works import Around, Candles
from gui.chart.bar_range import BarRange
from gui.chart.markers import Marker
from gui.chart.palette import DARK, LIGHT
from gui.chart.panel import ChartPanel
from gui.models.filling import Filling
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.workspace import Workspace

_BARS_SHOWN, _BARS_AFTER = 160, 40


class Results(QWidget):
    """Shows one run, and another one beside it.

    Signals:
        failed: `Text` that says why something of a run can't be shown.
    """

    failed = pyqtSignal(object)

    def __init__(
        self, workspace: Workspace, elsewhere: Elsewhere, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._space, self._tr = workspace, workspace.translator
        self._done: Done | None = None
        self._wish: Around | None = None
        self._drawn: Settings | None = None  # by which the chart's indicators are
        self._looking = Asking(elsewhere, self)
        self.figures, self.curves = FiguresTable(self._tr, self), RunCurves(self._tr, self)
        self.table = RecordTable(trade_columns(), trade_key, self._tr, parent=self)
        self.trades = RecordView(self.table, self._tr, self)
        self.trades.setObjectName("backtestTrades")
        self._filling, self._stepping = Filling(self.table, self), QTimer(self, interval=0)
        self._steps: list[Callable[[], object]] = []
        self._stepping.timeout.connect(self._step)
        self.chart = ChartPanel(workspace.settings, self)
        self.trades.record_selected.connect(self.show_trade)
        self.trades.record_opened.connect(self.show_trade)
        self._filling.begun.connect(self._select_first)
        self._looking.ended.connect(self._show_candles)
        self._looking.failed.connect(self._fail)
        self._tr.changed.connect(self._restyle)
        self._restyle()
        self._lay_out()

    def show_runs(self, this: Done | None, other: Done | None) -> None:
        """Show a run, and how it compares with another."""
        results = [None if done is None else done.result for done in (this, other)]
        curves = [None if one is None else one.curve for one in results]
        metrics = [None if one is None else one.metrics for one in results]
        currency = WON if this is None else this.result.currency
        self.figures.show_runs(metrics[0], metrics[1], currency)
        self.curves.count_in(currency)
        # One after the other, or Qt would paint all of it in one go.
        self._steps = [*self.curves.steps(*curves)]
        if this is not self._done:
            self._done = this
            self._filling.stop()
            self._steps += [partial(self._filling.show, () if this is None else this.trades)]
            if this is not None and not this.trades:
                self._steps += [partial(self._look, *this.result.last)]
        self._stepping.start()

    def _step(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        if not self._steps:
            self._stepping.stop()

    def show_trade(self, trade: Trade) -> None:
        """Show the candles round a trade, with all its symbol's trades among them."""
        self._look(trade.symbol, round(trade.exit_time.timestamp()))

    def _look(self, symbol: str, moment: int) -> None:
        """Ask for candles; of several wishes the newest counts."""
        if self._done is not None:
            self._wish = Around(self._done.result.run, symbol, moment)
            self._ask()

    def _ask(self) -> None:
        if self._wish is not None and self._looking.ask(self._wish):
            self._wish = None

    def _fail(self, failed: Failed) -> None:
        self._ask()
        self.failed.emit(failed.text)

    def _show_candles(self, found: Candles) -> None:
        self._ask()
        columns = found.columns
        if not len(columns):
            return
        name = self._space.context.names.get(found.symbol, found.symbol)
        self.chart.set_symbol(Instrument(found.symbol, name))
        if self._done is not None and self._drawn is not self._done.request.settings:
            self._drawn = self._done.request.settings
            self.chart.set_indicator_settings(self._drawn)
        self.chart.set_timeframe(1)
        self.chart.set_history(columns, ZoneInfo(found.zone))
        self.chart.set_markers([mark for one in found.trades for mark in Marker.of_trade(one)])
        count = min(_BARS_SHOWN, len(columns))
        edge = min(found.at + _BARS_AFTER, len(columns))
        self.chart.canvas.show_bars(BarRange(max(edge - count, 0), count))

    def _select_first(self) -> None:
        if self.table.records:
            self.trades.selectRow(0)
            self.show_trade(self.trades.current_record())

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
