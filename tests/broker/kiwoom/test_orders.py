"""One order's life: sent, accepted, filled, amended, cancelled, refused, in the recorded order."""

from __future__ import annotations

import pytest

from core.domain.errors import BrokerError
from core.domain.messages import ForeignOrderSeen, Noted
from core.domain.order import (
    OrderCanceled,
    OrderKind,
    OrderRejected,
    OrderStatus,
    Reason,
    Side,
    TimeInForce,
)
from tests.broker.kiwoom.order_rig import ACCOUNT, CODE, Rig

FILL = {
    "state": "체결", "execution_number": "1234931", "fill_price": "70000", "filled": "10",
    "unit_price": "70000", "unit_filled": "10", "remaining": "0", "filled_value": "700000",
    "commission": "2450",
}  # fmt: skip


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_new_order_leaves_as_nine_values_in_one_list(rig):
    rig.submit(Side.SELL, 7, 71_000)
    assert rig.control.sent == [
        ["order-1", "1001", ACCOUNT, 2, CODE, 7, 71_000, "00", ""],
    ]


@pytest.mark.parametrize(
    ("kind", "time_in_force", "price", "hoga", "sent_price"),
    [
        (OrderKind.MARKET, TimeInForce.DAY, None, "03", 0),
        (OrderKind.LIMIT, TimeInForce.IOC, 70_000, "10", 70_000),
        (OrderKind.BEST, TimeInForce.FOK, None, "26", 0),
        (OrderKind.AFTER_HOURS_CLOSE, TimeInForce.DAY, None, "81", 0),
    ],
)
def test_kinds_leave_as_their_code_and_without_a_price_where_they_have_none(
    rig, kind, time_in_force, price, hoga, sent_price
):
    rig.submit(price=price, kind=kind, time_in_force=time_in_force)
    assert (rig.last[7], rig.last[6]) == (hoga, sent_price)


def test_what_the_mock_server_does_not_take_is_not_sent():
    rig = Rig(is_mock=True)
    order = rig.submit(price=None, kind=OrderKind.BEST)
    assert rig.control.sent == []
    assert order.status is OrderStatus.REJECTED
    assert "모의투자" in order.note


def test_an_order_id_is_used_once(rig):
    order = rig.submit()
    with pytest.raises(BrokerError, match="sent before"):
        rig.orders.submit(order)


def test_being_sent_is_not_being_accepted(rig):
    order = rig.submit()
    assert rig.kinds() == []
    assert rig.book[order.id].status is OrderStatus.SUBMITTED


def test_answer_acceptance_fill_and_balance_in_the_recorded_order(rig):
    order = rig.submit()
    rig.answer("0000101")
    rig.chejan()
    rig.chejan(**FILL)
    rig.balance(held=10, sellable=10)
    assert rig.kinds() == ["OrderAccepted", "OrderFilled"]
    after = rig.book[order.id]
    assert (after.status, after.broker_id) == (OrderStatus.FILLED, "0000101")
    fill = rig.fills[0]
    assert (fill.price, fill.quantity, fill.commission, fill.tax) == (70_000, 10, 2_450, 0)
    assert rig.orders.holdings.held(CODE) == 10
    assert rig.orders.working == ()


def test_a_fill_before_its_answer_is_joined_by_the_screen(rig):
    order = rig.submit()
    rig.chejan(**FILL)
    rig.chejan()
    rig.answer("0000101")
    assert rig.kinds() == ["OrderAccepted", "OrderFilled"]
    assert rig.book[order.id].status is OrderStatus.FILLED


def test_orders_of_one_symbol_are_told_apart_by_their_screens(rig):
    first, second = rig.submit(), rig.submit()
    rig.chejan(order_number="0000102", screen="1002")
    rig.chejan(order_number="0000101", screen="1001")
    assert rig.book[first.id].broker_id == "0000101"
    assert rig.book[second.id].broker_id == "0000102"


def test_an_event_without_a_screen_waits_for_the_answer_that_names_its_number(rig):
    """As the REST interface sends it: 920 blank."""
    first, second = rig.submit(), rig.submit()
    rig.chejan(order_number="0000102", screen="")
    rig.answer("0000102")
    assert rig.book[second.id].broker_id == "0000102"
    assert rig.book[first.id].broker_id is None
    assert rig.kinds() == ["OrderAccepted"]


def test_fills_are_counted_once_whatever_order_they_come_in(rig):
    order = rig.submit()
    rig.answer("0000101")
    first = FILL | {
        "execution_number": "1", "filled": "4", "unit_filled": "4", "remaining": "6",
        "commission": "980",
    }  # fmt: skip
    second = FILL | {"execution_number": "2", "unit_filled": "6", "unit_price": "69900"}
    for event in (second, first, second, first):
        rig.chejan(**event)
    assert [(f.price, f.quantity, f.commission) for f in rig.fills] == [
        (69_900, 6, 2_450),  # the later event's cumulative fee bears both
        (70_000, 4, 0),
    ]
    assert rig.book[order.id].status is OrderStatus.FILLED


def test_a_gap_between_fills_asks_the_servers_a_moment_later(rig):
    rig.submit()
    rig.answer("0000101")
    rig.chejan(**FILL | {"unit_filled": "6"})
    assert rig.asked == []
    rig.wait(1)
    assert rig.asked == ["order 0000101: an earlier fill is missing"]


