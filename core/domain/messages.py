"""Everything that enters the engine (commands imperative, facts past tense) and all it publishes.

The one place to import any of them from. Ticks, order books and order reports
(`core.domain.market`, `core.domain.order`) enter as they are.
"""

from __future__ import annotations

from core.domain.commands import (
    AmendOrder,
    ApplySettings,
    AskForDay,
    CancelOrder,
    ClosePosition,
    Command,
    EnableSymbol,
    Flatten,
    ResolveMismatch,
    Shutdown,
    Start,
    Stop,
)
from core.domain.events import (
    AccountUpdated,
    BarClosed,
    DayReported,
    Decided,
    FillRecorded,
    FlattenProgressed,
    FlattenRow,
    FlattenStep,
    GaugesUpdated,
    Heartbeat,
    HistoryReady,
    IntentDenied,
    MismatchesChanged,
    OrderUpdated,
    PhaseChanged,
    PositionView,
    PredictorReported,
    QuoteUpdated,
    StateChanged,
    TradeClosed,
)
from core.domain.facts import (
    DAY_REQUEST,
    AccountReported,
    AuctionIndicated,
    BrokerIdentified,
    CertificateIssued,
    Condition,
    ConditionMatched,
    ConditionsListed,
    ConnectionChanged,
    DataEnded,
    DayOrder,
    ForeignOrderSeen,
    HistoryLoaded,
    Holding,
    IndexMoved,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Noted,
    PastRead,
    PredictionArrived,
    RequestBudget,
    Resumed,
    Severity,
    TimePassed,
)
from core.domain.market import OrderBook, Tick
from core.domain.order import OrderReport
from core.domain.watching import (
    DataDoubted,
    Health,
    InvariantsChecked,
    Lamp,
    Pulsed,
    SymbolState,
    SymbolStateChanged,
    Vital,
    VitalsUpdated,
    WindowBeat,
)

__all__ = [
    "DAY_REQUEST",
    "AccountReported",
    "AccountUpdated",
    "AmendOrder",
    "ApplySettings",
    "AskForDay",
    "AuctionIndicated",
    "BarClosed",
    "BrokerIdentified",
    "CancelOrder",
    "CertificateIssued",
    "ClosePosition",
    "Command",
    "Condition",
    "ConditionMatched",
    "ConditionsListed",
    "ConnectionChanged",
    "DataDoubted",
    "DataEnded",
    "DayOrder",
    "DayReported",
    "Decided",
    "EnableSymbol",
    "Event",
    "FillRecorded",
    "Flatten",
    "FlattenProgressed",
    "FlattenRow",
    "FlattenStep",
    "ForeignOrderSeen",
    "GaugesUpdated",
    "Health",
    "Heartbeat",
    "HistoryLoaded",
    "HistoryReady",
    "Holding",
    "IndexMoved",
    "IntentDenied",
    "Interrupted",
    "Interruption",
    "InvariantsChecked",
    "Lamp",
    "MarketNotice",
    "MarketNoticed",
    "Message",
    "MismatchesChanged",
    "Noted",
    "OrderUpdated",
    "PastRead",
    "PhaseChanged",
    "PositionView",
    "PredictionArrived",
    "PredictorReported",
    "Pulsed",
    "QuoteUpdated",
    "RequestBudget",
    "ResolveMismatch",
    "Resumed",
    "Severity",
    "Shutdown",
    "Start",
    "StateChanged",
    "Stop",
    "SymbolState",
    "SymbolStateChanged",
    "TimePassed",
    "TradeClosed",
    "Vital",
    "VitalsUpdated",
    "WindowBeat",
]

Message = (
    Tick
    | OrderBook
    | OrderReport
    | HistoryLoaded
    | AccountReported
    | ConnectionChanged
    | BrokerIdentified
    | PastRead
    | ForeignOrderSeen
    | RequestBudget
    | Interrupted
    | Resumed
    | AuctionIndicated
    | MarketNoticed
    | IndexMoved
    | ConditionsListed
    | ConditionMatched
    | Noted
    | PredictionArrived
    | CertificateIssued
    | TimePassed
    | DataEnded
    | DataDoubted
    | Pulsed
    | WindowBeat
    | Command
)
"""What the engine handles."""

Event = (
    QuoteUpdated
    | HistoryReady
    | BarClosed
    | Decided
    | IntentDenied
    | OrderUpdated
    | FillRecorded
    | TradeClosed
    | AccountUpdated
    | StateChanged
    | PhaseChanged
    | GaugesUpdated
    | MismatchesChanged
    | PredictorReported
    | FlattenProgressed
    | Noted
    | Heartbeat
    | DataEnded
    | BrokerIdentified
    | RequestBudget
    | Interrupted
    | Resumed
    | AuctionIndicated
    | MarketNoticed
    | IndexMoved
    | ConditionsListed
    | ConditionMatched
    | InvariantsChecked
    | VitalsUpdated
    | SymbolStateChanged
    | DayReported
    | CertificateIssued
)
