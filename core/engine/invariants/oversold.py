"""No sell leaves for more than is held, and nothing is held short."""

from __future__ import annotations

from config.text import Text
from core.domain.order import Side
from core.engine.invariants import Books, register


@register(Text("보유보다 많이 팔지 않음", "Never sells more than held"))
def oversold(books: Books) -> Text | None:
    """Looks at sells as they are sent: a fill after a cancel may leave less for them later."""
    for position in books.portfolio:
        if position.quantity < 0:
            return _wrong(position.symbol, position.quantity, 0)
    for order in books.fresh:
        symbol = order.intent.symbol
        if order.intent.side is Side.SELL:
            held, selling = books.portfolio.held(symbol), books.selling(symbol)
            if selling > held:
                return _wrong(symbol, held, selling)
    return None


def _wrong(symbol: str, held: int, selling: int) -> Text:
    return Text(
        f"{symbol}: 보유 {held:,}주, 매도 주문 {selling:,}주. 영웅문에서 잔고를 확인하세요",
        f"{symbol}: {held:,} shares held, {selling:,} being sold; check the balance in the HTS",
    )
