"""The order's status table: what may follow what, and what never can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import OrderError
from core.domain.order import (
    WORKING,
    AmendRejected,
    AmendRequested,
    BrokerOrderId,
    CancelRejected,
    CancelRequested,
    Order,
    OrderAccepted,
    OrderAmended,
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


@pytest.mark.parametrize("asked", [CancelRequested(ID, NOW), AmendRequested(ID, NOW)])
def test_a_change_nobody_answers_makes_the_order_unknown(asked: OrderReport) -> None:
    lost = submitted().apply(accepted()).apply(asked).apply(OrderLost(ID, NOW, "no answer"))
    assert (lost.status, lost.is_working) == (S.UNKNOWN, True)
    assert lost.apply(accepted()).status is S.ACCEPTED
    assert lost.apply(OrderCanceled(ID, NOW)).status is S.CANCELED


def test_a_refused_cancel_is_no_proof_that_the_order_has_arrived() -> None:
    refused = submitted().apply(CancelRequested(ID, NOW)).apply(CancelRejected(ID, NOW, "offline"))
    assert refused.status is S.SUBMITTED
    assert refused.apply(OrderLost(ID, NOW, "no answer")).status is S.UNKNOWN
    assert refused.apply(accepted()).status is S.ACCEPTED


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
        (S.ACCEPTED, OrderLost(ID, NOW, "")),
        (S.CREATED, AmendRequested(ID, NOW)),
        (S.FILLED, AmendRequested(ID, NOW)),
        (S.DENIED, OrderAmended(ID, BrokerOrderId("2"), 69_900, 8, NOW)),
    ],
)
def test_an_impossible_transition_raises(status: S, report: OrderReport) -> None:
    with pytest.raises(OrderError, match=status.value):
        an_order(status=status).apply(report)


def test_another_orders_report_raises() -> None:
    with pytest.raises(OrderError, match="t-0002"):
        submitted().apply(OrderAccepted(OrderId("t-0002"), BrokerOrderId("1"), NOW))


def amended(quantity: int, price: int = 69_900) -> OrderAmended:
    return OrderAmended(ID, BrokerOrderId("0000002"), price, quantity, NOW)


def test_an_amended_order_works_on_under_its_new_number_and_terms() -> None:
    order = submitted().apply(accepted()).apply(filled(4)).apply(AmendRequested(ID, NOW))
    assert order.status is S.PENDING_AMEND
    order = order.apply(amended(8))
    assert (order.status, order.broker_id) == (S.PARTIALLY_FILLED, "0000002")
    assert (order.intent.limit_price, order.intent.quantity) == (69_900, 8)
    assert (order.filled, order.remaining) == (4, 4)


def test_an_order_amended_to_what_was_filled_meanwhile_is_filled() -> None:
    order = submitted().apply(AmendRequested(ID, NOW)).apply(filled(6)).apply(amended(6))
    assert (order.status, order.remaining) == (S.FILLED, 0)
    late = submitted().apply(AmendRequested(ID, NOW)).apply(amended(6)).apply(filled(6))
    assert late.status is S.FILLED


def test_an_amendment_does_not_hide_a_pending_cancel() -> None:
    order = submitted().apply(AmendRequested(ID, NOW)).apply(CancelRequested(ID, NOW))
    assert order.apply(amended(8)).status is S.PENDING_CANCEL
    assert order.apply(AmendRejected(ID, NOW, "no")).status is S.PENDING_CANCEL


def test_a_fill_leaves_an_amendment_pending() -> None:
    order = submitted().apply(accepted()).apply(AmendRequested(ID, NOW)).apply(filled(4))
    assert order.status is S.PENDING_AMEND
    assert order.apply(AmendRejected(ID, NOW, "no")).status is S.PARTIALLY_FILLED


def test_an_amendment_nobody_here_asked_for_counts() -> None:
    """Made in the HTS, of an order of ours."""
    assert submitted().apply(accepted()).apply(amended(8)).remaining == 8


def test_an_ended_order_is_not_amended_into_life() -> None:
    order = submitted().apply(OrderCanceled(ID, NOW)).apply(amended(8))
    assert order.status is S.CANCELED


REPORTS = st.one_of(
    st.just(AmendRequested(ID, NOW, 69_900, 8)),
    st.builds(amended, quantity=st.integers(1, 10), price=st.integers(69_000, 71_000)),
    st.just(AmendRejected(ID, NOW, "no")),
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
    has_ended, quantity = False, 10
    for report in reports:
        try:
            order = order.apply(report)
        except OrderError:
            continue
        if isinstance(report, OrderFilled):
            seen.setdefault(report.fill.id, report.fill.quantity)
        if isinstance(report, OrderAmended):
            quantity = report.quantity
        assert order.filled == sum(seen.values())
        assert order.filled_value == sum(seen.values()) * 70_000
        assert order.is_working == (order.status in WORKING)
        assert 0 <= order.remaining <= order.intent.quantity == quantity
        assert not (order.is_working and order.filled >= quantity), "nothing is left to work"
        assert not (has_ended and order.is_working)
        has_ended = has_ended or not order.is_working


def test_sides_have_signs() -> None:
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
