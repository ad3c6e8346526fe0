"""Orders: what we want, what became of it, and the only ways its status may change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from core.domain.errors import OrderError
from core.domain.price import Price

OrderId = NewType("OrderId", str)  # ours
BrokerOrderId = NewType("BrokerOrderId", str)  # theirs (주문번호)


class Side(Enum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        """+1 for BUY, -1 for SELL."""
        return 1 if self is Side.BUY else -1


class OrderKind(Enum):
    """How an order finds its price (호가 구분); which phases take which is the exchange's rule."""

    MARKET = "MARKET"  # 시장가
    LIMIT = "LIMIT"  # 지정가
    CONDITIONAL = "CONDITIONAL"  # 조건부지정가: its rest turns into a market order at the close
    BEST = "BEST"  # 최유리지정가: a limit at the best opposite price when it arrives
    TOP = "TOP"  # 최우선지정가: a limit at the best price of its own side when it arrives
    BEFORE_HOURS_CLOSE = "BEFORE_HOURS_CLOSE"  # 장전시간외종가: at the previous close
    AFTER_HOURS_CLOSE = "AFTER_HOURS_CLOSE"  # 장후시간외종가: at the day's close
    AFTER_HOURS_SINGLE = "AFTER_HOURS_SINGLE"  # 시간외단일가: 10-minute auctions after the close

    @property
    def has_price(self) -> bool:
        """Whether the customer names the price."""
        return self in _PRICED


_PRICED = frozenset({OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.AFTER_HOURS_SINGLE})


class TimeInForce(Enum):
    """What becomes of what can't be filled at once."""

    DAY = "DAY"  # it waits
    IOC = "IOC"  # it is cancelled
    FOK = "FOK"  # nothing is filled at all


class Reason(Enum):
    """Why an order was made; of an exit it is the trade's exit reason."""

    SIGNAL = "SIGNAL"
    SL = "SL"  # stop-loss level touched
    TP = "TP"  # take-profit level touched
    EOD = "EOD"  # end of the day, or of the data
    LIMIT = "LIMIT"  # daily target or daily loss limit
    FLATTEN = "FLATTEN"  # emergency flatten
    MANUAL = "MANUAL"  # by the trader's hand
    FOREIGN = "FOREIGN"  # not made by this program


class OrderStatus(Enum):
    CREATED = "CREATED"
    DENIED = "DENIED"  # by our own risk gate; never sent
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    PENDING_AMEND = "PENDING_AMEND"
    PENDING_CANCEL = "PENDING_CANCEL"
    CANCELED = "CANCELED"
    REJECTED = "REJECTED"  # by the broker
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"  # may or may not have arrived; resolved by asking the broker


WORKING = frozenset(
    {
        OrderStatus.CREATED,
        OrderStatus.SUBMITTED,
        OrderStatus.ACCEPTED,
        OrderStatus.PARTIALLY_FILLED,
        OrderStatus.PENDING_AMEND,
        OrderStatus.PENDING_CANCEL,
        OrderStatus.UNKNOWN,
    }
)
"""Statuses in which an order may still be filled."""


@dataclass(frozen=True, slots=True)
class OrderIntent:
    """What we want done, before risk has looked at it."""

    symbol: str
    side: Side
    quantity: int
    reason: Reason
    time: datetime  # of the decision
    reference_price: Price  # last trade when decided: sizing, cash reserve, collar
    kind: OrderKind = OrderKind.MARKET
    limit_price: Price | None = None
    time_in_force: TimeInForce = TimeInForce.DAY

    @property
    def worst_price(self) -> Price:
        """The limit price; without one the price that was decided on."""
        return self.reference_price if self.limit_price is None else self.limit_price


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


@dataclass(frozen=True, slots=True)
class OrderRejected:
    order_id: OrderId
    time: datetime
    note: str  # the broker's own words


@dataclass(frozen=True, slots=True)
class OrderExpired:
    order_id: OrderId
    time: datetime


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

_S = OrderStatus
_UNSENT = frozenset({_S.CREATED})
_LIVE = frozenset(
    {
        _S.SUBMITTED,
        _S.ACCEPTED,
        _S.PARTIALLY_FILLED,
        _S.PENDING_AMEND,
        _S.PENDING_CANCEL,
        _S.UNKNOWN,
    }
)
_ENDED = frozenset({_S.CANCELED, _S.EXPIRED, _S.FILLED, _S.REJECTED})

