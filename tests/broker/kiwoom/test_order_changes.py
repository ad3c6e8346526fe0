"""What becomes of a working order that is cancelled or amended, in whatever order it is told."""

from __future__ import annotations

import pytest

from core.domain.order import OrderStatus, TimeInForce
from tests.broker.kiwoom.order_rig import ACCOUNT, CODE, FILL, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


# -- cancelling --------------------------------------------------------------------------------

CANCEL = {
    "order_number": "0000102", "original_number": "0000101", "action": "매수취소",
    "screen": "1002",
}  # fmt: skip


@pytest.fixture
def working(rig):
    order = rig.submit()
    rig.answer("0000101")
    rig.chejan()
    rig.posted.clear()
    return order


def test_a_cancel_ends_with_its_confirmation(rig, working):
    rig.cancel(working.id)
    assert rig.last == ["order-2", "1002", ACCOUNT, 3, CODE, 10, 0, "00", "0000101"]
    rig.answer("0000102", "[100000] 모의투자 취소주문완료")
    rig.chejan(**CANCEL)
    assert rig.kinds() == []
    rig.chejan(**CANCEL, state="확인", remaining="0")
    assert rig.kinds() == ["OrderCanceled"]


@pytest.mark.parametrize("place", ["before", "after", "not at all"])
def test_the_originals_own_notice_of_its_cancel_changes_nothing(rig, working, place):
    rig.cancel(working.id)
    rig.answer("0000102")
    rig.chejan(**CANCEL)
    if place == "before":
        rig.chejan(state="확인", remaining="0")
    rig.chejan(**CANCEL, state="확인", remaining="0")
    if place == "after":
        rig.chejan(state="확인", remaining="0")
    rig.wait(2)
    assert rig.kinds() == ["OrderCanceled"]
    assert rig.asked == []


def test_a_cancel_waits_for_a_number_it_needs(rig):
    order = rig.submit()
    rig.cancel(order.id)
    assert len(rig.control.sent) == 1
    rig.answer("0000101")
    assert rig.last[3:5] == [3, CODE]
    assert rig.last[8] == "0000101"


def test_a_cancel_of_an_order_that_has_not_left_takes_it_back():
    rig = Rig(per_second=1)
    rig.submit()
    waiting = rig.submit()
    rig.cancel(waiting.id)
    rig.wait(5)
    assert len(rig.control.sent) == 1
    assert rig.book[waiting.id].status is OrderStatus.CANCELED


def test_a_refused_cancel_leaves_the_order_working_and_asks(rig, working):
    rig.cancel(working.id)
    rig.answer("", "[RC4033] 모의투자 정정/취소할 수량이 없습니다")
    assert rig.kinds() == ["CancelRejected"]
    assert rig.book[working.id].status is OrderStatus.ACCEPTED
    rig.wait(1)
    assert len(rig.asked) == 1  # it may have ended without our hearing of it


def test_a_cancel_refused_because_of_a_fill_meanwhile_goes_out_again_for_the_rest(rig, working):
    rig.cancel(working.id)
    rig.chejan(**FILL | {"filled": "4", "unit_filled": "4", "remaining": "6"})
    rig.answer("", "[00Z924] 모의투자 취소수량이 취소가능수량을 초과합니다")
    assert rig.kinds() == ["OrderFilled"]
    assert rig.last[5] == 6


def test_a_cancel_of_what_has_ended_is_refused_here(rig, working):
    rig.chejan(**FILL)
    rig.orders.cancel(rig.book[working.id])
    assert rig.kinds() == ["OrderFilled", "CancelRejected"]
    assert len(rig.control.sent) == 1


def test_a_fill_after_the_cancel_counts(rig, working):
    rig.cancel(working.id)
    rig.answer("0000102")
    rig.chejan(**CANCEL, state="확인", remaining="0")
    rig.chejan(**FILL | {"filled": "4", "unit_filled": "4", "remaining": "6"})
    assert rig.book[working.id].filled == 4
    assert rig.book[working.id].status is OrderStatus.CANCELED


def test_a_part_cancelled_by_hand_makes_the_order_smaller(rig, working):
    rig.chejan(**CANCEL | {"screen": "0000", "ordered": "3"}, state="확인", remaining="0")
    assert rig.book[working.id].intent.quantity == 7
    assert rig.book[working.id].remaining == 7


def test_what_an_ioc_leaves_is_cancelled_by_the_exchange(rig):
    order = rig.submit(time_in_force=TimeInForce.IOC)
    rig.answer("0000101")
    rig.chejan(**FILL | {"filled": "4", "unit_filled": "4", "remaining": "6"})
    rig.chejan(state="확인", remaining="0", filled="4")
    after = rig.book[order.id]
    assert (after.status, after.filled) == (OrderStatus.CANCELED, 4)


def test_nothing_left_of_a_limit_order_without_a_reason_is_looked_up(rig, working):
    rig.chejan(state="확인", remaining="0")
    assert rig.kinds() == []
    rig.wait(1)
    assert rig.asked == ["order 0000101: nothing left, and nobody said why"]


