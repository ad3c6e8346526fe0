"""What a broker's account report says of an order of ours: listed, ended, or not there at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import (
    Order,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Refusal,
)
from core.domain.own_words import own

_NOT_LISTED = own(
    "증권사에 없는 주문입니다. (응답 없음, 잔고 일치)",
    "the broker does not have the order (no answer came, and the account agrees).",
)
_ENDED = own(
    "증권사의 당일 주문 목록에서 확인했습니다.",
    "found in the broker's list of the day.",
)


def find(order: Order, listed: Iterable[Order]) -> Order | None:
    """Return the same order as the broker has it, None where it is not among them."""
    number = order.broker_id
    return next(
        (o for o in listed if o.id == order.id or (number is not None and o.broker_id == number)),
        None,
    )


def agrees(order: Order, held: int, account: AccountReported) -> bool:
    """Whether the broker holds as many shares of the order's symbol as we do."""
    symbol = order.intent.symbol
    return held == sum(h.quantity for h in account.holdings if h.symbol == symbol)


def ended(order: Order, account: AccountReported, now: datetime) -> OrderReport | None:
    """Return the report that the broker's list of the day owes us: that it ended, and how.

    None where it says nothing of it, or tells of fills that we have not heard of.
    """
    row = next((row for row in account.day_orders or () if _is_of(row, order)), None)
    if row is None or row.filled != order.filled:
        return None
    match row.status:
        case OrderStatus.CANCELED:
            return OrderCanceled(order.id, now, _ENDED)
        case OrderStatus.EXPIRED:
            return OrderExpired(order.id, now, _ENDED)
        case OrderStatus.REJECTED:
            return OrderRejected(order.id, now, _ENDED)
    return None


def gone(order: Order, now: datetime, is_cancel: bool) -> OrderReport:
    """Return how an order ends that the broker does not know; a later fill of it still counts.

    `is_cancel`: what nobody answered was its cancel.
    """
    if is_cancel:
        return OrderCanceled(order.id, now, _NOT_LISTED)
    if order.broker_id is None and not order.filled:
        return OrderRejected(order.id, now, _NOT_LISTED, Refusal.NOT_ARRIVED)
    return OrderExpired(order.id, now, _NOT_LISTED)


def _is_of(row: DayOrder, order: Order) -> bool:
    if row.order_id == order.id:
        return True
    return order.broker_id is not None and order.broker_id in row.numbers
