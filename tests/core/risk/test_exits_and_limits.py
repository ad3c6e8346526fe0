"""Stop, target and the day's limits at their edges."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.schema import Settings
from core.domain.portfolio import Position
from core.domain.signal import Action
from core.risk.daily_limits import DailyLimit, DailyLimitOptions, reached
from core.risk.exits import ExitOptions, Levels, levels, touched
from tests.builders import OPEN

DAILY = Settings()[DailyLimitOptions]
HELD = Position("005930", OPEN, bought=10, bought_value=700_000)


def test_levels_are_percentages_of_the_entry_and_not_rounded() -> None:
    options = Settings({"risk.stop_loss_pct": 0.7, "risk.take_profit_pct": 1.3})[ExitOptions]
    assert levels(71_550, 80_000, 100, 71_700, options) == Levels(
        71_550 * (1 - 0.7 / 100), 71_550 * (1 + 1.3 / 100)
    )


@pytest.mark.parametrize(
    ("price", "action"),
    [(69_301, None), (69_300, Action.SELL_SL), (71_399, None), (71_400, Action.SELL_TP)],
)
def test_a_level_is_touched_at_its_price(price: int, action: Action | None) -> None:
    held = replace(HELD, stop_level=69_300.0, target_level=71_400.0)
    assert touched(held, price) is action


def test_the_stop_wins_where_both_levels_are_touched() -> None:
    assert (
        touched(replace(HELD, stop_level=70_000.0, target_level=69_000.0), 69_500) is Action.SELL_SL
    )


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (10_299_999, None),
        (10_300_000, DailyLimit.TARGET),
        (9_800_001, None),
        (9_800_000, DailyLimit.LOSS),
    ],
)
def test_daily_limits_are_measured_from_the_days_start(
    value: int, limit: DailyLimit | None
) -> None:
    assert reached(10_000_000, value, DAILY) is limit


def test_zero_switches_a_daily_limit_off() -> None:
    off = Settings({"risk.daily_target_pct": 0, "risk.daily_max_loss_pct": 0})[DailyLimitOptions]
    assert reached(100, 1, off) is None
    assert reached(100, 1_000, off) is None
