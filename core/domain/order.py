"""Orders: what became of what we want, and the only ways an order's status may change.

The one place to import orders from: what they are made of and their reports come along.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from core.domain.errors import OrderError
from core.domain.intent import (
    BrokerOrderId,
    OrderId,
    OrderIntent,
    OrderKind,
    Reason,
    Side,
    TimeInForce,
)
from core.domain.order_reports import (
    AmendRejected,
    AmendRequested,
    CancelRejected,
    CancelRequested,
    Fill,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderSubmitted,
)
from core.domain.price import Price
from core.domain.refusal import Refusal

__all__ = [
    "WORKING",
    "AmendRejected",
    "AmendRequested",
    "BrokerOrderId",
    "CancelRejected",
    "CancelRequested",
    "Fill",
    "Order",
    "OrderAccepted",
    "OrderAmended",
    "OrderCanceled",
    "OrderDenied",
    "OrderExpired",
    "OrderFilled",
    "OrderId",
    "OrderIntent",
    "OrderKind",
    "OrderLost",
    "OrderRejected",
    "OrderReport",
    "OrderStatus",
    "OrderSubmitted",
    "Reason",
    "Refusal",
    "Side",
    "TimeInForce",
]


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
    # What nobody has answered: the order itself, or what was asked of it later.
    OrderLost: frozenset({_S.SUBMITTED, _S.UNKNOWN, _S.PENDING_CANCEL, _S.PENDING_AMEND}),
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
            case OrderAmended() | AmendRejected() if self.status is _S.PENDING_CANCEL:
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