def test_a_gap_that_the_next_moment_fills_asks_nobody(rig):
    rig.submit()
    rig.answer("0000101")
    rig.chejan(**FILL | {"unit_filled": "6"})
    rig.chejan(**FILL | {"execution_number": "1", "filled": "4", "unit_filled": "4"})
    rig.wait(1)
    assert rig.asked == []


def test_a_refusal_has_the_brokers_words(rig):
    order = rig.submit()
    rig.answer("", "[RC4025] 모의투자 매수증거금이 부족합니다.")
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert rig.book[order.id].note == "[RC4025] 모의투자 매수증거금이 부족합니다."


def test_a_refusal_waits_a_moment_for_words_that_come_second(rig):
    order = rig.submit()
    rig.orders.on_order_number("1001", "order-1", "   ")
    assert rig.kinds() == []
    rig.orders.on_message("1001", "order-1", "[571489] 장이 열리지않는 날입니다")
    assert rig.book[order.id].note == "[571489] 장이 열리지않는 날입니다"


def test_a_refusal_without_words_is_told_all_the_same(rig):
    order = rig.submit()
    rig.orders.on_order_number("1001", "order-1", "")
    rig.wait(1)
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert rig.book[order.id].note


def test_a_refused_order_event_is_a_rejection(rig):
    order = rig.submit()
    rig.answer("0000101")
    rig.chejan(state="거부", refusal="호가가격제한")
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert rig.book[order.id].note == "호가가격제한"


def test_a_refused_order_event_before_its_number_is_known_rejects_once(rig):
    order = rig.submit()
    for _ in range(2):
        rig.chejan(state="거부", refusal="호가가격제한")
    assert rig.kinds() == ["OrderRejected"]
    assert rig.book[order.id].note == "호가가격제한"


def test_somebody_elses_refused_order_is_no_order(rig):
    rig.chejan(state="거부", screen="0000")
    assert rig.posted == []


def test_the_message_alone_decides_nothing(rig):
    order = rig.submit()
    rig.orders.on_message("1001", "order-1", "[RC4025] 모의투자 매수증거금이 부족합니다.")
    assert rig.book[order.id].status is OrderStatus.SUBMITTED


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


# -- other people's orders ---------------------------------------------------------------------


def test_an_order_made_by_hand_is_seen_once_then_reported(rig):
    rig.chejan(screen="0000")
    rig.chejan(screen="0000")
    rig.chejan(**FILL | {"screen": "0000"})
    assert rig.kinds() == ["ForeignOrderSeen", "OrderFilled"]
    seen = next(m for m in rig.posted if isinstance(m, ForeignOrderSeen)).order
    assert seen.id == "K261123-0000101"
    assert (seen.intent.reason, seen.intent.limit_price) == (Reason.FOREIGN, 70_000)
    assert rig.book[seen.id].status is OrderStatus.FILLED


def test_a_foreign_order_can_be_cancelled(rig):
    rig.chejan(screen="0000")
    seen = rig.orders.working[0]
    rig.cancel(seen.id)
    assert rig.last[8] == "0000101"


def test_a_foreign_order_first_seen_by_its_second_fill_knows_what_it_missed(rig):
    rig.chejan(**FILL | {"unit_filled": "6", "screen": "0000"})
    order = rig.book["K261123-0000101"]
    assert (order.filled, order.filled_value) == (10, 700_000)
    assert [fill.quantity for fill in rig.fills] == [6]
    rig.wait(1)
    assert len(rig.asked) == 1


# -- balances ----------------------------------------------------------------------------------


def test_a_balance_tells_what_is_held_and_what_is_free(rig):
    rig.orders.hold({CODE: 10, "000660": 3})
    assert (rig.orders.holdings.held(CODE), rig.orders.holdings.sellable(CODE)) == (10, 10)
    rig.balance(held=10, sellable=4)
    assert rig.orders.holdings.sellable(CODE) == 4
    rig.balance(held=0, sellable=0)
    assert rig.orders.holdings.held(CODE) == 0
    assert not rig.orders.holdings.is_empty
    rig.balance("000660")
    assert rig.orders.holdings.is_empty


def test_an_event_that_cant_be_read_is_noted_and_looked_up(rig, working):
    rig.chejan(**FILL | {"filled": "?"})
    assert [type(m) for m in rig.posted] == [Noted]
    assert "FID 911" in rig.posted[0].text.en
    assert len(rig.asked) == 1


def test_a_new_day_begins_with_new_numbers(rig, working):
    rig.wait(24 * 3600)
    rig.chejan(order_time="120000", screen="0000")  # the same number, another order
    assert rig.kinds() == ["OrderExpired", "ForeignOrderSeen"]


def test_the_end_of_the_day_expires_what_works_and_forgets_what_waits():
    rig = Rig(per_second=1)
    first, second = rig.submit(), rig.submit()
    rig.orders.expire(rig.clock.now())
    rig.wait(60)
    assert {rig.book[o.id].status for o in (first, second)} == {OrderStatus.EXPIRED}
    assert len(rig.control.sent) == 1
    assert rig.asked == []


def test_reports_inside_of_send_order_are_joined(rig):
    """The control pumps messages while it is called: events may come before it returns."""

    def answer(values):
        rig.control.during = lambda values: None
        rig.chejan(order_number="0000101", screen=values[1])

    rig.control.during = answer
    order = rig.submit()
    assert rig.book[order.id].status is OrderStatus.ACCEPTED
    rig.wait(10)
    assert rig.asked == []
    assert not any(isinstance(m, OrderRejected | OrderCanceled) for m in rig.posted)
