"""The one door every entry goes through; exits never wait for it."""

from __future__ import annotations

from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import all_checks
from core.risk.context import RiskContext


def examine(intent: OrderIntent, context: RiskContext) -> tuple[Check, ...]:
    """Run every check, also after one has failed, so that each reason can be shown and stored."""
    return tuple(check(intent, context) for check in all_checks())


def denied(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks that failed; empty means the order may go."""
    return tuple(check for check in checks if not check.passed)
