"""Price x quantity + commission fits the cash that no working buy has reserved."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@register
def cash(intent: OrderIntent, context: RiskContext) -> Check:
    needed, available = context.cost(intent), context.available_cash
    passed = needed <= available
    reason = Text(
        f"필요 {needed:,.0f}원 > 주문가능 {available:,.0f}원",
        f"needs {needed:,.0f} won, {available:,.0f} available",
    )
    return Check(
        "cash",
        Text("주문가능금액", "Cash"),
        passed,
        needed,
        available,
        "won",
        None if passed else reason,
    )
