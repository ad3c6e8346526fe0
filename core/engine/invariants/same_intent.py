"""Never two working orders of the same intent."""

from __future__ import annotations

from collections import Counter

from config.text import Text
from core.domain.order import Order, OrderStatus, Side
from core.engine.invariants import Books, register


@register(Text("같은 주문은 하나", "No order twice"))
def same_intent(books: Books) -> Text | None:
    """One buy a symbol, but for one that is being cancelled; sells only for other shares.

    What was bought while a sell worked is sold by a second one, so that sells are the same only
    where they were decided at one moment for one quantity.
    """
    buys = Counter(order.intent.symbol for order in books.own if _is_active_buy(order))
    for symbol, count in buys.items():
        if count > 1:
            return _wrong(symbol, count)
    if not books.fresh:
        return None
    intents = Counter(order.intent for order in books.own if order.intent.side is Side.SELL)
    for intent, count in intents.items():
        if count > 1:
            return _wrong(intent.symbol, count)
    return None


def _is_active_buy(order: Order) -> bool:
    return order.intent.side is Side.BUY and order.status is not OrderStatus.PENDING_CANCEL


def _wrong(symbol: str, count: int) -> Text:
    return Text(
        f"{symbol}: 같은 주문 {count}건이 나가 있습니다. 미체결에서 하나만 남기고 취소하세요",
        f"{symbol}: {count} orders of the same intent work; cancel all but one in the orders",
    )
