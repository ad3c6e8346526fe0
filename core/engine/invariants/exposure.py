"""Entries stay within the limits of number and size, and no order is filled beyond its quantity."""

from __future__ import annotations

from config.text import Text
from core.domain.order import Order, Side
from core.engine.invariants import Books, register
from core.risk.checks.max_positions import MaxPositionsOptions
from core.risk.checks.price_collar import PriceCollarOptions
from core.risk.sizing import SizingOptions


@register(Text("투자 한도", "Exposure within limits"))
def exposure(books: Books) -> Text | None:
    """Looks at entries as they are sent: what is held may outgrow a limit that shrinks later."""
    for order in books.overfilled:
        return _overfilled(order)
    entries = [order for order in books.fresh if order.intent.side is Side.BUY]
    for order in entries:
        if (found := _too_large(order, books)) is not None:
            return found
    return _too_many(books) if entries else None


def _overfilled(order: Order) -> Text:
    return Text(
        f"{order.intent.symbol}: 주문 {order.id}이(가) {order.intent.quantity:,}주보다 많은 "
        f"{order.filled:,}주 체결되었습니다. 영웅문에서 잔고를 확인하세요",
        f"{order.intent.symbol}: {order.filled:,} shares of order {order.id} were filled, "
        f"{order.intent.quantity:,} ordered; check the balance in the HTS",
    )


def _too_large(order: Order, books: Books) -> Text | None:
    """Compare with room for the collar: an entry may be worked at prices that have moved."""
    symbol, options = order.intent.symbol, books.settings
    position = books.portfolio.position(symbol)
    value = order.remaining * order.intent.worst_price
    if position is not None and not position.is_foreign:
        value += position.quantity * position.entry_price
    share = options[SizingOptions].max_position_pct / 100
    limit = (
        books.portfolio.capital * share * (1 + options[PriceCollarOptions].price_collar_pct / 100)
    )
    if value <= limit:
        return None
    return Text(
        f"{symbol}: 매수와 보유가 {value:,.0f}원으로 한도 {limit:,.0f}원을 넘습니다"
        f"(주문 {order.id}). 미체결에서 취소하세요",
        f"{symbol}: {value:,.0f} won held and ordered, the limit is {limit:,.0f} "
        f"(order {order.id}); cancel it in the orders",
    )


def _too_many(books: Books) -> Text | None:
    held = {p.symbol for p in books.portfolio if not p.is_foreign}
    bought = held | {o.intent.symbol for o in books.own if o.intent.side is Side.BUY}
    limit = books.settings[MaxPositionsOptions].max_positions
    if len(bought) <= limit:
        return None
    return Text(
        f"보유와 매수 주문이 {len(bought)}종목으로 한도 {limit}종목을 넘습니다: "
        f"{', '.join(sorted(bought))}. 미체결에서 취소하세요",
        f"{len(bought)} symbols held and being bought, the limit is {limit}: "
        f"{', '.join(sorted(bought))}; cancel in the orders",
    )
