"""Orders sent in the last minute stay below the limit; exits count but are never blocked."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class OrderRateOptions(Options):
    max_orders_per_minute: int = option(
        30,
        ge=1,
        le=300,
        unit=Text("건/분", "orders/min"),
        page="risk",
        title=Text("분당 최대 주문", "Most orders a minute"),
        help=Text(
            "1분 동안 보내는 주문 수의 상한. 매도(청산)는 막지 않습니다.",
            "Most orders sent within a minute. Exits are never blocked by it.",
        ),
    )


@register
def order_rate(intent: OrderIntent, context: RiskContext) -> Check:
    used = context.orders_last_minute
    limit = context.settings[OrderRateOptions].max_orders_per_minute
    passed = used < limit
    reason = Text(
        f"최근 1분 주문 {used}건, 한도 {limit}건", f"{used} orders in a minute, limit {limit}"
    )
    return Check(
        "order_rate",
        Text("분당 주문", "Orders a minute"),
        passed,
        used,
        limit,
        "orders",
        None if passed else reason,
    )
