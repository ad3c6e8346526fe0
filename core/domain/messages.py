"""Everything that enters the engine (commands imperative, facts past tense) and all it publishes.

Ticks, order books and order reports (`core.domain.market`, `core.domain.order`) enter as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Bar, OrderBook, Tick
from core.domain.order import Fill, Order, OrderId, OrderIntent, OrderReport, Reason
from core.domain.portfolio import Position, Trade
from core.domain.price import Price
from core.domain.risk import Check, TradingState
from core.domain.session import Phase
from core.domain.signal import Decision, Score, Snapshot, Values

if TYPE_CHECKING:
    from config.schema import Settings


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """Closed 1-minute bars before now, oldest first; `error` says why there are none."""

    instrument: Instrument
    bars: tuple[Bar, ...]
    error: str = ""
    forming: Bar | None = None  # what the minute that is not over yet has traded before it


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares the broker says we hold."""

    symbol: str
    quantity: int
    average_price: Price
    sellable: int  # quantity less what working sells reserve


@dataclass(frozen=True, slots=True)
class AccountReported:
    """The broker's own word on cash, holdings and working orders at one moment."""

    time: datetime
    cash: Price  # won, settled or not: what the account owns
    available: Price  # cash less what working buys reserve
    holdings: tuple[Holding, ...]
    orders: tuple[Order, ...]  # working only
    request_id: str = ""  # of the request this answers


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    is_connected: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class BrokerIdentified:
    """Which account on which server orders go to, once logged in; published as it came."""

    server: str  # "real", "mock" (모의투자), "emulated"
    account: str  # masked: "80******11"
    needs_confirmation: bool = False  # entries wait until the trader has typed its last four digits


@dataclass(frozen=True, slots=True)
class ForeignOrderSeen:
    """The account has an order that this program did not make, e.g. one of the HTS.

    Reports with its id follow; it counts in risk, and a flatten cancels it.
    """

    order: Order


@dataclass(frozen=True, slots=True)
class RequestBudget:
    """What the broker's rate limits leave; published as it came."""

    orders_left: int  # may be sent at once
    orders_limit: int  # a second
    requests_left: int
    requests_limit: int  # a second
    hourly_left: int  # requests until the long-term limit
    blocked_until: datetime | None = None  # a penalty, or the next moment a request may leave
    note: Text | None = None  # why it is blocked


class Interruption(Enum):
    STATIC_VI = "STATIC_VI"  # 정적 변동성완화장치
    DYNAMIC_VI = "DYNAMIC_VI"
    HALT = "HALT"  # 거래정지
    CIRCUIT_BREAKER = "CIRCUIT_BREAKER"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Continuous trading has stopped; orders are collected for an auction, or not taken (HALT)."""

    symbol: str  # empty: the whole market
    time: datetime
    kind: Interruption
    price: Price | None = None  # at which it was triggered, won
    until: datetime | None = None  # as far as known; a VI auction ends at random within 30 s after


@dataclass(frozen=True, slots=True)
class Resumed:
    symbol: str  # empty: the whole market
    time: datetime


@dataclass(frozen=True, slots=True)
class AuctionIndicated:
    """What a call auction would trade at if it ended now (예상체결)."""

    symbol: str
    time: datetime
    price: Price | None  # won; None: no price crosses
    quantity: int  # shares


class MarketNotice(Enum):
    """The exchange's own word on its session (장운영구분)."""

    BEFORE_OPEN = "BEFORE_OPEN"
    OPENED = "OPENED"
    BEFORE_CLOSE = "BEFORE_CLOSE"  # the closing auction
    CLOSED = "CLOSED"  # the regular session
    AFTER_HOURS_OPENED = "AFTER_HOURS_OPENED"
    AFTER_HOURS_CLOSED = "AFTER_HOURS_CLOSED"
    DAY_ENDED = "DAY_ENDED"


@dataclass(frozen=True, slots=True)
class MarketNoticed:
    time: datetime
    notice: MarketNotice
    remaining: timedelta | None = None  # to the open or to the close, where it says so


class Severity(Enum):
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person should know; shown in the log panel, errors also as an alarm.

    An adapter posts its own; the engine publishes them as they came.
    """

    time: datetime
    severity: Severity
    text: Text
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A symbol search (조건식) that the trader saved in the HTS."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class ConditionsListed:
    conditions: tuple[Condition, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConditionMatched:
    """Symbols that match a condition: all of them when it is run, then single ones as they move."""

    condition: Condition
    entered: tuple[str, ...]  # codes
    left: tuple[str, ...] = ()
    is_first: bool = False  # the whole list, in place of what was known
    error: str = ""


@dataclass(frozen=True, slots=True)
class PredictionArrived:
    """The AI's answer for one closed bar; `value` None with `error` saying why it counts 0."""

    symbol: str
    bar_start: datetime
    value: float | None  # predicted return, 0.01 = +1 %
    model: str = ""
    latency_ms: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The clock reached `now`; closes bars, runs the day's timetable and time-outs."""

    now: datetime


