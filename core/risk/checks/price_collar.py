"""The price lies near the last trade: a guard against a stale or mistyped price."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class PriceCollarOptions(Options):
    price_collar_pct: float = option(
        3.0,
        ge=0.1,
        le=30,
        unit="%",
        page="risk",
        title=Text("가격 이탈 한도", "Price collar"),
        help=Text(
            "주문 가격이 마지막 체결가에서 이보다 멀면 사지 않습니다.",
            "Nothing is bought at a price further than this from the last trade.",
        ),
    )


@register
def price_collar(intent: OrderIntent, context: RiskContext) -> Check:
    title = Text("가격 이탈", "Price collar")
    limit = context.settings[PriceCollarOptions].price_collar_pct
    if context.last_price is None:
        reason = Text("아직 체결이 없습니다", "no trade has been seen yet")
        return Check("price_collar", title, passed=False, limit=limit, unit="%", reason=reason)
    price = intent.limit_price if intent.limit_price is not None else intent.reference_price
    used = abs(price / context.last_price - 1) * 100
    passed = used <= limit
    reason = Text(
        f"{price:,}원은 마지막 체결가 {context.last_price:,}원에서 {used:.2f}% 떨어져 있습니다",
        f"{price:,} won is {used:.2f} % from the last trade at {context.last_price:,}",
    )
    return Check("price_collar", title, passed, used, limit, "%", None if passed else reason)
