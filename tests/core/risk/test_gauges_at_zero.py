"""A day without profit or loss uses nothing of its limits, and not less than nothing."""

from __future__ import annotations

from math import copysign

from config.schema import Settings
from core.domain.messages import AccountUpdated
from core.risk.gauges import gauges
from tests.builders import OPEN


def test_a_day_at_zero_shows_no_minus() -> None:
    cash = 10_000_000
    money = AccountUpdated(OPEN, cash, cash, cash, cash, cash, 0, 0, 0, 0, ())
    used = {check.name: check.used for check in gauges(money, 0, Settings())}
    for name in ("daily_loss", "daily_target"):
        value = used[name]
        assert value == 0 and copysign(1, value) == 1
