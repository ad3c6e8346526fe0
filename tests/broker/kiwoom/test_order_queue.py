"""What leaves first, how fast, and what becomes of a SendOrder that returned an error."""

from __future__ import annotations

import pytest

from core.domain.messages import Noted, Severity
from core.domain.order import OrderId, OrderStatus, Side
from tests.broker.kiwoom.order_rig import Rig, list_row

NEW_BUY, NEW_SELL, CANCEL_BUY = 1, 2, 3


def kinds(rig: Rig) -> list[int]:
    return [values[3] for values in rig.control.sent]


def accepted(rig: Rig, number: str, **also):
    order = rig.submit(**also)
    rig.answer(number)
    return order


def test_no_more_than_five_leave_in_a_second():
    rig = Rig()
    for _ in range(7):
        rig.submit()
    assert len(rig.control.sent) == 5
    rig.wait(0.999)
    assert len(rig.control.sent) == 5
    rig.wait(0.002)
    assert len(rig.control.sent) == 7


def test_cancels_go_before_sells_and_sells_before_buys():
    rig = Rig(per_second=1)
    first = accepted(rig, "0000101")
    rig.submit()
    rig.submit(Side.SELL)
    rig.cancel(first.id)
    rig.wait(10)
    assert kinds(rig) == [NEW_BUY, CANCEL_BUY, NEW_SELL, NEW_BUY]


def test_equals_leave_in_the_order_they_came():
    rig = Rig(per_second=1)
    for quantity in (1, 2, 3):
        rig.submit(quantity=quantity)
    rig.wait(10)
    assert [values[5] for values in rig.control.sent] == [1, 2, 3]


def test_one_of_five_is_kept_for_exits_while_shares_are_held():
    rig = Rig()
    rig.balance(held=10, sellable=10)
    for _ in range(5):
        rig.submit()
    assert len(rig.control.sent) == 4
    rig.submit(Side.SELL)
    assert kinds(rig) == [NEW_BUY] * 4 + [NEW_SELL]


def test_with_nothing_held_all_five_are_for_anybody():
    rig = Rig()
    for _ in range(5):
        rig.submit()
    assert len(rig.control.sent) == 5


def test_a_cancel_of_what_was_filled_while_it_waited_is_not_sent():
    rig = Rig(per_second=1)
    order = accepted(rig, "0000101")
    rig.cancel(order.id)
    rig.chejan(state="체결", filled="10", unit_filled="10", unit_price="70000", remaining="0")
    rig.wait(5)
    assert kinds(rig) == [NEW_BUY]


@pytest.mark.parametrize("code", [-308, -311])
def test_too_many_orders_are_put_back_and_sent_again(code):
    rig = Rig()
    rig.control.results.extend([code, 0])
    first, second = rig.submit(quantity=1), rig.submit(quantity=2)
    assert len(rig.control.sent) == 1  # nothing else is tried meanwhile
    assert {rig.book[o.id].status for o in (first, second)} == {OrderStatus.SUBMITTED}
    rig.wait(1)
    assert [values[5] for values in rig.control.sent] == [1, 1, 2]
    noted = [message for message in rig.posted if isinstance(message, Noted)]
    assert [note.severity for note in noted] == [Severity.WARNING]


def test_the_penalty_doubles_while_it_goes_on_and_ends_with_a_success():
    rig = Rig()
    rig.control.results.extend([-308, -308, -308])
    rig.submit()
    begun = rig.clock.now()
    rig.wait(10)
    assert len(rig.control.sent) == 4
    assert rig.orders.next_time() is not None  # only its answer is awaited
    rig.answer("0000101")
    rig.control.results.append(-308)
    rig.submit()
    rig.wait(1)
    assert len(rig.control.sent) == 6
    assert (rig.clock.now() - begun).total_seconds() == 11


def test_an_urgent_order_overtakes_what_waits_out_a_penalty():
    rig = Rig(per_second=1)
    rig.control.results.append(-308)
    rig.submit()
    rig.submit(Side.SELL)
    rig.wait(10)
    assert kinds(rig) == [NEW_BUY, NEW_SELL, NEW_BUY]


@pytest.mark.parametrize("code", [-300, -302, -303, -304, -305, -306, -340, -101, -999])
def test_other_errors_reject_with_their_meaning(code):
    rig = Rig()
    rig.control.results.append(code)
    order = rig.submit()
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert str(code) in rig.book[order.id].note
    assert rig.asked == []
    rig.wait(10)
    assert len(rig.control.sent) == 1


