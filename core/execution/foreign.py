"""Orders of others that were partly filled before anybody told us of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.domain.order import Fill, Order, OrderFilled, OrderStatus


def before_its_fills(order: Order) -> Order:
    """Return `order` as it was when nothing of it was filled."""
    return replace(
        order, status=OrderStatus.ACCEPTED, filled=0, filled_value=0, fill_ids=frozenset()
    )


def fills_of(order: Order, now: datetime) -> tuple[OrderFilled, ...]:
    """Return reports that are worth what was filled of `order`, to the won; costs are unknown: 0.

    One price rarely gives the sum, so there are two, a won apart.
    """
    low, dear = divmod(int(order.filled_value), order.filled)
    parts = ((low, order.filled - dear), (low + 1, dear))
    intent = order.intent
    return tuple(
        OrderFilled(
            order.id,
            Fill(
                id=f"{order.id}@{price}",
                order_id=order.id,
                symbol=intent.symbol,
                side=intent.side,
                price=price,
                quantity=shares,
                commission=0,
                tax=0,
                time=now,
            ),
            now,
        )
        for price, shares in parts
        if shares
    )
