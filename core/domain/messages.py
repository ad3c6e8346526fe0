"""Everything that enters the engine (commands imperative, facts past tense) and all it publishes.

The one place to import any of them from. Ticks, order books and order reports
(`core.domain.market`, `core.domain.order`) enter as they are.
"""

from __future__ import annotations

from core.domain.commands import (
    AmendOrder,
    ApplySettings,
    CancelOrder,
    ClosePosition,
    Command,
    EnableSymbol,
    Flatten,
    Shutdown,
    Start,
    Stop,
)
from core.domain.events import (
    AccountUpdated,
    BarClosed,
    Decided,
    FillRecorded,
    FlattenProgressed,
    FlattenRow,
    FlattenStep,
    GaugesUpdated,
    Heartbeat,
    HistoryReady,
    IntentDenied,
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
    PredictionArrived,
    RequestBudget,
    Resumed,
    Severity,
    TimePassed,
)
from core.domain.market import OrderBook, Tick
from core.domain.order import OrderReport
from core.domain.watching import (
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
    "AuctionIndicated",
    "BarClosed",
    "BrokerIdentified",
    "CancelOrder",
    "ClosePosition",
    "Command",
    "Condition",
    "ConditionMatched",
    "ConditionsListed",
    "ConnectionChanged",
    "DataEnded",
    "DayOrder",
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
    "Noted",
    "OrderUpdated",
    "PhaseChanged",
    "PositionView",
    "PredictionArrived",
    "PredictorReported",
    "Pulsed",
    "QuoteUpdated",
    "RequestBudget",
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
    | TimePassed
    | DataEnded
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
    | ConditionsListed
    | ConditionMatched
    | InvariantsChecked
    | VitalsUpdated
    | SymbolStateChanged
)