# -- amending ----------------------------------------------------------------------------------

AMEND = {
    "order_number": "0000102", "original_number": "0000101", "action": "+매수정정",
    "order_price": "69500", "screen": "1002",
}  # fmt: skip


def test_an_amended_order_keeps_our_id_and_gets_a_new_number(rig, working):
    rig.amend(working.id, 69_500, 10)
    assert rig.last == ["order-2", "1002", ACCOUNT, 5, CODE, 10, 69_500, "00", "0000101"]
    rig.answer("0000102")
    rig.chejan(**AMEND)
    rig.chejan(remaining="0", state="확인")  # the original's own notice
    rig.chejan(**AMEND, state="확인")
    assert rig.kinds() == ["OrderAmended"]
    after = rig.book[working.id]
    assert (after.broker_id, after.intent.limit_price, after.remaining) == ("0000102", 69_500, 10)
    rig.chejan(**AMEND | FILL | {"unit_price": "69500", "filled_value": "695000"})
    assert rig.book[working.id].status is OrderStatus.FILLED
    assert rig.book[working.id].filled_value == 695_000
    rig.wait(2)
    assert rig.asked == []


def test_a_fill_of_the_new_number_says_that_it_was_amended(rig, working):
    rig.amend(working.id, 69_500, 10)
    rig.chejan(**AMEND | FILL | {"filled": "4", "unit_filled": "4", "remaining": "6"})
    assert rig.kinds() == ["OrderAmended", "OrderFilled"]


def test_an_amended_order_is_cancelled_by_its_new_number(rig, working):
    rig.amend(working.id, 69_500, 10)
    rig.answer("0000102")
    rig.cancel(working.id)
    assert len(rig.control.sent) == 2  # the cancel waits until the number is settled
    rig.chejan(**AMEND, state="확인")
    assert rig.last[3] == 3
    assert rig.last[8] == "0000102"


def test_making_an_order_smaller_is_a_cancel_of_the_difference(rig, working):
    rig.amend(working.id, 70_000, 7)
    assert rig.last[3:7] == [3, CODE, 3, 0]
    rig.answer("0000102")
    rig.chejan(**CANCEL, ordered="3")
    rig.chejan(**CANCEL, ordered="3", state="확인", remaining="0")
    assert rig.kinds() == ["OrderAmended"]
    after = rig.book[working.id]
    assert (after.broker_id, after.remaining, after.status) == (
        "0000101", 7, OrderStatus.ACCEPTED,
    )  # fmt: skip


def test_smaller_at_another_price_goes_in_two_steps(rig, working):
    rig.amend(working.id, 69_500, 7)
    rig.answer("0000102")
    rig.chejan(**CANCEL, ordered="3", state="확인", remaining="0")
    assert rig.last[3:9] == [5, CODE, 7, 69_500, "00", "0000101"]
    rig.answer("0000103")
    third = AMEND | {"order_number": "0000103", "ordered": "7", "remaining": "7"}
    rig.chejan(**third | {"screen": "1003", "state": "확인"})
    after = rig.book[working.id]
    assert (after.intent.limit_price, after.intent.quantity) == (69_500, 7)


@pytest.mark.parametrize(("price", "quantity"), [(69_500, 11), (69_500, 0), (70_000, 4)])
def test_an_amendment_that_cant_be_is_refused_here(rig, working, price, quantity):
    rig.chejan(**FILL | {"filled": "4", "unit_filled": "4", "remaining": "6"})
    rig.amend(working.id, price, quantity)
    assert rig.kinds() == ["OrderFilled", "AmendRejected"]
    assert len(rig.control.sent) == 1


def test_a_refused_amendment_leaves_the_order_as_it_was(rig, working):
    rig.amend(working.id, 69_500, 10)
    rig.answer("", "[RC4042] 모의투자 정정수량이 정정가능수량을 초과합니다")
    assert rig.kinds() == ["AmendRejected"]
    assert rig.book[working.id].intent.limit_price == 70_000


def test_an_order_amended_by_hand_is_followed(rig, working):
    rig.chejan(**AMEND | {"screen": "0000"})
    rig.chejan(**AMEND | {"screen": "0000"}, state="확인")
    assert rig.book[working.id].broker_id == "0000102"
    assert rig.book[working.id].intent.limit_price == 69_500


def test_an_older_amendment_heard_of_late_does_not_bring_its_number_back(rig, working):
    by_hand = AMEND | {"screen": "0000", "state": "확인"}
    rig.chejan(**by_hand | {"order_number": "0000103", "original_number": "0000102"})
    second = next(o for o in rig.orders.working if o.broker_id == "0000103")
    rig.chejan(**by_hand | {"order_price": "69900"})
    assert rig.book[working.id].broker_id == "0000101"
    assert rig.book[second.id].intent.limit_price == 69_500
    rig.wait(1)
    assert len(rig.asked) == 1  # what became of the first is for the list to say
