"""The last tick is not too old to act on."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class FreshDataOptions(Options):
    stale_after_s: int = option(
        10,
        ge=1,
        le=600,
        unit=Text("초", "s"),
        page="risk",
        title=Text("시세 유효 시간", "Quotes are stale after"),
        help=Text(
            "마지막 체결이 이보다 오래되면 새로 사지 않습니다.",
            "Nothing is bought while the last trade is older than this.",
        ),
    )


@register
def fresh_data(intent: OrderIntent, context: RiskContext) -> Check:
    title = Text("시세 신선도", "Fresh data")
    limit = context.settings[FreshDataOptions].stale_after_s
    if context.last_tick_time is None:
        reason = Text("아직 체결이 없습니다", "no trade has been seen yet")
        return Check("fresh_data", title, passed=False, limit=limit, unit="s", reason=reason)
    age = max((context.now - context.last_tick_time).total_seconds(), 0.0)
    passed = age <= limit
    reason = Text(
        f"마지막 체결이 {age:.0f}초 전입니다(한도 {limit}초)",
        f"the last trade is {age:.0f} s old (limit {limit} s)",
    )
    return Check("fresh_data", title, passed, age, limit, "s", None if passed else reason)
