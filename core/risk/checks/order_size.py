"""At least one share."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@register
def order_size(intent: OrderIntent, context: RiskContext) -> Check:
    passed = intent.quantity >= 1
    reason = Text(
        f"한 종목 한도로는 1주({intent.reference_price:,}원)도 살 수 없습니다",
        f"the position limit does not buy one share at {intent.reference_price:,} won",
    )
    return Check(
        "order_size",
        Text("주문 수량", "Order size"),
        passed,
        unit="shares",
        reason=None if passed else reason,
    )
