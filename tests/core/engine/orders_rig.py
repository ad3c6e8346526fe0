"""Orders that wait for their price, by hand: quotes, answers, and what was sent last."""

from __future__ import annotations

from datetime import timedelta

from core.domain.market import Tick
from core.domain.messages import (
    Severity,
)
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderAmended,
    OrderKind,
    Reason,
    Side,
)
from tests.core.engine.conftest import EAGER, SAMSUNG, Desk, notes

LIMIT_FIRST = {**EAGER, "orders__entry": "limit_first", "orders__exit": "limit_first"}
EXIT_ONLY = {**EAGER, "orders__exit": "limit_first"}
BEST = {**EAGER, "orders__entry": "best", "orders__exit": "best"}


def quote(desk: Desk, price: float, bid: int, ask: int, seconds: float = 0.5) -> None:
    """Print a trade beside these best prices, a moment later."""
    now = desk.clock.now() + timedelta(seconds=seconds)
    desk.pass_to(now)
    desk.tell(Tick(SAMSUNG, now, price, 10, None, bid, ask))


def later(desk: Desk, seconds: float) -> None:
    desk.pass_to(desk.clock.now() + timedelta(seconds=seconds))


def newest(desk: Desk) -> Order:
    order: Order = desk.engine.orders[desk.broker.submitted[-1].id]
    return order


def terms(order: Order) -> tuple[OrderKind, float | None, int]:
    return order.intent.kind, order.intent.limit_price, order.intent.quantity


def confirm_amend(desk: Desk) -> None:
    order_id, price, quantity = desk.broker.amends[-1]
    number = BrokerOrderId(f"a{len(desk.broker.amends)}")
    report = OrderAmended(order_id, number, price, quantity, desk.clock.now())
    desk.broker.working[order_id] = desk.broker.working[order_id].apply(report)
    desk.tell(report)


def confirm_cancel(desk: Desk) -> None:
    desk.broker.confirm_cancel(desk.broker.cancels[-1])
    desk.drain()


def sell_by_target(desk: Desk) -> Order:
    """Touch the target of a position of 14; return the order that came of it."""
    quote(desk, 71_800, 71_700, 71_800)
    order = newest(desk)
    assert (order.intent.side, order.intent.reason) == (Side.SELL, Reason.TP)
    return order


def errors(desk: Desk) -> list[str]:

    return notes(desk, Severity.ERROR)
