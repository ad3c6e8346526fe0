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
    Refusal,
    Side,
    TimeInForce,
)
from tests.broker.kiwoom.order_rig import ACCOUNT, CODE, FILL, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture
def working(rig):
    order = rig.submit()
    rig.answer("0000101")
    rig.chejan()
    rig.posted.clear()
    return order


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
    assert [report.code for report in rig.posted if isinstance(report, OrderRejected)] == [
        Refusal.KIND
    ]


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