def test_a_missing_password_says_where_to_register_it():
    rig = Rig()
    rig.control.results.append(-301)
    rig.submit()
    note = next(message for message in rig.posted if isinstance(message, Noted))
    assert note.severity is Severity.ERROR
    assert "계좌비밀번호 저장" in note.text.ko


def broken(values):
    raise RuntimeError("the control has died")


@pytest.mark.parametrize("result", [-307, None, broken])
def test_an_order_that_may_have_left_is_unknown_until_the_list_tells(result):
    rig = Rig()
    rig.orders.recover([])
    if callable(result):
        rig.control.during = result
    else:
        rig.control.results.append(result)
    order = rig.submit()
    assert rig.book[order.id].status is OrderStatus.UNKNOWN
    assert len(rig.asked) == 1
    rig.wait(3)
    rig.orders.recover([list_row()])
    assert rig.book[order.id].status is OrderStatus.ACCEPTED
    assert "ForeignOrderSeen" not in rig.kinds()
    assert len(rig.control.sent) == 1


def test_an_order_that_may_have_left_and_is_twice_not_listed_is_rejected():
    rig = Rig()
    rig.control.results.append(-307)
    order = rig.submit()
    for _ in range(2):
        rig.wait(6)
        rig.orders.recover([])
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert len(rig.control.sent) == 1


def test_a_call_that_breaks_holds_up_no_other_order():
    rig = Rig(per_second=1)
    rig.submit()
    rig.control.during = broken
    for _ in range(2):
        rig.submit()
    rig.wait(3)
    assert len(rig.control.sent) == 3


def test_a_cancel_that_may_not_have_left_may_be_sent_again_at_once():
    rig = Rig()
    order = accepted(rig, "0000101")
    rig.control.results.append(-307)
    rig.cancel(order.id)
    assert rig.kinds() == ["OrderAccepted", "CancelRejected"]
    assert len(rig.asked) == 1
    rig.cancel(order.id)
    assert kinds(rig) == [NEW_BUY, CANCEL_BUY, CANCEL_BUY]


def test_an_order_refused_for_the_limit_is_not_sent_after_the_line_was_lost_meanwhile():
    rig = Rig()
    rig.control.results.append(-308)
    rig.control.during = lambda values: rig.orders.on_disconnect()
    order = rig.submit()
    rig.wait(30)
    assert rig.book[order.id].status is OrderStatus.REJECTED
    assert len(rig.control.sent) == 1


def test_an_order_refused_for_the_limit_is_not_sent_after_its_cancel():
    rig = Rig()
    rig.control.results.append(-308)
    rig.control.during = lambda values: rig.cancel(OrderId("t-0001"))
    order = rig.submit()
    rig.wait(30)
    assert rig.book[order.id].status is OrderStatus.CANCELED
    assert len(rig.control.sent) == 1


def test_an_order_that_answers_inside_of_a_failing_call_has_left():
    rig = Rig()
    rig.control.results.append(-308)
    rig.control.during = lambda values: rig.chejan(screen=values[1])
    order = rig.submit()
    assert rig.book[order.id].status is OrderStatus.ACCEPTED
    rig.wait(5)
    assert len(rig.control.sent) == 1


def test_a_failed_cancel_leaves_the_order_working():
    rig = Rig()
    order = accepted(rig, "0000101")
    rig.control.results.append(-300)
    rig.cancel(order.id)
    assert rig.kinds() == ["OrderAccepted", "CancelRejected"]
    assert rig.book[order.id].status is OrderStatus.ACCEPTED


def test_an_order_made_inside_of_send_order_waits_for_it_to_return():
    rig = Rig()
    depth: list[int] = []

    def during(values):
        depth.append(len(depth) + 1)
        if len(rig.control.sent) == 1:
            rig.submit(Side.SELL)
            assert len(rig.control.sent) == 1

    rig.control.during = during
    rig.submit()
    assert kinds(rig) == [NEW_BUY, NEW_SELL]


def test_a_screen_is_used_again_only_after_all_others():
    rig = Rig(per_second=100)
    for number in range(41):
        rig.submit()
        rig.answer(f"{101 + number:07}")
    screens = [values[1] for values in rig.control.sent]
    assert len(set(screens[:40])) == 40
    assert screens[40] == screens[0]


def test_with_all_screens_awaiting_answers_an_order_waits_for_one():
    rig = Rig(per_second=100)
    for _ in range(41):
        rig.submit()
    assert len(rig.control.sent) == 40
    rig.answer("0000101")
    rig.wait(0.1)
    assert len(rig.control.sent) == 41
