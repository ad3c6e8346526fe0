"""Orders at the emulated servers: which events come in which order, with what in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.kiwoom.emulator.packets import Answer, ChejanData, Said
from core.domain.order import OrderIntent, OrderKind, Reason, Side
from core.simulation.costs import CostModel, CostOptions
from tests.broker.kiwoom.server_rig import (
    AMEND_BUY,
    AMEND_SELL,
    BUY,
    CANCEL_BUY,
    CANCEL_SELL,
    SELL,
    Servers,
    chejans,
    number,
    rows,
    said,
    servers,
    without_real,
)

CODE = "005930"


def order_events(rig: Servers) -> list[ChejanData]:
    return [event for event in rig.got(ChejanData) if event.gubun == "0"]


def balances(rig: Servers) -> list[ChejanData]:
    return [event for event in rig.got(ChejanData) if event.gubun == "1"]


def test_a_market_buy_is_confirmed_numbered_accepted_filled_and_booked_in_this_order() -> None:
    rig = servers()
    came = without_real(rig.order(BUY, 10))
    assert isinstance(came[0], Said)
    assert isinstance(came[1], Answer)
    assert came[0].text == "[100000] 모의투자 매수주문완료"
    assert came[0].tr == came[1].tr == "KOA_NORMAL_BUY_KP_ORD"
    assert chejans(came) == [("0", "접수"), ("0", "체결"), ("1", "10")]


def test_a_kosdaq_order_has_the_tr_name_of_its_market() -> None:
    rig = servers("247540")
    (answer,) = (p for p in rig.order(BUY, 1, code="247540") if isinstance(p, Answer))
    assert answer.tr == "KOA_NORMAL_BUY_KQ_ORD"


def test_each_fill_is_followed_by_its_own_balance() -> None:
    rig = servers(cash=10_000_000_000)
    rig.order(BUY, 40_000)
    rig.run_for(minutes=1)
    events = rig.got(ChejanData)
    fills = [at for at, event in enumerate(events) if event.values.get(913) == "체결"]
    assert len(fills) > 1
    held = 0
    for at in fills:
        held += int(events[at].values[915])
        assert events[at].values[911] == str(held)
        assert events[at].values[902] == str(40_000 - held)
        assert (events[at + 1].gubun, events[at + 1].values[930]) == ("1", str(held))


def test_costs_of_a_fill_are_the_difference_of_cumulative_costs() -> None:
    costs = CostModel.from_options(CostOptions(profile="kiwoom_mock"))
    rig = servers(costs=costs, cash=10_000_000_000)
    rig.order(BUY, 40_000)
    rig.run_for(minutes=1)
    events = [event for event in order_events(rig) if event.values[913] == "체결"]
    before = 0
    for event, fill in zip(events, rig.venue.exchange.day.fills, strict=True):
        assert int(event.values[938]) - before == fill.commission
        before = int(event.values[938])


def test_a_sell_lowers_what_can_be_ordered_before_it_is_filled() -> None:
    rig = servers()
    rig.order(BUY, 10)
    came = rig.order(SELL, 7, 80_000)
    assert chejans(came) == [("0", "접수"), ("1", "10")]
    assert balances(rig)[-1].values[933] == "3"


def test_an_amendment_gets_a_new_number_and_two_notices() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    came = rig.order(AMEND_BUY, 10, 61_000, original=first, screen="5002")
    second = number(came)
    events = [p for p in came if isinstance(p, ChejanData)]
    assert second > first
    assert said(came) == ["[100000] 모의투자 매수주문완료"]
    assert [event.values[913] for event in events] == ["접수", "확인"]
    for event in events:
        assert event.values[9203] == second
        assert event.values[904] == first
        assert event.values[905] == "+매수정정"
        assert (event.values[900], event.values[901], event.values[902]) == ("10", "61000", "10")
        assert event.values[920] == "5002"


def test_a_fill_after_an_amendment_carries_the_new_number() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    came = rig.order(AMEND_BUY, 10, 75_000, original=first)
    second = number(came)
    fills = [p for p in came if isinstance(p, ChejanData) and p.values.get(913) == "체결"]
    assert {fill.values[9203] for fill in fills} == {second}
    assert fills[-1].values[902] == "0"


def test_a_cancel_is_an_order_that_is_confirmed() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    came = rig.order(CANCEL_BUY, 0, original=first)
    events = [p for p in came if isinstance(p, ChejanData)]
    assert said(came) == ["[100000] 모의투자 취소주문완료"]
    assert [(e.values[913], e.values[905], e.values[902]) for e in events] == [
        ("접수", "매수취소", "10"),
        ("확인", "매수취소", "0"),
    ]
    assert {event.values[904] for event in events} == {first}
    assert not rig.venue.exchange.working


def test_a_cancelled_sell_frees_its_shares() -> None:
    rig = servers()
    rig.order(BUY, 10)
    first = number(rig.order(SELL, 7, 80_000))
    rig.order(CANCEL_SELL, 0, original=first)
    assert balances(rig)[-1].values[933] == "10"


def test_a_partial_cancel_leaves_the_rest_under_the_old_number() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    came = rig.order(CANCEL_BUY, 4, original=first)
    (row,) = rows(rig.ask("opt10075", 체결구분="1"))
    assert chejans(came) == [("0", "접수"), ("0", "확인")]
    assert (row["주문번호"], row["미체결수량"]) == (first, "6")
    again = rig.order(CANCEL_BUY, 0, original=first)
    assert said(again) == ["[100000] 모의투자 취소주문완료"]
    assert not rig.venue.exchange.working


REFUSALS = [
    ((BUY, 10, 50_000), "[RC4027] 모의투자 상/하한가 오류입니다."),
    ((BUY, 10_000_000, 71_500), "[RC4025] 모의투자 매수증거금이 부족합니다."),
    ((SELL, 10, 71_500), "모의투자 매도가능수량이 부족합니다"),
    ((BUY, 10, 71_550), "모의투자 호가단위 오류입니다"),
]


@pytest.mark.parametrize(("order", "words"), REFUSALS)
def test_a_refusal_is_said_and_its_number_is_blank(order: tuple[int, int, int], words: str) -> None:
    rig = servers()
    came = rig.order(*order)
    assert [type(p) for p in without_real(came)] == [Said, Answer]
    assert words in said(came)[0]
    assert number(came) == ""


def test_a_price_with_a_market_order_is_refused() -> None:
    came = servers().order(BUY, 10, 71_500, kind="03")
    assert said(came) == ["[00Z237] 모의투자 단가를 입력하지 않는 호가입니다."]


def test_a_kind_of_the_other_exchange_is_refused() -> None:
    came = servers().order(BUY, 10, 71_500, kind="28")
    assert said(came) == ["[RC9000] 모의투자에서는 해당업무가 제공되지 않습니다"]


def test_an_unknown_original_is_refused() -> None:
    came = servers().order(CANCEL_BUY, 0, original="0999999")
    assert said(came) == ["[RC4061] 모의투자 주문번호를 확인하세요."]
    assert number(came) == ""


def test_nothing_is_left_to_change_of_a_filled_order() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10))
    for order_type, price in ((CANCEL_BUY, 0), (AMEND_BUY, 60_000)):
        came = rig.order(order_type, 0, price, original=first)
        assert said(came) == ["[RC4033] 모의투자 정정/취소할 수량이 없습니다"]


def test_more_than_is_left_can_neither_be_cancelled_nor_amended() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    assert said(rig.order(CANCEL_BUY, 11, original=first)) == [
        "[00Z924] 모의투자 취소수량이 취소가능수량을 초과합니다"
    ]
    assert said(rig.order(AMEND_BUY, 11, 61_000, original=first)) == [
        "[RC4042] 모의투자 정정수량이 정정가능수량을 초과합니다"
    ]


def test_an_order_that_expires_at_the_close_ends_without_a_word() -> None:
    rig = servers()
    rig.order(BUY, 10, 60_000)
    before = len(rig.got(ChejanData))
    rig.run_out()
    assert len(rig.got(ChejanData)) == before
    assert rows(rig.ask("opt10075", 체결구분="1")) == []


def test_an_order_by_hand_is_told_by_chejan_alone_under_screen_0000() -> None:
    rig = servers()
    intent = OrderIntent(CODE, Side.BUY, 5, Reason.FOREIGN, rig.now, 71_500, OrderKind.MARKET)
    came = without_real(rig.after(lambda: rig.server.orders.place_by_hand(intent, rig.now)))
    assert chejans(came) == [("0", "접수"), ("0", "체결"), ("1", "5")]
    assert {event.values[920] for event in order_events(rig)} == {"0000"}


def test_an_order_by_hand_can_be_cancelled_by_the_control() -> None:
    rig = servers()
    intent = OrderIntent(
        CODE, Side.BUY, 5, Reason.FOREIGN, rig.now, 60_000, OrderKind.LIMIT, 60_000
    )
    rig.after(lambda: rig.server.orders.place_by_hand(intent, rig.now))
    came = rig.order(CANCEL_BUY, 0, original=order_events(rig)[0].values[9203])
    assert said(came) == ["[100000] 모의투자 취소주문완료"]


def test_a_rest_that_the_exchange_gives_back_is_confirmed_under_its_own_number() -> None:
    rig = servers()
    came = rig.order(BUY, 10, 60_000, kind="10")
    (answer,) = (p for p in came if isinstance(p, Answer))
    events = [p.values for p in came if isinstance(p, ChejanData)]
    assert [event[913] for event in events] == ["접수", "확인"]
    assert events[-1][9203] == answer.single["주문번호"]
    assert (events[-1][902], events[-1][905], events[-1][904]) == ("0", "+매수", "0000000")


def test_reports_come_in_the_step_in_which_the_exchange_made_them() -> None:
    rig = servers()
    sent = rig.now
    rig.order(BUY, 10)
    fill = rig.venue.exchange.day.fills[0]
    assert fill.time == sent + timedelta(milliseconds=30)


def test_opt10075_lists_an_amended_order_once_unless_the_old_number_has_fills() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    second = number(rig.order(AMEND_BUY, 10, 61_000, original=first))
    assert [row["주문번호"] for row in rows(rig.ask("opt10075", 체결구분="0"))] == [second]


def test_opw00007_lists_orders_amendments_and_cancels() -> None:
    rig = servers()
    rig.order(BUY, 10)
    first = number(rig.order(SELL, 10, 80_000))
    second = number(rig.order(AMEND_SELL, 10, 81_000, original=first))
    rig.order(CANCEL_SELL, 0, original=second)
    listed = rows(rig.ask("opw00007", 조회구분="1"))
    assert [row["정정취소"] for row in listed] == ["", "", "정정", "취소"]
    assert [row["종목번호"] for row in listed] == [f"A{CODE}"] * 4
