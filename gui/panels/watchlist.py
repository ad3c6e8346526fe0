"""관심종목: live quotes, scores and what the engine is doing with each symbol."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PyQt5.QtCore import QTimer

from config.sections import MarketOptions
from config.text import Text
from core.domain.messages import (
    AccountUpdated,
    AuctionIndicated,
    BarClosed,
    HistoryReady,
    OrderUpdated,
    PredictorReported,
    QuoteUpdated,
    SymbolStateChanged,
)
from core.predict.options import AiOptions
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.models.watch_row import WatchRow
from gui.panels.common_columns import name_column, price, shares, symbol_column
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.workspace import Workspace

ENABLE_HELP = Text(
    "켜면 새로 매수합니다. 꺼도 보유분의 손절과 익절은 계속됩니다",
    "On: may be bought. Off: what is held keeps its stop and target",
)
CHANGE = Text("대비", "Change")
RATE = Text("등락률", "Chg %")
VOLUME, THOUSANDS = Text("거래량", "Volume"), Text("{}천", "{}K")
STRENGTH = Text("체결강도", "Strength")
FAILED = Text("오류", "Error")
QUOTE_COLUMNS = (3, 7)  # from the price to the strength, the only ones a quote changes
AI_COLUMN = 10
NO_ANSWER = -math.inf
WIDEST_STATUS = Text("예상 000,000 ▲", "Exp. 000,000 ▲")
HUNDRED_MILLION = 100_000_000
COUNT_MS = 500  # between two looks at the countdowns of interruptions


def _quoted(field: str) -> Callable[[WatchRow], Any]:
    """Return a reader of one field of the quote."""

    def read(row: WatchRow) -> Any:
        return None if row.quote is None else getattr(row.quote, field)

    return read


def _volume_text(volume: int) -> str | Text:
    """Return thousands where the shares themselves have no room: "146,927K"."""
    is_short = volume < HUNDRED_MILLION
    return fmt.number(volume) if is_short else THOUSANDS.format(fmt.number(volume // 1_000))


def _strength_text(strength: float) -> str:
    """Return two decimals, as the HTS does, as long as there is room for them."""
    return fmt.decimal(strength, 2 if strength < 999.995 else 0)


def _prediction_pct(row: WatchRow) -> float | None:
    """Return the AI's answer in percent; a failed request sorts below every answer."""
    report = row.prediction
    if report is None:
        return None
    return NO_ANSWER if report.value is None else report.value * 100


def _prediction_text(pct: float) -> str | Text:
    return FAILED if pct == NO_ANSWER else fmt.percent(pct)


def _prediction_tone(row: WatchRow) -> str | None:
    report = row.prediction
    if report is None:
        return None
    return "warning" if report.value is None else by_sign(_prediction_pct)(row)


def _prediction_tip(row: WatchRow) -> str | None:
    return row.prediction.error if row.prediction else None


def _score(key: str, title: Text, of: Callable[[WatchRow], float | None], tone: str) -> Column:
    def lit(row: WatchRow) -> str:
        return tone if of(row) else "muted"

    return Column(key, title, of, fmt.score, tone=lit, sample="00.00")


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(row: WatchRow) -> str:
        return row.symbol

    moved = by_sign(_quoted("change"))
    return [
        Column("on", Text("사용", "On"), lambda r: r.is_enabled, help=ENABLE_HELP, is_check=True),
        symbol_column(symbol),
        _name_column(workspace, symbol),
        price("price", Text("현재가", "Price"), _quoted("price"), moved),
        Column("change", CHANGE, _quoted("change"), fmt.change, tone=moved, sample="▲ 00,000"),
        Column(
            "change_pct", RATE, _quoted("change_pct"), fmt.percent, tone=moved, sample="+00.00%"
        ),
        Column("volume", VOLUME, _quoted("volume"), _volume_text),
        Column("strength", STRENGTH, _quoted("strength"), _strength_text, sample="000.00"),
        _score("buy", Text("매수점수", "Buy"), lambda r: r.buy, "up"),
        _score("sell", Text("매도점수", "Sell"), lambda r: r.sell, "down"),
        _prediction_column(workspace),
        shares("held", Text("보유", "Held"), lambda r: r.held or None),
        _status_column(),
    ]


def _prediction_column(workspace: Workspace) -> Column:
    def is_hidden() -> bool:
        return not workspace.settings[AiOptions].enabled

    return Column(
        "ai",
        Text.of("AI"),
        _prediction_pct,
        _prediction_text,
        tone=_prediction_tone,
        tip=_prediction_tip,
        sample="+0.00%",
        is_hidden=is_hidden,
    )


def _name_column(workspace: Workspace, symbol: Callable[[WatchRow], str]) -> Column:
    """Names of what is stopped or warned of stand out, also where the status is out of sight."""

    def tone(row: WatchRow) -> str | None:
        if row.has_bad_data:
            return "error"
        return "warning" if row.warnings or row.is_halted or row.interruption else None

    def tip(row: WatchRow) -> Text:
        name, warned = workspace.latest.name(row.symbol), row.tip
        return Text(f"{name}\n{warned.ko}".rstrip(), f"{name}\n{warned.en}".rstrip())

    return replace(name_column(workspace, symbol), tone=tone, tip=tip)


def _status_column() -> Column:
    return Column(
        "status",
        Text("상태", "Status"),
        lambda row: row.status,
        lambda status: status.text,
        Align.CENTER,
        lambda row: row.status.tone,
        lambda row: row.tip,
        sample=WIDEST_STATUS,
    )


