"""Somebody sells and somebody buys, and not for less than is bid: else quotes are wrong or gone."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.domain.session import Phase
from core.risk.checks import register
from core.risk.context import RiskContext

_ONE_SIDED = Text("호가가 한쪽만 있습니다", "the order book has one side only")
_CROSSED = Text(
    "매수호가 {:,}이(가) 매도호가 {:,} 이상입니다: 호가를 믿을 수 없습니다",
    "the best bid {:,} is not below the best ask {:,}: quotes can't be trusted",
)


@register
def order_book(intent: OrderIntent, context: RiskContext) -> Check:
    """Look at continuous trading alone: books of auctions cross. Unknown quotes pass."""
    title, bid, ask = Text("호가", "Order book"), context.bid, context.ask
    reason = None
    if context.phase is Phase.CONTINUOUS and (bid is not None or ask is not None):
        if not bid or not ask:
            reason = _ONE_SIDED
        elif bid >= ask:
            reason = _CROSSED.format(bid, ask)
    return Check("order_book", title, passed=reason is None, reason=reason)
