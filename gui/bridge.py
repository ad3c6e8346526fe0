"""Turns the engine's batches into typed signals, at a pace the eye and the GUI can bear."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal, pyqtSlot

from core.clock import monotonic
from core.domain.messages import (
    AccountUpdated,
    AuctionIndicated,
    BarClosed,
    BrokerIdentified,
    CertificateIssued,
    ConditionMatched,
    ConditionsListed,
    DataEnded,
    DayReported,
    Decided,
    Event,
    FillRecorded,
    FlattenProgressed,
    GaugesUpdated,
    Heartbeat,
    HistoryReady,
    IndexMoved,
    IntentDenied,
    Interrupted,
    InvariantsChecked,
    MarketNoticed,
    MismatchesChanged,
    Noted,
    OrderUpdated,
    PhaseChanged,
    PredictorReported,
    QuoteUpdated,
    RequestBudget,
    Resumed,
    StateChanged,
    SymbolStateChanged,
    TradeClosed,
    VitalsUpdated,
)

FRAME_MS = 33  # 30 refreshes a second at most
BUDGET_MS = 8  # of one slice; a key press waits no longer than that for its turn
CHUNK = 50  # events handed out between two looks at the clock

_CONFLATED: Mapping[type, Callable[[Any], str]] = {
    QuoteUpdated: lambda event: event.symbol,
    AuctionIndicated: lambda event: event.symbol,
    IndexMoved: lambda event: event.index,
    RequestBudget: lambda event: "",
    InvariantsChecked: lambda event: "",
    VitalsUpdated: lambda event: "",
}
"""Kinds of events of which only the newest counts, with what it is the newest of."""


class Bridge(QObject):
    """Fans batches out as one signal per kind of event, each with a list, oldest first.

    Quotes, expected auction prices and indices are conflated to the newest of each, request budgets
    to the newest of all; they come after everything else, so that a forming bar never precedes the
    closed bar before it. Nothing else is ever dropped, and events of other kinds keep their order.

    Signals: see the table below; every one carries a list of its events.
    """

    quotes_updated = pyqtSignal(list)
    histories_loaded = pyqtSignal(list)
    bars_closed = pyqtSignal(list)
    decisions_made = pyqtSignal(list)
    intents_denied = pyqtSignal(list)
    orders_updated = pyqtSignal(list)
    fills_recorded = pyqtSignal(list)
    trades_closed = pyqtSignal(list)
    accounts_updated = pyqtSignal(list)
    states_changed = pyqtSignal(list)
    phases_changed = pyqtSignal(list)
    gauges_updated = pyqtSignal(list)
    mismatches_changed = pyqtSignal(list)
    predictors_reported = pyqtSignal(list)
    flattens_progressed = pyqtSignal(list)
    noted = pyqtSignal(list)
    beats = pyqtSignal(list)
    data_ended = pyqtSignal(list)
    brokers_identified = pyqtSignal(list)
    budgets_updated = pyqtSignal(list)
    interrupted = pyqtSignal(list)
    resumed = pyqtSignal(list)
    auctions_indicated = pyqtSignal(list)
    markets_noticed = pyqtSignal(list)
    indices_moved = pyqtSignal(list)
    conditions_listed = pyqtSignal(list)
    conditions_matched = pyqtSignal(list)
    invariants_checked = pyqtSignal(list)
    vitals_updated = pyqtSignal(list)
    symbol_states_changed = pyqtSignal(list)
    days_reported = pyqtSignal(list)
    certificates_issued = pyqtSignal(list)
    received = pyqtSignal()
    """A batch has arrived: the engine lives. At once, not at the pace of the others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[type, dict[str, Event]] = {kind: {} for kind in _CONFLATED}
        self._others: deque[Event] = deque()
        self._last_frame = 0.0
        self._longest_ms = 0.0
        self._timer = QTimer(self, singleShot=True, timerType=Qt.PreciseTimer)
        self._timer.timeout.connect(self._hand_out)
        self.signals = {
            QuoteUpdated: self.quotes_updated,
            HistoryReady: self.histories_loaded,
            BarClosed: self.bars_closed,
            Decided: self.decisions_made,
            IntentDenied: self.intents_denied,
            OrderUpdated: self.orders_updated,
            FillRecorded: self.fills_recorded,
            TradeClosed: self.trades_closed,
            AccountUpdated: self.accounts_updated,
            StateChanged: self.states_changed,
            PhaseChanged: self.phases_changed,
            GaugesUpdated: self.gauges_updated,
            MismatchesChanged: self.mismatches_changed,
            PredictorReported: self.predictors_reported,
            FlattenProgressed: self.flattens_progressed,
            Noted: self.noted,
            Heartbeat: self.beats,
            DataEnded: self.data_ended,
            BrokerIdentified: self.brokers_identified,
            RequestBudget: self.budgets_updated,
            Interrupted: self.interrupted,
            Resumed: self.resumed,
            AuctionIndicated: self.auctions_indicated,
            MarketNoticed: self.markets_noticed,
            IndexMoved: self.indices_moved,
            ConditionsListed: self.conditions_listed,
            ConditionMatched: self.conditions_matched,
            InvariantsChecked: self.invariants_checked,
            VitalsUpdated: self.vitals_updated,
            SymbolStateChanged: self.symbol_states_changed,
            DayReported: self.days_reported,
            CertificateIssued: self.certificates_issued,
        }

    @property
    def is_idle(self) -> bool:
        """Whether everything that came was handed out."""
        return not (self._others or any(self._newest.values()))

    @property
    def longest_slice_ms(self) -> float:
        """The longest time the GUI thread was held by one slice so far."""
        return self._longest_ms

    @pyqtSlot(list)
    def on_batch(self, events: Sequence[Event]) -> None:
        """Take one batch; returns at once, its signals follow within a frame."""
        for event in events:
            subject = _CONFLATED.get(type(event))
            if subject is None:
                self._others.append(event)
            else:
                self._newest[type(event)][subject(event)] = event
        self.received.emit()
        if not self._timer.isActive():
            since_ms = (monotonic() - self._last_frame) * 1000
            self._timer.start(max(0, round(FRAME_MS - since_ms)))

    def _hand_out(self) -> None:
        self._last_frame = started = monotonic()
        spent_ms = 0.0
        while not self.is_idle and spent_ms < BUDGET_MS:
            chunk = self._next_chunk()
            self.signals[type(chunk[0])].emit(chunk)
            spent_ms = (monotonic() - started) * 1000
        self._longest_ms = max(self._longest_ms, spent_ms)
        if not self.is_idle:
            self._timer.start(0)

    def _next_chunk(self) -> list[Event]:
        """Take the next events of one kind."""
        if not self._others:
            newest = next(events for events in self._newest.values() if events)
            return [newest.pop(subject) for subject in list(newest)[:CHUNK]]
        chunk = [self._others.popleft()]
        while self._others and len(chunk) < CHUNK and type(self._others[0]) is type(chunk[0]):
            chunk.append(self._others.popleft())
        return chunk