def _known(event: HistoryReady) -> dict[str, Any]:
    """Return what a row takes from a symbol's history and master data."""
    instrument = event.instrument
    return {
        "is_loaded": True,
        "note": event.note,
        "is_halted": instrument.is_halted,
        "warnings": instrument.warnings,
        "previous_close": instrument.previous_close,
    }


@panel("watchlist", Text("관심종목", "Watchlist"), Area.LEFT, 10, "Alt+1")
class WatchlistPanel(RecordPanel):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace, "watchlistTable", _columns(workspace), key=lambda row: row.symbol
        )
        self.table.checked.connect(self._enable)
        bridge = workspace.bridge
        bridge.histories_loaded.connect(self._show_histories)
        bridge.quotes_updated.connect(self._show_quotes)
        bridge.bars_closed.connect(self._show_scores)
        bridge.predictors_reported.connect(self._show_predictions)
        bridge.orders_updated.connect(self._show_orders)
        bridge.accounts_updated.connect(self._show_holdings)
        for signal in (bridge.interrupted, bridge.resumed, bridge.phases_changed):
            signal.connect(self._show_market)
        bridge.auctions_indicated.connect(self._show_indications)
        bridge.symbol_states_changed.connect(self._show_data)
        self._counting = QTimer(self, interval=COUNT_MS)
        self._counting.timeout.connect(self._count_down)
        workspace.settings_changed.connect(self._show_symbols)
        workspace.settings_changed.connect(self._show_ai)
        self._has_ai = workspace.settings[AiOptions].enabled
        self._off = set(workspace.settings[MarketOptions].symbols_off)
        self._show_symbols()

    def _show_symbols(self, *settings: Any) -> None:
        options = self.workspace.settings[MarketOptions]
        switched = self._off.symmetric_difference(options.symbols_off)
        self._off = set(options.symbols_off)
        symbols = self.workspace.symbols
        self.table.show_only(self._row(symbol) for symbol in symbols)
        shown = switched.intersection(symbols)
        self._change({symbol: {"is_enabled": symbol not in self._off} for symbol in shown})

    def _show_ai(self, *settings: Any) -> None:
        """Show or hide the AI's column where the AI has just been switched."""
        has_ai = self.workspace.settings[AiOptions].enabled
        if has_ai != self._has_ai:
            self._has_ai = has_ai
            self.view.setColumnHidden(AI_COLUMN, not has_ai)

    def _row(self, symbol: str) -> WatchRow:
        return self.table.get(symbol) or WatchRow(symbol, is_enabled=symbol not in self._off)

    def _change(self, changes: Mapping[str, dict[str, Any]]) -> None:
        self.table.put(replace(self._row(symbol), **change) for symbol, change in changes.items())

    def _show_quotes(self, quotes: list[QuoteUpdated]) -> None:
        rows = (replace(self._row(quote.symbol), quote=quote) for quote in quotes)
        self.table.put(rows, QUOTE_COLUMNS)

    def _show_histories(self, events: list[HistoryReady]) -> None:
        self._change({event.instrument.symbol: _known(event) for event in events})

    def _show_market(self, *events: object) -> None:
        """Show anew what is stopped and what is in an auction, in every row that it changes."""
        market, now = self.workspace.latest.market, self.workspace.context.clock.now()
        changes = {}
        for row in self.table.records:
            stop, at = market.interruption(row.symbol), market.indication(row.symbol)
            if (stop, at) != (row.interruption, row.indication):
                changes[row.symbol] = {"interruption": stop, "indication": at, "now": now}
        self._change(changes)
        self._keep_counting()

    def _show_indications(self, events: list[AuctionIndicated]) -> None:
        market, shown = self.workspace.latest.market, set(self.workspace.symbols)
        symbols = {event.symbol for event in events} & shown
        self._change({symbol: {"indication": market.indication(symbol)} for symbol in symbols})

    def _show_data(self, events: list[SymbolStateChanged]) -> None:
        shown = set(self.workspace.symbols)
        self._change({event.symbol: {"data": event} for event in events if event.symbol in shown})

    def _count_down(self) -> None:
        now = self.workspace.context.clock.now()
        self._change({row.symbol: {"now": now} for row in self.table.records if row.is_counting})

    def _keep_counting(self) -> None:
        """Let the timer run while there is a countdown, and only then."""
        if not any(row.is_counting for row in self.table.records):
            self._counting.stop()
        elif not self._counting.isActive():
            self._counting.start()

    def _show_scores(self, events: list[BarClosed]) -> None:
        scores = {event.bar.symbol: event.score for event in events if event.score is not None}
        self._change({symbol: {"buy": s.buy, "sell": s.sell} for symbol, s in scores.items()})

    def _show_predictions(self, events: list[PredictorReported]) -> None:
        self._change({event.symbol: {"prediction": event} for event in events})

    def _show_orders(self, events: list[OrderUpdated]) -> None:
        working = {order.intent.symbol for order in self.workspace.latest.orders.values()}
        symbols = {event.order.intent.symbol for event in events}
        self._change({symbol: {"is_ordered": symbol in working} for symbol in symbols})

    def _show_holdings(self, events: list[AccountUpdated]) -> None:
        held = {v.position.symbol: v.position.quantity for v in events[-1].positions}
        changed = {row.symbol for row in self.table.records if row.held != held.get(row.symbol, 0)}
        self._change({symbol: {"held": held.get(symbol, 0)} for symbol in changed | held.keys()})

    def _enable(self, row: WatchRow, is_enabled: bool) -> None:
        self.workspace.switch(row.symbol, is_enabled)
