"""Price x quantity within the share of capital that one position may cost."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext
from core.risk.sizing import SizingOptions


@register
def position_value(intent: OrderIntent, context: RiskContext) -> Check:
    value = intent.reference_price * intent.quantity
    limit = context.capital * context.settings[SizingOptions].max_position_pct / 100
    passed = value <= limit
    reason = Text(
        f"종목 금액 {value:,.0f}원 > 한도 {limit:,.0f}원",
        f"position of {value:,.0f} won is above the limit of {limit:,.0f}",
    )
    return Check(
        "position_value",
        Text("종목당 금액", "Position value"),
        passed,
        value,
        limit,
        "won",
        None if passed else reason,
    )
