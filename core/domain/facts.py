"""What enters the engine from outside: facts about market, broker and time, past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderId,
    OrderKind,
    OrderStatus,
    Side,
)
from core.domain.past import Past
from core.domain.price import Price


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """Closed 1-minute bars before now, oldest first; `error` says why there are none."""

    instrument: Instrument
    bars: tuple[Bar, ...]
    error: Text | str = ""
    forming: Bar | None = None  # what the minute that is not over yet has traded before it


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares the broker says we hold."""

    symbol: str
    quantity: int
    average_price: Price
    sellable: int  # quantity less what working sells reserve


@dataclass(frozen=True, slots=True)
class DayOrder:
    """One order of today as the broker's own list has it, ended ones too; money in won.

    An amended order is one order, whatever numbers it had; `filled`, `filled_value`, `commission`
    and `tax` are of all its fills.
    """

    broker_id: BrokerOrderId  # what its rest works, or ended, under
    symbol: str
    side: Side
    kind: OrderKind
    quantity: int  # ordered, less what was given up later where the broker tells
    filled: int
    filled_value: Price
    commission: Price
    tax: Price
    status: OrderStatus
    time: datetime  # when the broker took it
    limit_price: Price | None = None  # the latest
    remaining: int = 0  # shares that may still be filled
    order_id: OrderId | None = None  # what its reports call it: ours, where the adapter knows it
    numbers: tuple[BrokerOrderId, ...] = ()  # all it had, oldest first, `broker_id` last


DAY_REQUEST = "day-"
"""A request of the account whose id begins so asks for `day_orders` too, whatever that costs."""


@dataclass(frozen=True, slots=True)
class AccountReported:
    """The broker's own word on cash, holdings and working orders at one moment."""

    time: datetime
    cash: Price  # won, settled or not: what the account owns
    available: Price  # cash less what working buys reserve
    holdings: tuple[Holding, ...]
    orders: tuple[Order, ...]  # working only
    request_id: str = ""  # of the request this answers
    day_orders: tuple[DayOrder, ...] | None = None  # None: the broker did not say
    unreadable: tuple[str, ...] = ()  # not in `holdings`, whatever is held; "": of no known code


@dataclass(frozen=True, slots=True)
class PastRead:
    """What the journal has of earlier sessions of this account; before the first account report.

    Without this message nothing outlives a run: the first report is taken over as it is.
    """

    past: Past | None  # None: this account is new to the journal
    is_lost: bool = False  # a journal was there, and can't be read


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    is_connected: bool
    note: Text | str = ""  # why not; a `str` reads the same in every language


@dataclass(frozen=True, slots=True)
class BrokerIdentified:
    """Which account on which server orders go to, once logged in; published as it came."""

    server: str  # "real", "mock" (모의투자), "emulated", "paper" (our own exchange)
    account: str  # masked: "80******11"; "PAPER" on paper
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


@dataclass(frozen=True, slots=True)
class IndexMoved:
    """The newest value of a market's index (업종지수); published as it came."""

    index: str  # "KOSPI", "KOSDAQ"
    time: datetime
    value: float  # points
    change_pct: float | None = None  # against the previous close


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
    stops_entries: bool = False  # the program itself has stopped them, in the symbol if it has one


@dataclass(frozen=True, slots=True)
class Condition:
    """A symbol search (조건식) that the trader saved in the HTS."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class ConditionsListed:
    conditions: tuple[Condition, ...]
    error: Text | str = ""


@dataclass(frozen=True, slots=True)
class ConditionMatched:
    """Symbols that match a condition: all of them when it is run, then single ones as they move."""

    condition: Condition
    entered: tuple[str, ...]  # codes
    left: tuple[str, ...] = ()
    is_first: bool = False  # the whole list, in place of what was known
    error: Text | str = ""


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
class CertificateIssued:
    """Our ledger of a day was compared with the broker's word (core.certificate); published too."""

    day: date
    verdict: str  # of core.certificate.certificate.Verdict
    differing: int  # lines
    cash_difference: Price | None  # the broker's less ours, won; None: not compared
    sha256: str  # of the JSON file
    file: str  # its name, in the folder of certificates


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
