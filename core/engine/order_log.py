"""A line in the log for each change of an order: its id ties everything that is said of it."""

from __future__ import annotations

import logging

from core.domain.order import Order, OrderReport

logger = logging.getLogger(__name__)


def log_order(order: Order, report: OrderReport | None) -> None:
    """Write what the order is now; a `Desk` watcher."""
    intent, price = order.intent, order.intent.limit_price
    logger.info(
        "order %s (broker %s) %s %s %s at %s, %s: %s, filled %s%s",
        order.id,
        order.broker_id or "-",
        intent.side.value,
        intent.quantity,
        intent.symbol,
        "market" if price is None else price,
        intent.reason.value,
        order.status.value,
        order.filled,
        f"; {order.note}" if order.note else "",
    )
