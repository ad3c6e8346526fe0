"""The order's status table: what may follow what, and what never can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import OrderError
from core.domain.order import (
    WORKING,
    BrokerOrderId,
    CancelRejected,
    CancelRequested,
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderId,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Side,
)
from tests.builders import OPEN, a_fill, an_intent, an_order

S = OrderStatus
NOW = OPEN + timedelta(seconds=1)
ID = OrderId("t-0001")


def submitted(quantity: int = 10) -> Order:
    return an_order(an_intent(quantity=quantity)).apply(OrderSubmitted(ID, NOW))


def filled(quantity: int, number: int = 1) -> OrderFilled:
    return OrderFilled(ID, a_fill(quantity=quantity, number=number), NOW)


def accepted() -> OrderAccepted:
    return OrderAccepted(ID, BrokerOrderId("0000001"), NOW)


def test_an_order_goes_from_created_to_filled() -> None:
    order = submitted().apply(accepted()).apply(filled(4)).apply(filled(6, number=2))
    assert order.status is S.FILLED
    assert (order.filled, order.remaining, order.average_price) == (10, 0, 70_000)
    assert order.broker_id == "0000001"


def test_a_partial_fill_leaves_the_rest_working() -> None:
    order = submitted().apply(accepted()).apply(filled(4))
    assert order.status is S.PARTIALLY_FILLED
    assert order.remaining == 6


def test_a_fill_may_come_before_the_acceptance() -> None:
    order = submitted().apply(filled(4)).apply(accepted())
    assert order.status is S.PARTIALLY_FILLED
    assert order.broker_id == "0000001"


def test_fill_after_cancel_still_changes_the_order() -> None:
    order = submitted().apply(OrderCanceled(ID, NOW)).apply(filled(4))
    assert order.status is S.CANCELED
    assert order.filled == 4


def test_a_fill_that_is_reported_twice_counts_once() -> None:
    order = submitted().apply(filled(4))
    assert order.apply(filled(4)) is order


def test_a_fill_beyond_the_quantity_is_recorded_and_seen() -> None:
    order = submitted().apply(filled(10)).apply(filled(5, number=2))
    assert order.filled == 15
    assert order.is_overfilled


def test_a_rejected_cancel_brings_the_order_back() -> None:
    order = submitted().apply(accepted()).apply(CancelRequested(ID, NOW))
    assert order.status is S.PENDING_CANCEL
    assert order.apply(CancelRejected(ID, NOW, "too late")).status is S.ACCEPTED


def test_an_acceptance_does_not_hide_a_pending_cancel() -> None:
    order = submitted().apply(CancelRequested(ID, NOW)).apply(accepted())
    assert order.status is S.PENDING_CANCEL


def test_a_lost_order_is_resolved_by_what_the_broker_says() -> None:
    lost = submitted().apply(OrderLost(ID, NOW, "no answer"))
    assert lost.is_working
    assert lost.apply(accepted()).status is S.ACCEPTED
    assert lost.apply(OrderRejected(ID, NOW, "no")).status is S.REJECTED


@pytest.mark.parametrize(
    ("status", "report"),
    [
        (S.CREATED, filled(1)),
        (S.CREATED, OrderCanceled(ID, NOW)),
        (S.DENIED, OrderSubmitted(ID, NOW)),
        (S.DENIED, filled(1)),
        (S.SUBMITTED, OrderSubmitted(ID, NOW)),
        (S.SUBMITTED, OrderDenied(ID, NOW, "late")),
        (S.FILLED, OrderRejected(ID, NOW, "no")),
        (S.FILLED, CancelRequested(ID, NOW)),
        (S.CANCELED, OrderLost(ID, NOW, "")),
    ],
)
def test_an_impossible_transition_raises(status: S, report: OrderReport) -> None:
    with pytest.raises(OrderError, match=status.value):
        an_order(status=status).apply(report)


def test_another_orders_report_raises() -> None:
    with pytest.raises(OrderError, match="t-0002"):
        submitted().apply(OrderAccepted(OrderId("t-0002"), BrokerOrderId("1"), NOW))


REPORTS = st.one_of(
    st.just(accepted()),
    st.builds(filled, quantity=st.integers(1, 8), number=st.integers(1, 30)),
    st.just(CancelRequested(ID, NOW)),
    st.just(OrderCanceled(ID, NOW)),
    st.just(CancelRejected(ID, NOW, "no")),
    st.just(OrderRejected(ID, NOW, "no")),
    st.just(OrderExpired(ID, NOW)),
    st.just(OrderLost(ID, NOW, "silence")),
)


@given(st.lists(REPORTS, max_size=25))
def test_whatever_comes_in_whatever_order_the_books_stay_true(reports: list[OrderReport]) -> None:
    """Every fill counts exactly once, an ended order never works again, and nothing is lost."""
    order, seen = submitted(), {}
    has_ended = False
    for report in reports:
        try:
            order = order.apply(report)
        except OrderError:
            continue
        if isinstance(report, OrderFilled):
            seen.setdefault(report.fill.id, report.fill.quantity)
        assert order.filled == sum(seen.values())
        assert order.filled_value == sum(seen.values()) * 70_000
        assert order.is_working == (order.status in WORKING)
        assert 0 <= order.remaining <= order.intent.quantity
        assert not (has_ended and order.is_working)
        has_ended = has_ended or not order.is_working


def test_sides_have_signs() -> None:
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
