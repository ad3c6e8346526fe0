"""Pure rules: which of the broker's orders is ours, and what of it is not booked yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import BrokerOrderId, OrderKind, OrderStatus, Side
from core.domain.past import PastOrder
from core.execution.recovery import differences, listed_orders, match, split, unbooked
from tests.builders import OPEN, an_intent, an_order


def ours(number: int = 1, *heard: str, **changes: object) -> PastOrder:
    order = an_order(an_intent(**changes), OrderStatus.SUBMITTED, number)
    return PastOrder(order, OPEN, tuple(BrokerOrderId(n) for n in heard))


def theirs(number: str = "77", **changes: object) -> DayOrder:
    listed = DayOrder(
        BrokerOrderId(number), "005930", Side.BUY, OrderKind.MARKET, 10, 0, 0, 0, 0,
        OrderStatus.ACCEPTED, OPEN, remaining=10, numbers=(BrokerOrderId(number),),
    )  # fmt: skip
    return replace(listed, **changes)  # type: ignore[arg-type]


def pairs(found) -> list[tuple[str, str]]:
    return [(mine.order.id, listed.broker_id) for mine, listed in found.pairs]


def test_our_id_in_the_list_is_our_order_whatever_else_it_says():
    found = match([ours()], [theirs(order_id="t-0001", quantity=4)])
    assert pairs(found) == [("t-0001", "77")]


def test_a_number_that_was_heard_is_our_order_also_after_it_was_amended():
    listed = theirs("90", numbers=("77", "90"), quantity=6)
    assert pairs(match([ours(1, "77")], [listed])) == [("t-0001", "90")]


def test_the_same_number_of_another_symbol_is_not():
    found = match([ours(1, "77")], [theirs(symbol="000660")])
    assert (pairs(found), len(found.missing), len(found.strangers)) == ([], 1, 1)


def test_an_order_without_a_number_is_found_by_its_terms():
    assert pairs(match([ours()], [theirs()])) == [("t-0001", "77")]


@pytest.mark.parametrize(
    "other",
    [
        {"symbol": "000660"},
        {"side": Side.SELL},
        {"quantity": 9},
        {"kind": OrderKind.LIMIT, "limit_price": 70_000},
        {"time": OPEN - timedelta(minutes=1)},
    ],
)
def test_an_order_of_other_terms_or_from_before_is_a_strangers(other):
    found = match([ours()], [theirs(**other)])
    assert (pairs(found), len(found.missing), len(found.strangers)) == ([], 1, 1)


def test_two_that_may_be_ours_are_unclear_and_booked_to_nobody():
    found = match([ours()], [theirs("77"), theirs("78")])
    assert (pairs(found), len(found.unclear)) == ([], 1)
    assert found.suspects == {"77", "78"}


def test_two_of_ours_that_are_alike_are_unclear_too():
    found = match([ours(1), ours(2)], [theirs()])
    assert (pairs(found), len(found.unclear)) == ([], 2)


def test_an_order_that_had_ended_is_not_missed():
    ended = ours()
    ended = replace(ended, order=replace(ended.order, status=OrderStatus.CANCELED))
    assert match([ended], []).missing == ()


def test_where_the_broker_lists_no_day_its_working_orders_count():
    working = replace(an_order(status=OrderStatus.ACCEPTED), broker_id=BrokerOrderId("77"))
    report = AccountReported(OPEN, 0, 0, (), (working,))
    assert [(each.broker_id, each.remaining) for each in listed_orders(report)] == [("77", 10)]


orders = st.builds(
    lambda number, heard, quantity: ours(number, *heard, quantity=quantity),
    st.integers(1, 6),
    st.lists(st.sampled_from(["71", "72", "73"]), max_size=1),
    st.integers(1, 3),
)
lists = st.lists(
    st.builds(
        lambda number, quantity: theirs(number, quantity=quantity),
        st.sampled_from(["71", "72", "73", "74"]),
        st.integers(1, 3),
    ),
    max_size=4,
    unique_by=lambda listed: listed.broker_id,
)


@given(st.lists(orders, max_size=4, unique_by=lambda mine: mine.order.id), lists)
def test_every_order_is_on_exactly_one_side(past, listed):
    found = match(past, listed)
    mine = [each.order.id for each in (*found.missing, *found.unclear)]
    mine += [each.order.id for each, _ in found.pairs]
    assert sorted(mine) == sorted(each.order.id for each in past)
    others = {each.broker_id for each in found.strangers}
    assert others | {each.broker_id for _, each in found.pairs} == {o.broker_id for o in listed}
    assert not others & {each.broker_id for _, each in found.pairs}


@given(st.integers(1, 10_000), st.integers(1, 10**9))
def test_made_up_fills_are_worth_what_the_broker_says(shares, value):
    parts = list(split(shares, value))
    assert sum(quantity for _, quantity in parts) == shares
    assert sum(price * quantity for price, quantity in parts) == value
    assert len(parts) <= 2


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 500), st.integers(0, 500))
def test_only_what_is_beyond_our_books_is_booked_with_its_costs(booked, filled, known, told):
    mine = ours()
    mine = replace(
        mine,
        order=replace(mine.order, filled=booked, filled_value=70_000 * booked),
        commission=known,
    )
    listed = theirs(filled=filled, filled_value=70_003 * filled, commission=told, tax=3)
    fills = [report.fill for report in unbooked(mine, listed, OPEN)]
    assert sum(fill.quantity for fill in fills) == max(filled - booked, 0)
    if fills:
        worth = sum(fill.price * fill.quantity for fill in fills)
        assert worth == 70_003 * filled - 70_000 * booked
        assert sum(fill.commission for fill in fills) == max(told - known, 0)
        assert sum(fill.tax for fill in fills) == 3


def test_differences_name_both_sides():
    assert differences({"a": 1, "b": 2}, {"b": 2, "c": 3}) == {"a": (1, 0), "c": (0, 3)}
