"""The price lies within the day's limits; not checked where the previous close is not known."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@register
def price_limits(intent: OrderIntent, context: RiskContext) -> Check:
    title = Text("상·하한가", "Daily price limits")
    if context.price_limits is None:
        return Check("price_limits", title, passed=True, unit="won")
    lowest, highest = context.price_limits
    price = intent.limit_price if intent.limit_price is not None else intent.reference_price
    passed = lowest <= price <= highest
    reason = Text(
        f"{price:,}원은 하한 {lowest:,}원~상한 {highest:,}원 밖입니다",
        f"{price:,} won is outside {lowest:,} to {highest:,}",
    )
    return Check("price_limits", title, passed, price, highest, "won", None if passed else reason)
