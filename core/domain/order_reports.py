"""What can be heard of an order, and what we did to it ourselves; `Order.apply` takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.intent import BrokerOrderId, OrderId, Side
from core.domain.price import Price
from core.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution of one of our orders; costs are what the broker took, in won."""

    id: str  # the broker's execution number, unique within a day
    order_id: OrderId
    symbol: str
    side: Side
    price: Price
    quantity: int
    commission: Price
    tax: Price
    time: datetime


@dataclass(frozen=True, slots=True)
class OrderSubmitted:
    """We handed the order to the broker; nothing is known of its arrival yet."""

    order_id: OrderId
    time: datetime


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    order_id: OrderId
    broker_id: BrokerOrderId
    time: datetime


@dataclass(frozen=True, slots=True)
class OrderFilled:
    order_id: OrderId
    fill: Fill
    time: datetime


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """We asked for the cancel; the order may still be filled."""

    order_id: OrderId
    time: datetime


@dataclass(frozen=True, slots=True)
class OrderCanceled:
    order_id: OrderId
    time: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class CancelRejected:
    order_id: OrderId
    time: datetime
    note: str
    code: Refusal = Refusal.OTHER


@dataclass(frozen=True, slots=True)
class AmendRequested:
    """We asked for another price or quantity; the order may still be filled as it was."""

    order_id: OrderId
    time: datetime
    limit_price: Price | None = None  # asked for, won
    quantity: int | None = None  # asked for, of the whole order; shares


@dataclass(frozen=True, slots=True)
class OrderAmended:
    """What was left of the order works on, at another price or with fewer shares."""

    order_id: OrderId
    broker_id: BrokerOrderId  # the new one; the old one where only a part was cancelled
    limit_price: Price | None  # None: it never had one
    quantity: int  # of the whole order, what was filled before included; shares
    time: datetime


@dataclass(frozen=True, slots=True)
class AmendRejected:
    order_id: OrderId
    time: datetime
    note: str
    code: Refusal = Refusal.OTHER


@dataclass(frozen=True, slots=True)
class OrderRejected:
    order_id: OrderId
    time: datetime
    note: str  # the broker's own words
    code: Refusal = Refusal.OTHER


@dataclass(frozen=True, slots=True)
class OrderExpired:
    order_id: OrderId
    time: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderDenied:
    """Our own gate refused; the order was never sent."""

    order_id: OrderId
    time: datetime
    note: str


@dataclass(frozen=True, slots=True)
class OrderLost:
    """Sent, but no answer came in time: it may or may not have arrived."""

    order_id: OrderId
    time: datetime
    note: str


OrderReport = (
    OrderSubmitted
    | OrderAccepted
    | OrderFilled
    | CancelRequested
    | OrderCanceled
    | CancelRejected
    | AmendRequested
    | OrderAmended
    | AmendRejected
    | OrderRejected
    | OrderExpired
    | OrderDenied
    | OrderLost
)