@dataclass(frozen=True, slots=True)
class DataEnded:
    """No more recorded data: close the last bars and sell what is held at the last price.

    Published as an event too, so that the window can say that nothing more will come.
    """

    time: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """Allow entries (the START button)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """No new entries; exits go on. Cancels working buys."""


@dataclass(frozen=True, slots=True)
class Flatten:
    """Cancel everything, sell everything, then HALTED."""

    note: str = ""  # who asked: "button", "command", "hotkey"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_id: OrderId


@dataclass(frozen=True, slots=True)
class AmendOrder:
    """Move what is left of a working limit order to another price, or make it smaller."""

    order_id: OrderId
    limit_price: Price
    quantity: int  # of the whole order, what was filled before included; shares


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Sell one whole position by the trader's hand."""

    symbol: str


@dataclass(frozen=True, slots=True)
class ApplySettings:
    settings: Settings


@dataclass(frozen=True, slots=True)
class EnableSymbol:
    """Allow or forbid entries in one symbol of the watchlist."""

    symbol: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Leave the engine's loop after what came before it."""


Command = (
    Start
    | Stop
    | Flatten
    | CancelOrder
    | AmendOrder
    | ClosePosition
    | ApplySettings
    | EnableSymbol
    | Shutdown
)
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
    | ConditionsListed
    | ConditionMatched
    | Noted
    | PredictionArrived
    | TimePassed
    | DataEnded
    | Command
)
"""What the engine handles."""


@dataclass(frozen=True, slots=True)
class QuoteUpdated:
    """Newest state of one symbol; conflated, so ticks in between are not seen."""

    symbol: str
    time: datetime
    price: Price
    change: Price | None  # against the previous close, won
    change_pct: float | None
    volume: int  # shares traded today as far as we saw
    strength: (
        float | None
    )  # 체결강도: 100 x bought / sold by aggressor; None where sides are not known
    bid: Price | None
    ask: Price | None
    forming: Bar | None  # the bar not yet closed
    last_quantity: int = 0


@dataclass(frozen=True, slots=True)
class HistoryReady:
    """A symbol's bars are loaded and its indicators warm; `bars` oldest first."""

    instrument: Instrument
    bars: tuple[Bar, ...]
    note: str = ""  # why there are fewer bars than asked for


@dataclass(frozen=True, slots=True)
class BarClosed:
    """One closed bar with all indicator values; `score` None where no rule was asked."""

    snapshot: Snapshot
    score: Score | None

    @property
    def bar(self) -> Bar:
        return self.snapshot.bar

    @property
    def values(self) -> Values:
        return self.snapshot.values


@dataclass(frozen=True, slots=True)
class Decided:
    """Every decision of a closed bar (HOLD too) and every stop or target hit."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class IntentDenied:
    """The risk gate refused; `checks` holds every check, passed ones too."""

    intent: OrderIntent
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class OrderUpdated:
    order: Order


@dataclass(frozen=True, slots=True)
class FillRecorded:
    fill: Fill
    reason: Reason


@dataclass(frozen=True, slots=True)
class TradeClosed:
    trade: Trade


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position marked at the last price, as the positions panel shows it; money in won."""

    position: Position
    last_price: Price
    sellable: int  # less working sells
    exit_costs: Price  # commission and tax if sold now


@dataclass(frozen=True, slots=True)
class AccountUpdated:
    """Money and positions after a fill, a closed bar, or a broker's report."""

    time: datetime
    cash: Price
    available: Price  # cash less reserves of working buys
    equity: Price  # cash plus positions at last prices
    capital: Price  # start capital plus realised net P&L
    day_start: Price  # value the daily limits measure from
    day_pnl: Price  # equity (or capital, by risk.daily_basis) less day_start
    realized: Price  # net of costs, closed trades
    commission: Price
    tax: Price
    positions: tuple[PositionView, ...]


@dataclass(frozen=True, slots=True)
class StateChanged:
    state: TradingState
    note: Text


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    phase: Phase
    now: datetime
    until: datetime | None  # when the next phase begins; None on a closed day


@dataclass(frozen=True, slots=True)
class GaugesUpdated:
    """How much of every limit is used right now."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class PredictorReported:
    """What became of the last AI request of a symbol."""

    symbol: str
    value: float | None  # predicted return; None: it counts 0, `error` says why
    latency_ms: float
    error: str  # stable code, e.g. "timeout"; "breaker_open" while requests are paused


class FlattenStep(Enum):
    """The six steps of window.md, in order."""

    BLOCK_ENTRIES = "BLOCK_ENTRIES"
    CANCEL = "CANCEL"
    CONFIRM_CANCELS = "CONFIRM_CANCELS"
    SELL = "SELL"
    CONFIRM_FILLS = "CONFIRM_FILLS"
    RECONCILE = "RECONCILE"


@dataclass(frozen=True, slots=True)
class FlattenRow:
    """One symbol on its way to zero."""

    symbol: str
    held: int  # shares still held
    working: int  # shares in working sells
    canceling: int  # orders whose cancel is not confirmed
    note: Text


@dataclass(frozen=True, slots=True)
class FlattenProgressed:
    """Where the flatten stands; `is_done` only after the broker's own report says zero."""

    step: FlattenStep
    started: datetime
    now: datetime
    rows: tuple[FlattenRow, ...]
    is_done: bool
    note: Text  # what is left, why, and what is tried next


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The engine is alive; sent with every batch, at least once a second."""

    now: datetime
    counts: Mapping[
        str, int
    ]  # ticks, late_ticks, refused_ticks, off_grid_ticks, bars, signals, ...
    is_connected: bool


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
)
