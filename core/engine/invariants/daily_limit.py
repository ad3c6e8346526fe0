"""No entry leaves after a daily limit was reached."""

from __future__ import annotations

from config.text import Text
from core.domain.order import Side
from core.engine.invariants import Books, register


@register(Text("일일 한도 뒤 매수 없음", "No entry after a daily limit"))
def daily_limit(books: Books) -> Text | None:
    if not books.is_limited:
        return None
    for order in books.fresh:
        if order.intent.side is Side.BUY:
            symbol = order.intent.symbol
            return Text(
                f"{symbol}: 일일 한도에 닿은 뒤에 매수 주문 {order.id}이(가) 나갔습니다. "
                "미체결에서 취소하세요",
                f"{symbol}: buy {order.id} was sent after a daily limit; cancel it in the orders",
            )
    return None
