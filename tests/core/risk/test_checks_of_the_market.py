"""Checks that look at the book, at refusals and at the whole market: where they do not refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from config.schema import Settings
from core.domain.session import Phase
from core.risk.checks.market_shock import market_shock
from core.risk.checks.order_book import order_book
from core.risk.checks.refusals import refusals
from tests.builders import OPEN, an_intent
from tests.core.risk.test_gate import GOOD


@pytest.mark.parametrize(
    "changes",
    [
        {"bid": None, "ask": None},
        {"bid": 70_000, "ask": 70_100},
        {"bid": 70_200, "ask": 70_100, "phase": Phase.OPENING_AUCTION},
        {"bid": 70_000, "ask": None, "phase": Phase.CLOSING_AUCTION},
    ],
)
def test_books_that_say_nothing_against_an_entry(changes: dict[str, Any]) -> None:
    assert order_book(an_intent(), replace(GOOD, **changes)).passed


def test_refusals_are_forgotten_after_their_time() -> None:
    often = (OPEN - timedelta(minutes=5),) * 4 + (OPEN,) * 4
    assert refusals(an_intent(), replace(GOOD, refusals=often)).passed


def test_the_refusal_says_until_when() -> None:
    often = tuple(OPEN - timedelta(seconds=s) for s in (200, 100, 80, 60, 40, 20))
    check = refusals(an_intent(), replace(GOOD, refusals=often))
    assert check.reason is not None
    # The oldest of the newest five ends the pause when it leaves the window.
    assert "6 orders" in check.reason.en and "until 09:03:20" in check.reason.en


@pytest.mark.parametrize("name", ["max_refusals", "market_shock_pct"])
def test_zero_switches_it_off(name: str) -> None:
    off = Settings({f"risk.{name}": 0})
    bad = replace(GOOD, settings=off, refusals=(OPEN,) * 50, market_fall_pct=29.0)
    check = refusals if name == "max_refusals" else market_shock
    assert check(an_intent(), bad).passed


def test_a_market_that_is_not_known_does_not_forbid() -> None:
    assert market_shock(an_intent(), GOOD).passed
