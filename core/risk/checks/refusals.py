"""The broker does not refuse one order after the other: a circuit breaker on our own mistakes."""

from __future__ import annotations

from datetime import timedelta

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class RefusalOptions(Options):
    max_refusals: int = option(
        5,
        ge=0,
        le=50,
        unit=Text("건", "orders"),
        page="risk",
        title=Text("주문 거부 한도", "Refused orders"),
        help=Text(
            "아래 시간 안에 이만큼 주문이 거부되면, 그 시간이 지날 때까지 새로 사지 않습니다. "
            "매도는 계속합니다. 0이면 따지지 않습니다.",
            "After this many orders refused within the time below nothing is bought until it has "
            "passed; sells go on. 0: off.",
        ),
    )
    refusal_window_min: int = option(
        5,
        ge=1,
        le=390,
        unit=Text("분", "min"),
        page="risk",
        title=Text("주문 거부 관찰 시간", "Refusals are counted for"),
        help=Text(
            "주문 거부를 세는 시간입니다.",
            "The time in which refused orders are counted.",
        ),
    )


@register
def refusals(intent: OrderIntent, context: RiskContext) -> Check:
    options = context.settings[RefusalOptions]
    window = timedelta(minutes=options.refusal_window_min)
    recent = [time for time in context.refusals if time > context.now - window]
    limit = options.max_refusals
    passed = not limit or len(recent) < limit
    until = recent[-limit] + window if not passed else context.now
    reason = Text(
        f"{options.refusal_window_min}분 사이 주문 {len(recent)}건이 거부되었습니다. "
        f"{until:%H:%M:%S}까지 사지 않습니다",
        f"{len(recent)} orders were refused within {options.refusal_window_min} min; nothing is "
        f"bought until {until:%H:%M:%S}",
    )
    title = Text("주문 거부", "Refusals")
    used = len(recent) if limit else None
    return Check(
        "refusals", title, passed, used, limit or None, "orders", None if passed else reason
    )
