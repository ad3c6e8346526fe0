"""Feeds the chart with the selected symbol's history, bars, quotes, trades and position."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QEvent, QObject

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.messages import (
    BarClosed,
    FillRecorded,
    HistoryReady,
    QuoteUpdated,
    SymbolState,
    SymbolStateChanged,
    TradeClosed,
)
from core.domain.order import Side
from gui import theme
from gui.chart.markers import Marker
from gui.chart.palette import DARK, LIGHT
from gui.chart.panel import ChartPanel
from gui.workspace import Workspace

_VEILS = {
    SymbolState.DEAD: Text("시세 끊김: {}. 새로 사지 않습니다", "No data: {}. Nothing is bought"),
    SymbolState.SUSPECT: Text(
        "시세 이상: {}. 새로 사지 않습니다", "Suspect: {}. Nothing is bought"
    ),
}


class ChartLink(QObject):
    """Keeps one chart at the selected symbol."""

    def __init__(self, workspace: Workspace, chart: ChartPanel) -> None:
        super().__init__(chart)
        self._space, self._latest, self._chart = workspace, workspace.latest, chart
        self._markers: dict[str, list[Marker]] = {}
        bridge = workspace.bridge
        bridge.histories_loaded.connect(self._take_histories)
        bridge.bars_closed.connect(self._take_bars)
        bridge.quotes_updated.connect(self._take_quotes)
        bridge.fills_recorded.connect(self._take_fills)
        bridge.trades_closed.connect(self._take_trades)
        bridge.accounts_updated.connect(self._show_position)
        bridge.symbol_states_changed.connect(self._show_veil)
        workspace.symbol_selected.connect(self._show_symbol)
        workspace.settings_changed.connect(chart.set_indicator_settings)
        workspace.translator.changed.connect(self._translate)
        chart.installEventFilter(self)
        self._restyle()
        self._translate()

    def _show_symbol(self, symbol: str) -> None:
        latest, chart = self._latest, self._chart
        name = latest.name(symbol)
        chart.set_symbol(latest.instruments.get(symbol) or Instrument(symbol, name))
        history = latest.histories.get(symbol)
        if history is not None:
            chart.set_history(history.bars)
        for event in latest.bars.get(symbol, ()):
            chart.append_bar(event)
        quote = latest.quotes.get(symbol)
        chart.set_forming(quote.forming if quote else None)
        chart.set_markers(self._markers.get(symbol, ()))
        self._show_position()
        self._show_veil()

    def _take_histories(self, events: list[HistoryReady]) -> None:
        if self._space.symbol in {event.instrument.symbol for event in events}:
            self._show_symbol(self._space.symbol)

    def _take_bars(self, events: list[BarClosed]) -> None:
        for event in events:
            if event.bar.symbol == self._space.symbol:
                self._chart.append_bar(event)

    def _take_quotes(self, events: list[QuoteUpdated]) -> None:
        for quote in events:
            if quote.symbol == self._space.symbol:
                self._chart.set_forming(quote.forming)
                self._show_position()

    def _take_fills(self, events: list[FillRecorded]) -> None:
        for event in events:
            marker = Marker.of_fill(event)
            self._markers.setdefault(event.fill.symbol, []).append(marker)
            if event.fill.symbol == self._space.symbol:
                self._chart.add_marker(marker)

    def _take_trades(self, events: list[TradeClosed]) -> None:
        """Write the result beside the sale that closed the round trip."""
        for event in events:
            trade = event.trade
            markers = self._markers.get(trade.symbol, [])
            if not markers or markers[-1].side is not Side.SELL:
                continue
            _, exit_ = Marker.of_trade(trade)
            markers[-1] = replace(markers[-1], pnl=exit_.pnl, pnl_pct=exit_.pnl_pct)
            if trade.symbol == self._space.symbol:
                self._chart.set_markers(markers)

    def _show_position(self, *events: object) -> None:
        self._chart.set_position(self._latest.position(self._space.symbol))

    def _show_veil(self, *events: list[SymbolStateChanged]) -> None:
        """Grey the chart out while its symbol's data are not to be believed, and say why."""
        change = self._latest.data.get(self._space.symbol)
        form = None if change is None else _VEILS.get(change.state)
        if change is None or form is None:
            self._chart.set_veil("")
        else:
            self._chart.set_veil(self._space.translator(form.format(change.text)))

    def _translate(self) -> None:
        self._chart.set_language(self._space.translator.language)
        self._show_veil()

    def _restyle(self) -> None:
        self._chart.set_palette(DARK if theme.current().is_dark else LIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.PaletteChange:
            self._restyle()
        return super().eventFilter(watched, event)
