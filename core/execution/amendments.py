"""Whether a working order may be given another price or made smaller."""

from __future__ import annotations

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.order import Order, OrderStatus, Side, TimeInForce
from core.domain.price import Price

_BUSY = {
    OrderStatus.PENDING_AMEND: Text("정정 응답을 기다리는 중입니다", "an amendment is under way"),
    OrderStatus.PENDING_CANCEL: Text("취소 중입니다", "it is being cancelled"),
    OrderStatus.UNKNOWN: Text(
        "접수 여부를 확인하는 중입니다", "it is not known yet whether the order has arrived"
    ),
}


def refusal(
    order: Order, limit_price: Price, quantity: int, instrument: Instrument, available: Price
) -> Text | None:
    """Return why `order` can't become these terms; None where it may be asked for.

    Args:
        order: As it is now.
        limit_price: Won.
        quantity: Of the whole order, what was filled before included; shares.
        instrument: For the grid of prices and the day's limits.
        available: Cash that no working buy has reserved, won; commission is left out.
    """
    return (
        state_refusal(order)
        or _of_quantity(order, quantity)
        or _of_price(limit_price, instrument)
        or _of_cash(order, limit_price, quantity, available)
    )


def state_refusal(order: Order) -> Text | None:
    """Return why no terms of `order` can change now, whatever they are."""
    if not order.is_working:
        return Text("이미 끝난 주문입니다", "the order has ended")
    if order.status in _BUSY:
        return _BUSY[order.status]
    intent = order.intent
    if not intent.kind.has_price or intent.time_in_force is not TimeInForce.DAY:
        return Text(
            "가격이 있는 대기 주문(지정가)만 정정할 수 있습니다",
            "only waiting orders with a price (limit orders) can be amended",
        )
    return None


def _of_quantity(order: Order, quantity: int) -> Text | None:
    if order.filled < quantity <= order.intent.quantity:
        return None
    return Text(
        f"정정 수량 {quantity:,}주: 체결된 {order.filled:,}주보다 많고 "
        f"주문 {order.intent.quantity:,}주를 넘지 않아야 합니다",
        f"quantity {quantity:,} must be above the {order.filled:,} filled and at most the "
        f"{order.intent.quantity:,} ordered",
    )


def _of_price(limit_price: Price, instrument: Instrument) -> Text | None:
    if limit_price <= 0 or not instrument.grid.is_valid(limit_price):
        return Text(
            f"{limit_price:,}원은 호가 단위에 맞지 않습니다",
            f"{limit_price:,} won is not on the grid of prices",
        )
    limits = instrument.price_limits()
    if limits is not None and not limits[0] <= limit_price <= limits[1]:
        return Text(
            f"{limit_price:,}원은 하한 {limits[0]:,}원~상한 {limits[1]:,}원 밖입니다",
            f"{limit_price:,} won is outside {limits[0]:,} to {limits[1]:,}",
        )
    return None


def _of_cash(order: Order, limit_price: Price, quantity: int, available: Price) -> Text | None:
    if order.intent.side is Side.SELL:
        return None
    left = quantity - order.filled
    needed = left * limit_price - order.remaining * order.intent.worst_price
    if needed <= max(available, 0):
        return None
    return Text(
        f"추가로 {needed:,}원이 필요하지만 주문가능금액은 {available:,}원입니다",
        f"needs {needed:,} won more, {available:,} available",
    )
