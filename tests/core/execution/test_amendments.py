"""Which terms a working order may be given, and why not others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.order import Order, OrderKind, OrderStatus, Side, TimeInForce
from core.execution.amendments import refusal
from tests.builders import SAMSUNG, an_intent, an_order

BUY = an_order(an_intent(kind=OrderKind.LIMIT), OrderStatus.ACCEPTED)  # 10 shares at 70,000
MARKET = an_order(an_intent(), OrderStatus.ACCEPTED)


def english(order: Order, price: float = 70_100, quantity: int = 10, available: int = 1_000) -> str:
    why = refusal(order, price, quantity, SAMSUNG, available)
    return why.en if why else ""


def test_another_price_and_a_smaller_quantity_may_be_asked_for() -> None:
    assert english(BUY) == ""
    assert english(BUY, 69_900, 1) == ""
    assert english(replace(BUY, filled=4), 69_900, 5) == ""


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(BUY, status=OrderStatus.CANCELED), "has ended"),
        (replace(BUY, status=OrderStatus.PENDING_AMEND), "under way"),
        (replace(BUY, status=OrderStatus.PENDING_CANCEL), "cancelled"),
        (replace(BUY, status=OrderStatus.UNKNOWN), "not known yet"),
        (MARKET, "limit orders"),
        (replace(BUY, intent=replace(BUY.intent, time_in_force=TimeInForce.IOC)), "limit orders"),
    ],
)
def test_orders_that_can_not_be_amended(order: Order, why: str) -> None:
    assert why in english(order)


@pytest.mark.parametrize("kind", list(OrderKind))
def test_only_kinds_with_a_price_have_one_to_amend(kind: OrderKind) -> None:
    order = replace(BUY, intent=replace(BUY.intent, kind=kind))
    assert (english(order) == "") is kind.has_price


@pytest.mark.parametrize(("filled", "quantity"), [(0, 0), (4, 4), (4, 3), (0, 11)], ids=str)
def test_a_quantity_lies_above_what_is_filled_and_within_what_was_ordered(
    filled: int, quantity: int
) -> None:
    assert "must be above" in english(replace(BUY, filled=filled), quantity=quantity)


@pytest.mark.parametrize(("price", "why"), [(70_050, "grid"), (0, "grid"), (91_100, "outside")])
def test_a_price_lies_on_the_grid_and_within_the_days_limits(price: int, why: str) -> None:
    assert why in english(BUY, price)


def test_a_dearer_buy_needs_the_cash_for_the_difference() -> None:
    assert english(BUY, 70_100, available=1_000) == ""
    assert "needs 1,000 won more" in english(BUY, 70_100, available=999)
    assert english(replace(BUY, filled=5), 70_100, available=500) == ""
    assert english(BUY, 70_200, 9, available=-5) == ""
    sell = replace(BUY, intent=replace(BUY.intent, side=Side.SELL))
    assert english(sell, 80_000, available=0) == ""
