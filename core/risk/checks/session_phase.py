"""Entries only while the market trades continuously."""

from __future__ import annotations

from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.domain.session import Phase
from core.risk.checks import register
from core.risk.context import RiskContext


@register
def session_phase(intent: OrderIntent, context: RiskContext) -> Check:
    passed = context.phase is Phase.CONTINUOUS
    reason = Text("정규장 시간이 아닙니다", "the market is not in its regular session")
    return Check(
        "session_phase", Text("장 상태", "Session"), passed, reason=None if passed else reason
    )
