"""Lost answers, a lost line, and what the list of the day's orders makes good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.ledger import Ledger, Piece, split_exactly
from core.domain.messages import ForeignOrderSeen, Noted
from core.domain.order import OrderStatus, Side
from tests.broker.kiwoom.order_rig import FILL, Rig, list_row


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.orders.recover([])  # as after the login
    return rig


@pytest.fixture
def working(rig):
    order = rig.submit()
    rig.answer("0000101")
    rig.posted.clear()
    return order


def test_without_an_answer_an_order_is_lost_and_the_servers_are_asked(rig):
    order = rig.submit()
    rig.wait(5)
    assert rig.book[order.id].status is OrderStatus.UNKNOWN
    assert len(rig.asked) == 1


def test_in_a_fast_market_an_answer_may_take_longer():
    rig = Rig(answer_timeout=timedelta(seconds=90))
    rig.orders.recover([])
    order = rig.submit()
    rig.wait(89)
    assert rig.book[order.id].status is OrderStatus.SUBMITTED
    rig.wait(1)
    assert rig.book[order.id].status is OrderStatus.UNKNOWN


def test_a_lost_order_that_is_listed_was_accepted(rig):
    order = rig.submit()
    rig.wait(5)
    rig.orders.recover([list_row()])
    after = rig.book[order.id]
    assert (after.status, after.broker_id) == (OrderStatus.ACCEPTED, "0000101")


def test_a_lost_order_that_is_listed_as_filled_was_filled(rig):
    order = rig.submit()
    rig.wait(5)
    row = list_row(주문상태="체결", 미체결수량=0, 체결량=10, 체결누계금액=699_990)
    rig.orders.recover([row | {"당일매매수수료": 2_440}])
    assert rig.book[order.id].status is OrderStatus.FILLED
    assert rig.book[order.id].filled_value == 699_990
    assert sum(fill.commission for fill in rig.fills) == 2_440


def test_an_order_that_is_twice_not_listed_never_arrived(rig):
    order = rig.submit()
    rig.wait(5)
    rig.orders.recover([])
    assert rig.book[order.id].status is OrderStatus.UNKNOWN
    rig.wait(6)
    assert len(rig.asked) == 2  # the list is read once more
    rig.orders.recover([])
    assert rig.book[order.id].status is OrderStatus.REJECTED


def test_an_answer_that_comes_after_all_finds_its_lost_order(rig):
    order = rig.submit()
    rig.wait(5)
    rig.answer("0000101")
    assert rig.book[order.id].status is OrderStatus.ACCEPTED


def test_a_list_says_nothing_of_an_order_sent_just_now(rig):
    order = rig.submit()
    rig.orders.recover([])
    rig.orders.recover([])
    assert rig.book[order.id].status is OrderStatus.SUBMITTED


@pytest.mark.parametrize(
    "other",
    [{"주문가격": 69_900}, {"주문수량": 9}, {"주문구분": "-매도"}, {"종목코드": "000660"},
     {"매매구분": "시장가", "주문가격": 0}, {"시간": "110000"}],
)  # fmt: skip
def test_somebody_elses_order_is_not_taken_for_a_lost_one(rig, other):
    order = rig.submit()
    rig.wait(5)
    rig.orders.recover([list_row(**other)])
    assert rig.book[order.id].status is OrderStatus.UNKNOWN
    assert len(rig.orders.working) == 2


def test_of_two_equal_lost_orders_the_older_one_is_listed_first(rig):
    first, second = rig.submit(), rig.submit()
    rig.wait(5)
    rig.orders.recover([list_row()])
    assert rig.book[first.id].status is OrderStatus.ACCEPTED
    assert rig.book[second.id].status is OrderStatus.UNKNOWN


def test_a_late_answer_to_the_other_twin_goes_to_the_one_without(rig):
    """The list gave the second's number to the first; nobody can tell them apart."""
    first, second = rig.submit(), rig.submit()
    rig.wait(5)
    rig.orders.recover([list_row()])
    sent = rig.control.sent
    rig.orders.on_order_number(sent[1][1], sent[1][0], "0000101")
    rig.orders.on_message(sent[0][1], sent[0][0], "[RC4025] 모의투자 매수증거금이 부족합니다.")
    rig.orders.on_order_number(sent[0][1], sent[0][0], "")
    rig.wait(2)
    statuses = sorted(rig.book[order.id].status.value for order in (first, second))
    assert statuses == ["ACCEPTED", "REJECTED"]


def test_a_lost_line_makes_what_is_under_way_unknown_at_once():
    rig = Rig(per_second=1)
    sent, waiting = rig.submit(), rig.submit()
    rig.orders.on_disconnect()
    assert rig.book[sent.id].status is OrderStatus.UNKNOWN
    assert rig.book[waiting.id].status is OrderStatus.REJECTED
    assert "연결이 끊겨" in rig.book[waiting.id].note


# -- missing fills -----------------------------------------------------------------------------


