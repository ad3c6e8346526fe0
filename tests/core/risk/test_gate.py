"""Every pre-trade check: when it passes, when it refuses, and that it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.order import OrderIntent
from core.domain.session import Phase
from core.risk import gate, sizing
from core.risk.checks import all_checks
from core.risk.context import RiskContext
from tests.builders import OPEN, an_intent

GOOD = RiskContext(
    settings=Settings(),
    now=OPEN,
    phase=Phase.CONTINUOUS,
    entry_block="",
    capital=10_000_000,
    available_cash=10_000_000,
    commission=105,
    open_positions=0,
    working_buys=0,
    orders_last_minute=0,
    last_price=70_000,
    last_tick_time=OPEN,
    price_limits=(49_000, 91_000),
)


def refused_by(intent: OrderIntent, context: RiskContext) -> list[str]:
    return [check.name for check in gate.denied(gate.examine(intent, context))]


def test_a_sound_order_passes_every_check() -> None:
    checks = gate.examine(an_intent(), GOOD)
    assert len(checks) == len(all_checks())
    assert gate.denied(checks) == ()
    assert all(check.reason is None for check in checks)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("entries_allowed", {"entry_block": "daily_limit"}),
        ("cash", {"available_cash": 700_104}),
        ("position_value", {"capital": 6_999_999}),
        ("max_positions", {"open_positions": 4, "working_buys": 1}),
        ("order_rate", {"orders_last_minute": 30}),
        ("price_limits", {"price_limits": (49_000, 69_900)}),
        ("price_collar", {"last_price": 67_900}),
        ("price_collar", {"last_price": None}),
        ("order_book", {"bid": 70_000, "ask": None}),
        ("order_book", {"bid": 0, "ask": 70_100}),
        ("order_book", {"bid": 70_100, "ask": 70_100}),
        ("refusals", {"refusals": (OPEN - timedelta(minutes=4),) * 5}),
        ("market_shock", {"market_fall_pct": 2.0}),
        ("fresh_data", {"now": OPEN + timedelta(seconds=10.1)}),
        ("fresh_data", {"last_tick_time": None}),
        ("session_phase", {"phase": Phase.CLOSING_AUCTION}),
    ],
)
def test_each_check_refuses_alone_and_says_why(name: str, changes: dict[str, Any]) -> None:
    checks = gate.examine(an_intent(), replace(GOOD, **changes))
    (failed,) = gate.denied(checks)
    assert failed.name == name
    assert failed.reason is not None
    assert failed.reason.ko and failed.reason.en and failed.reason.ko != failed.reason.en


def test_no_share_is_refused() -> None:
    assert refused_by(an_intent(quantity=0), GOOD) == ["order_size"]


@pytest.mark.parametrize(
    "changes",
    [
        {"available_cash": 700_105},
        {"capital": 7_000_000},
        {"open_positions": 4},
        {"orders_last_minute": 29},
        {"price_limits": (70_000, 70_000)},
        {"now": OPEN + timedelta(seconds=10)},
    ],
)
def test_a_limit_that_is_just_met_passes(changes: dict[str, Any]) -> None:
    assert refused_by(an_intent(), replace(GOOD, **changes)) == []


def test_all_checks_run_although_one_has_failed() -> None:
    bad = replace(GOOD, entry_block="stopped", open_positions=5, phase=Phase.AFTER_CLOSE)
    assert refused_by(an_intent(), bad) == ["entries_allowed", "max_positions", "session_phase"]


@given(
    capital=st.integers(1, 10**10),
    price=st.integers(1, 3_000_000),
    share=st.floats(0.1, 100, allow_nan=False),
)
def test_what_sizing_proposes_never_exceeds_the_position_limit(
    capital: int, price: int, share: float
) -> None:
    quantity = sizing.quantity(capital, price, share)
    settings = Settings({"risk.max_position_pct": share})
    context = replace(GOOD, capital=capital, settings=settings)
    intent = an_intent(quantity=quantity, price=price)
    assert "position_value" not in refused_by(intent, context)
    assert (quantity + 1) * price > capital * share / 100 * (1 - 1e-9)
