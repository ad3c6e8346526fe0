"""Open positions and working buys stay below the number of positions allowed."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class MaxPositionsOptions(Options):
    max_positions: int = option(
        5,
        ge=1,
        le=200,
        unit=Text("종목", "positions"),
        page="risk",
        title=Text("최대 보유 종목", "Most positions"),
        help=Text(
            "동시에 보유하는 종목 수의 상한. 진행 중인 매수 주문도 셉니다.",
            "Most positions held at the same time; working buy orders count.",
        ),
    )


@register
def max_positions(intent: OrderIntent, context: RiskContext) -> Check:
    used = context.open_positions + context.working_buys
    limit = context.settings[MaxPositionsOptions].max_positions
    passed = used < limit
    reason = Text(
        f"보유·매수 중 {used}종목, 한도 {limit}", f"{used} positions of {limit} are taken"
    )
    return Check(
        "max_positions",
        Text("보유 종목 수", "Positions"),
        passed,
        used,
        limit,
        "positions",
        None if passed else reason,
    )