def test_missing_fills_are_made_up_to_the_won(rig, working):
    rig.orders.recover([list_row(미체결수량=3, 체결량=7, 체결누계금액=489_999, 당일매매수수료=73)])
    assert [(fill.price, fill.quantity) for fill in rig.fills] == [(69_999, 1), (70_000, 6)]
    assert sum(fill.commission for fill in rig.fills) == 73
    assert rig.book[working.id].status is OrderStatus.PARTIALLY_FILLED


def test_what_was_made_up_is_not_counted_again_when_its_event_comes(rig, working):
    rig.orders.recover([list_row(미체결수량=3, 체결량=7, 체결누계금액=490_000)])
    for last, unit in (("4", "4"), ("7", "3")):
        rig.chejan(
            state="체결", filled=last, unit_filled=unit, unit_price="70000", execution_number=last
        )
    assert rig.book[working.id].filled == 7
    rig.chejan(
        state="체결", filled="10", unit_filled="3", unit_price="70000", remaining="0",
        execution_number="9",
    )  # fmt: skip
    assert rig.book[working.id].status is OrderStatus.FILLED
    assert rig.book[working.id].filled_value == 700_000


def test_only_what_was_not_told_is_made_up(rig, working):
    rig.chejan(state="체결", filled="4", unit_filled="4", unit_price="70000", remaining="6")
    rig.orders.recover([list_row(미체결수량=0, 체결량=10, 체결누계금액=699_400)])
    assert [(fill.price, fill.quantity) for fill in rig.fills] == [(70_000, 4), (69_900, 6)]


def test_a_list_without_sums_gives_the_orders_price(rig, working):
    rig.orders.recover([list_row(미체결수량=0, 체결량=10, 체결누계금액=0)])
    assert rig.book[working.id].filled_value == 700_000


def test_an_older_list_takes_nothing_back(rig, working):
    rig.chejan(state="체결", filled="4", unit_filled="4", unit_price="70000", remaining="6")
    rig.orders.recover([list_row()])
    assert rig.book[working.id].filled == 4
    assert rig.book[working.id].remaining == 6


# -- ends, amendments, cancels -----------------------------------------------------------------


def test_an_order_that_is_listed_with_nothing_left_was_cancelled(rig, working):
    rig.orders.recover([list_row(주문상태="확인", 미체결수량=0)])
    assert rig.book[working.id].status is OrderStatus.CANCELED


def test_an_order_that_vanishes_from_the_list_twice_has_ended(rig, working):
    rig.wait(6)
    rig.orders.recover([])
    assert rig.book[working.id].is_working
    rig.wait(6)
    rig.orders.recover([])
    assert rig.book[working.id].status is OrderStatus.CANCELED


def test_a_cancel_without_an_answer_that_had_no_effect_is_refused(rig, working):
    rig.cancel(working.id)
    rig.wait(5)
    assert len(rig.asked) == 1
    rig.orders.recover([list_row()])
    assert rig.kinds() == ["CancelRejected"]
    rig.cancel(working.id)  # and may be tried again
    assert len(rig.control.sent) == 3


def test_a_cancel_without_an_answer_may_be_tried_again_before_the_list_comes(rig, working):
    rig.cancel(working.id)
    rig.wait(5)
    rig.orders.cancel(rig.book[working.id])
    assert len(rig.control.sent) == 3


@pytest.mark.parametrize("change", [Rig.cancel, lambda rig, order: rig.amend(order, 69_500, 10)])
def test_once_the_order_was_filled_nobody_asks_for_a_lost_answer_any_more(rig, working, change):
    change(rig, working.id)
    rig.wait(6)
    rig.chejan(**FILL)
    rig.orders.recover([list_row(주문상태="체결", 미체결수량=0, 체결량=10, 체결누계금액=700_000)])
    rig.asked.clear()
    rig.wait(60)
    assert rig.asked == []
    assert rig.book[working.id].status is OrderStatus.FILLED


def test_an_amendment_without_an_answer_is_found_in_the_list(rig, working):
    rig.amend(working.id, 69_500, 10)
    rig.wait(5)
    amended = list_row(
        주문번호="0000102", 원주문번호="0000101", 주문구분="+매수정정", 주문가격=69_500
    )
    rig.orders.recover([list_row(주문상태="확인", 미체결수량=0), amended])
    after = rig.book[working.id]
    assert (after.broker_id, after.intent.limit_price) == ("0000102", 69_500)
    assert after.status is OrderStatus.ACCEPTED


def test_a_part_cancelled_elsewhere_shows_in_the_list(rig, working):
    rig.wait(6)
    rig.orders.recover([list_row(미체결수량=6)])
    assert rig.book[working.id].remaining == 6


def test_a_cancelled_part_that_the_list_showed_is_not_taken_away_again(rig, working):
    rig.wait(6)
    rig.orders.recover([list_row(미체결수량=6)])
    rig.chejan(
        order_number="0000102", original_number="0000101", action="매수취소", screen="0000",
        ordered="4", state="확인", remaining="0",
    )  # fmt: skip
    assert rig.book[working.id].remaining == 6


