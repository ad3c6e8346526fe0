"""The chart as a panel: symbol, price, time frame and indicators above the painted part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from config.schema import Settings
from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import BarClosed, PositionView
from core.series import BarColumns
from gui.chart.bar_range import BarRange
from gui.chart.canvas import ChartCanvas
from gui.chart.composition import Composition
from gui.chart.ghosts import GhostLayer
from gui.chart.header import LONG_TIMEFRAMES, SHORT_TIMEFRAMES, ChartHeader
from gui.chart.levels import LastPriceLayer, LevelLayer, levels_of
from gui.chart.markers import Marker, MarkerLayer
from gui.chart.palette import ChartPalette
from gui.chart.series import ChartSeries
from gui.chart.view import Style

_NAME = Text("차트", "Chart")
_KEYS = Text(
    "방향키 이동·확대, Home/End 처음·마지막, 0 전체, 1·3·5 분봉",
    "Arrows move and zoom, Home/End oldest and newest, 0 all, 1, 3, 5 minutes",
)
_FRAME_KEYS = {Qt.Key_1: 1, Qt.Key_3: 3, Qt.Key_5: 5}


class ChartPanel(QWidget):
    """Candles, indicators, scores and trades of one symbol.

    Methods may be called hundreds of times a second: the picture is painted once for all of them.

    Signals:
        barClicked: aware start of the bar (datetime) that was clicked.
        timeframeChanged: minutes of one bar, as chosen by the trader or `set_timeframe`.
    """

    barClicked = pyqtSignal(object)
    timeframeChanged = pyqtSignal(int)

    def __init__(self, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chartPanel")
        self._composition = Composition(settings or Settings())
        self._series = ChartSeries(self._composition.indicators)
        self._instrument: Instrument | None = None
        self._style = Style()
        self._hidden: set[str] = set()
        self._markers, self._levels, self._last = MarkerLayer(), LevelLayer(), LastPriceLayer()
        self._ghosts = GhostLayer()
        self._position: PositionView | None = None
        self.header = ChartHeader(self)
        self.canvas = ChartCanvas(self._series, self)
        self.canvas.setObjectName("chartCanvas")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)
        self.setFocusProxy(self.canvas)
        self.header.timeframe_chosen.connect(self.set_timeframe)
        self.header.shown_changed.connect(self._show)
        self.canvas.bar_clicked.connect(self._click)
        self.header.set_timeframe(self._series.timeframe)
        self._compose()
        self.set_language(self._style.language)

    def set_symbol(self, instrument: Instrument) -> None:
        """Show another symbol, empty until its history comes."""
        self._instrument = instrument
        self._last.previous_close = instrument.previous_close
        self._markers.set(())
        self._ghosts.set((), ())
        self._position = None
        self.header.set_instrument(instrument)
        self.set_history(())

    def set_history(self, bars: Sequence[Bar] | BarColumns, zone: tzinfo | None = None) -> None:
        """Replace all by closed 1-minute bars, oldest first; columns become the chart's own.

        `zone` is the exchange's; `Bar`s bring theirs.
        """
        self._series.load(bars, zone)
        self.canvas.show_newest(self.canvas.bars.count)
        self._refresh()

    def append_bar(self, event: BarClosed) -> None:
        """Add one closed 1-minute bar; left out if of another symbol or not newer than the last."""
        if self._is_ours(event.bar.symbol) and self._series.append(event):
            self._refresh()

    def set_forming(self, bar: Bar | None) -> None:
        """Show the 1-minute bar that still moves."""
        if bar is None or self._is_ours(bar.symbol):
            self._series.set_forming(bar)
            self._refresh()

    def set_markers(self, markers: Sequence[Marker]) -> None:
        self._markers.set(markers)
        self.canvas.redraw()

    def add_marker(self, marker: Marker) -> None:
        self._markers.add(marker)
        self.canvas.redraw()

    def set_ghosts(self, buys: Sequence[int] = (), sells: Sequence[int] = ()) -> None:
        """Mark the bars (starts, UTC epoch s) that other settings would have bought or sold at."""
        self._ghosts.set(buys, sells)
        self.canvas.redraw()

    def minutes(self) -> BarColumns:
        """Return the closed 1-minute bars, oldest first; what comes later is not in it."""
        return self._series.minutes()

    def set_position(self, position: PositionView | None) -> None:
        """Show the lines of an open position; None, or one without shares, takes them away."""
        self._position = position
        self._refresh()

    def set_veil(self, text: str) -> None:
        """Grey the chart out under `text`; empty takes the veil away."""
        self.canvas.set_veil(text)

    @property
    def timeframe(self) -> int:
        """Minutes of one bar; 1440 for days."""
        return self._series.timeframe

    def set_timeframe(self, minutes: int) -> None:
        """Show bars of `minutes`, at the same moment of the market as before."""
        bars, total = self.canvas.bars, len(self._series)
        if minutes != self._series.timeframe:
            is_following = bars.follows(total)
            edge = min(int(bars.end), total) - 1
            moment = None if is_following else self._series.candle(edge).local
            self._series.set_timeframe(minutes)
            self._show_around(None if moment is None else self._series.start_of(moment), bars.count)
            self.timeframeChanged.emit(minutes)
        self.header.set_timeframe(minutes)

    def set_palette(self, palette: ChartPalette) -> None:
        self._style = Style(palette, self._style.language)
        self.canvas.set_style(self._style)

    def set_language(self, language: str) -> None:
        """Speak "ko" or "en" from now on."""
        self._style = Style(self._style.palette, language)
        self.header.set_language(language)
        self.canvas.set_style(self._style)
        self.canvas.setAccessibleName(_NAME.in_(language))
        self.canvas.setAccessibleDescription(_KEYS.in_(language))

    @property
    def language(self) -> str:
        return self._style.language

    def set_indicator_settings(self, settings: Settings) -> None:
        """Compute and draw the indicators and thresholds of other settings."""
        self._composition = Composition(settings)
        self._series.set_indicators(self._composition.indicators)
        self._compose()

    def save_state(self) -> dict[str, Any]:
        """Return what the trader chose, as JSON values, for `restore_state`."""
        return {
            "timeframe": self.timeframe,
            "visible_bars": round(self.canvas.bars.count, 2),
            "hidden": sorted(self._hidden),
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take what `save_state` gave; what is missing or makes no sense stays as it is."""
        hidden, count = state.get("hidden"), state.get("visible_bars")
        if isinstance(hidden, list):
            self._hidden = {key for key in hidden if isinstance(key, str)}
            self._compose()
        if state.get("timeframe") in (*SHORT_TIMEFRAMES, *LONG_TIMEFRAMES):
            self.set_timeframe(state["timeframe"])
        if isinstance(count, int | float) and count > 0:
            self.canvas.show_newest(float(count))

    def _is_ours(self, symbol: str) -> bool:
        return self._instrument is None or symbol == self._instrument.symbol

    def _refresh(self) -> None:
        price = self._last.price(self._series)
        self.header.set_price(price, self._series.decimals)
        self._levels.levels = levels_of(self._position, self._series.decimals)
        self.canvas.take_new_bars()

    def _compose(self) -> None:
        self.header.set_choices(self._composition.choices(), self._hidden)
        self._set_panes()

    def _set_panes(self) -> None:
        layers = (self._last, self._levels, self._markers, self._ghosts)
        self.canvas.set_panes(self._composition.panes(layers, self._hidden))

    def _show(self, key: str, is_shown: bool) -> None:
        (self._hidden.discard if is_shown else self._hidden.add)(key)
        self._set_panes()

    def _show_around(self, moment: Any, count: float) -> None:
        row = None if moment is None else self._series.row_at(moment)
        if row is None:
            self.canvas.show_newest(count)
        else:
            self.canvas.show_bars(BarRange(row + 1 - count, count))

    def _click(self, row: int) -> None:
        self.barClicked.emit(self._series.start_of(self._series.candle(row).local))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        minutes = _FRAME_KEYS.get(event.key())
        if minutes is None:
            super().keyPressEvent(event)
        else:
            self.set_timeframe(minutes)
