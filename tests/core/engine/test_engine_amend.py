"""What the engine makes of other terms for a working order."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.errors import BrokerError, JournalError
from core.domain.messages import (
    AmendOrder,
    ConnectionChanged,
    OrderUpdated,
    Severity,
)
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    Fill,
    OrderAmended,
    OrderFilled,
    OrderId,
    OrderStatus,
    Side,
)
from tests.core.engine.conftest import (
    EAGER,
    HAND,
    SAMSUNG,
    Desk,
    by_hand,
    fall_then_rise,
    notes,
    place_by_hand,
)


@pytest.fixture
def resting(desk: Desk) -> Desk:
    """A desk with a limit buy of ten shares at 70,000 that works at the broker."""
    place_by_hand(desk, by_hand())
    return desk


def test_an_amendment_is_journaled_before_it_is_sent(resting: Desk) -> None:
    seen: list[Any] = []
    resting.broker.amend = lambda order, price, quantity: seen.append(  # type: ignore[method-assign]
        (order.status, price, quantity, resting.journal.of("report")[-1].body)
    )
    resting.tell(AmendOrder(HAND, 69_900, 8))
    ((status, price, quantity, body),) = seen
    assert (status, price, quantity) == (OrderStatus.PENDING_AMEND, 69_900, 8)
    assert (body["event"], body["limit_price"], body["quantity"]) == ("AmendRequested", 69_900, 8)


def test_what_the_broker_amended_is_in_force(resting: Desk) -> None:
    resting.tell(AmendOrder(HAND, 69_900, 8))
    resting.tell(OrderAmended(HAND, BrokerOrderId("78"), 69_900, 8, resting.clock.now()))
    order = resting.said(OrderUpdated)[-1].order
    assert (order.status, order.broker_id) == (OrderStatus.ACCEPTED, "78")
    assert (order.intent.limit_price, order.remaining) == (69_900, 8)
    assert resting.engine.orders.reserved_cash() == pytest.approx(69_900 * 8, rel=1e-3)
    resting.engine.close()
    assert resting.journal.of("report")[-1].body["quantity"] == 8


def test_a_refused_amendment_leaves_the_order_as_it_was(resting: Desk) -> None:
    resting.tell(AmendOrder(HAND, 69_900, 8))
    resting.tell(AmendRejected(HAND, resting.clock.now(), "정정 불가"))
    order = resting.said(OrderUpdated)[-1].order
    assert (order.status, order.intent.limit_price) == (OrderStatus.ACCEPTED, 70_000)
    assert any("정정 불가" in text for text in notes(resting))


@pytest.mark.parametrize(
    ("price", "quantity", "why"),
    [
        (69_950, 10, "grid"),
        (120_000, 10, "outside"),
        (70_000, 11, "at most"),
        (70_000, 0, "above the 0 filled"),
    ],
)
def test_impossible_terms_are_refused_in_words(
    resting: Desk, price: int, quantity: int, why: str
) -> None:
    resting.tell(AmendOrder(HAND, price, quantity))
    assert resting.broker.amends == []
    assert any(why in text for text in notes(resting, Severity.ERROR))


def test_a_market_order_can_not_be_amended(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    fall_then_rise(desk)
    desk.tell(AmendOrder(desk.broker.submitted[0].id, 70_000, 5))
    assert desk.broker.amends == []
    assert any("limit orders" in text for text in notes(desk, Severity.ERROR))


def test_an_unknown_order_can_not_be_amended(desk: Desk) -> None:
    desk.tell(AmendOrder(OrderId("nobody"), 70_000, 5))
    assert any("nobody" in text for text in notes(desk, Severity.ERROR))


def test_a_buy_is_not_amended_while_the_line_is_down(resting: Desk) -> None:
    resting.tell(ConnectionChanged(False, "line down"))
    resting.tell(AmendOrder(HAND, 69_900, 10))
    assert resting.broker.amends == []


def test_without_a_journal_nothing_is_amended(resting: Desk) -> None:
    resting.journal.failure = JournalError("the disk is full")
    resting.tell(AmendOrder(HAND, 69_900, 8))
    assert resting.broker.amends == []
    assert resting.engine.orders[HAND].status is OrderStatus.ACCEPTED
    assert any("disk is full" in text for text in notes(resting, Severity.ERROR))


def test_a_line_that_takes_no_amendment_leaves_the_order_working(resting: Desk) -> None:
    def refuse(*_: Any) -> None:
        raise BrokerError("the line is down")

    resting.broker.amend = refuse  # type: ignore[method-assign]
    resting.tell(AmendOrder(HAND, 69_900, 8))
    assert resting.engine.orders[HAND].status is OrderStatus.ACCEPTED


def test_a_fill_while_an_amendment_is_under_way_counts(resting: Desk) -> None:
    resting.tell(AmendOrder(HAND, 69_900, 6))
    fill = Fill("f1", HAND, SAMSUNG, Side.BUY, 70_000, 6, 0, 0, resting.clock.now())
    resting.tell(OrderFilled(HAND, fill, resting.clock.now()))
    resting.tell(OrderAmended(HAND, BrokerOrderId("78"), 69_900, 6, resting.clock.now()))
    order = resting.engine.orders[HAND]
    assert (order.status, order.filled) == (OrderStatus.FILLED, 6)
    assert next(resting.engine.orders.working(), None) is None