def test_a_list_read_before_the_answer_does_not_guess_whose_order_it_shows(rig):
    first, second = rig.submit(), rig.submit()
    rig.orders.recover([list_row(주문번호="0000102")])
    assert rig.posted == []
    sent = rig.control.sent
    rig.orders.on_order_number(sent[1][1], sent[1][0], "0000102")
    assert rig.book[second.id].broker_id == "0000102"
    assert rig.book[first.id].broker_id is None


def test_an_event_from_the_screen_of_an_order_with_its_twins_number_is_the_twins(rig):
    """The list gave the second's number to the first: the first's own number is the second's."""
    first, second = rig.submit(), rig.submit()
    rig.wait(5)
    rig.orders.recover([list_row(주문번호="0000102")])
    rig.chejan(order_number="0000101", screen="1001")
    assert rig.book[first.id].broker_id == "0000102"
    assert rig.book[second.id].broker_id == "0000101"
    assert "ForeignOrderSeen" not in rig.kinds()


# -- other people's orders ---------------------------------------------------------------------


def test_an_order_of_an_earlier_run_is_seen_with_what_was_filled_of_it():
    rig = Rig()
    rig.orders.recover([list_row(주문상태="체결", 미체결수량=6, 체결량=4, 체결누계금액=280_000)])
    seen = rig.posted[0]
    assert isinstance(seen, ForeignOrderSeen)
    assert (seen.order.filled, seen.order.filled_value) == (4, 280_000)
    assert seen.order.status is OrderStatus.PARTIALLY_FILLED
    assert rig.fills == []  # they are in the holdings that are read with it
    rig.chejan(
        state="체결", filled="10", unit_filled="6", unit_price="70000", remaining="0",
        execution_number="7", screen="0000",
    )  # fmt: skip
    assert [fill.quantity for fill in rig.fills] == [6]


def test_orders_that_had_ended_before_are_not_told_of():
    rig = Rig()
    row = list_row(주문상태="체결", 미체결수량=0, 체결량=10, 체결누계금액=700_000)
    rig.orders.recover([row])
    rig.chejan(state="체결", filled="10", unit_filled="10", unit_price="70000", remaining="0")
    assert rig.posted == []


def test_an_order_made_by_hand_while_the_line_was_lost_is_told_with_its_fills(rig):
    row = list_row(주문상태="체결", 미체결수량=0, 체결량=10, 체결누계금액=700_000)
    rig.orders.recover([row])
    assert rig.kinds() == ["ForeignOrderSeen", "OrderFilled"]


def test_a_row_that_cant_be_read_is_noted_and_the_others_count(rig, working):
    strange = list_row(주문번호="0000099", 주문구분="??")
    rig.orders.recover([strange, list_row(미체결수량=0, 체결량=10, 체결누계금액=700_000)])
    assert rig.book[working.id].status is OrderStatus.FILLED
    assert any(isinstance(m, Noted) and "0000099" in m.text.en for m in rig.posted)


# -- the arithmetic ----------------------------------------------------------------------------


@given(st.integers(1, 10_000), st.integers(1, 10**11))
def test_a_split_has_all_shares_and_every_won(quantity, value):
    parts = split_exactly(quantity, value)
    assert sum(shares for _, shares in parts) == quantity
    assert sum(price * shares for price, shares in parts) == value
    assert all(shares > 0 for _, shares in parts)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.randoms(), st.integers(0, 12))
def test_each_share_is_booked_once_however_fills_and_lists_mix(units, random, listed):
    """Fills of 100 won a share, shuffled and repeated; a list of the first few comes in between."""
    pieces, at = [], 0
    for unit in units:
        pieces.append(Piece(at, at + unit, unit * 100))
        at += unit
    ledger, booked = Ledger(at), 0
    events = pieces * 2
    random.shuffle(events)
    for place, piece in enumerate(events):
        if place == listed:
            known = pieces[: listed + 1][-1].end if listed < len(pieces) else at
            shares, won = ledger.catch_up(known, known * 100)
            assert won == shares * 100
            booked += shares
        if ledger.take(piece):
            booked += piece.end - piece.start
    assert booked == ledger.filled == at
    assert not ledger.has_gap


def test_selling_costs_grow_and_never_shrink():
    ledger = Ledger(10)
    assert ledger.fees_since(100, 200) == (100, 200)
    assert ledger.fees_since(40, 80) == (0, 0)
    assert ledger.fees_since(150, 200) == (50, 0)


def test_a_sell_is_recovered_with_its_tax(rig):
    rig.submit(Side.SELL)
    rig.answer("0000101")
    row = list_row(
        주문구분="-매도", 미체결수량=0, 체결량=10, 체결누계금액=700_000, 당일매매세금=1_400
    )
    rig.orders.recover([row])
    assert rig.fills[0].tax == 1_400