# Which statuses each report may find. Events of one order arrive in any order (Kiwoom: a fill
# before its acceptance, or after the confirmed cancel), so most are legal in most live statuses.
_ALLOWED: dict[type, frozenset[OrderStatus]] = {
    OrderSubmitted: _UNSENT,
    OrderDenied: _UNSENT,
    OrderAccepted: _LIVE | _ENDED,
    # A fill is a fact: it counts whatever we believed before, except for what was never sent.
    OrderFilled: _LIVE | _ENDED,
    CancelRequested: _LIVE,
    OrderCanceled: _LIVE | _ENDED,
    CancelRejected: _LIVE | _ENDED,
    AmendRequested: _LIVE,
    OrderAmended: _LIVE | _ENDED,
    AmendRejected: _LIVE | _ENDED,
    # The exchange may refuse what the broker had accepted.
    OrderRejected: _LIVE | {_S.REJECTED},
    OrderExpired: _LIVE | _ENDED,
    # A cancel may be on its way before anybody has missed the answer to the order.
    OrderLost: frozenset({_S.SUBMITTED, _S.UNKNOWN, _S.PENDING_CANCEL}),
}


@dataclass(frozen=True, slots=True)
class Order:
    """An intent on its way, and what is known of it; `apply` returns the next state."""

    id: OrderId
    intent: OrderIntent
    status: OrderStatus = OrderStatus.CREATED
    broker_id: BrokerOrderId | None = None
    filled: int = 0  # shares
    filled_value: Price = 0  # sum of price x quantity, won
    changed: datetime | None = None
    note: str = ""
    fill_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_working(self) -> bool:
        """Whether it may still be filled, as far as we know."""
        return self.status in WORKING

    @property
    def remaining(self) -> int:
        """Shares still to be filled while working; 0 once ended or overfilled."""
        return max(self.intent.quantity - self.filled, 0) if self.is_working else 0

    @property
    def is_overfilled(self) -> bool:
        """Whether more was filled than ordered: recorded as it is, and alarming."""
        return self.filled > self.intent.quantity

    @property
    def average_price(self) -> float | None:
        return self.filled_value / self.filled if self.filled else None

    def apply(self, report: OrderReport) -> Order:
        """Return this order after `report`; the same order where the report is a repetition.

        Raises:
            OrderError: The report is of another order, or can't follow the present status.
        """
        if report.order_id != self.id:
            raise OrderError(f"order {self.id}: got a report of order {report.order_id}")
        if self.status not in _ALLOWED[type(report)]:
            event = type(report).__name__
            raise OrderError(f"order {self.id}: {event} can't follow {self.status.value}")
        if isinstance(report, OrderFilled):
            return self._with_fill(report.fill, report.time)
        changes: dict[str, object] = {"changed": report.time}
        if isinstance(report, OrderAccepted):
            changes["broker_id"] = report.broker_id
        if isinstance(report, OrderAmended):
            changes["broker_id"] = report.broker_id
            changes["intent"] = replace(
                self.intent, limit_price=report.limit_price, quantity=report.quantity
            )
        note = getattr(report, "note", "")
        if note:
            changes["note"] = note
        return replace(self, status=self._status_after(report), **changes)  # type: ignore[arg-type]

    def _status_after(self, report: OrderReport) -> OrderStatus:
        if self.status in _ENDED and not isinstance(report, OrderCanceled | OrderExpired):
            return self.status
        if self.status is _S.FILLED:
            return self.status
        match report:
            case OrderAccepted():
                stays = {_S.PARTIALLY_FILLED, _S.PENDING_CANCEL, _S.PENDING_AMEND}
                return self.status if self.status in stays else self._open_status()
            case OrderAmended() if self.filled >= report.quantity:
                return _S.FILLED  # it was made as small as what had been filled meanwhile
            case OrderAmended() | AmendRejected() | OrderLost() if self.status is _S.PENDING_CANCEL:
                return self.status  # the cancel was asked for later and is still to be answered
            case CancelRejected() | AmendRejected() if not self.filled and self.broker_id is None:
                return _S.SUBMITTED  # a refusal is no proof that the order has arrived
            case CancelRejected() | OrderAmended() | AmendRejected():
                return self._open_status()
            case _:
                return _AFTER[type(report)]

    def _open_status(self) -> OrderStatus:
        return _S.PARTIALLY_FILLED if self.filled else _S.ACCEPTED

    def _with_fill(self, fill: Fill, time: datetime) -> Order:
        if fill.id in self.fill_ids:
            return self
        filled = self.filled + fill.quantity
        status = self.status
        if filled >= self.intent.quantity:
            status = _S.FILLED
        elif status not in _ENDED | {_S.PENDING_CANCEL, _S.PENDING_AMEND}:
            status = _S.PARTIALLY_FILLED
        return replace(
            self,
            status=status,
            filled=filled,
            filled_value=self.filled_value + fill.price * fill.quantity,
            changed=time,
            fill_ids=self.fill_ids | {fill.id},
        )


_AFTER: dict[type, OrderStatus] = {
    OrderSubmitted: _S.SUBMITTED,
    OrderDenied: _S.DENIED,
    CancelRequested: _S.PENDING_CANCEL,
    AmendRequested: _S.PENDING_AMEND,
    OrderCanceled: _S.CANCELED,
    OrderRejected: _S.REJECTED,
    OrderExpired: _S.EXPIRED,
    OrderLost: _S.UNKNOWN,
}
