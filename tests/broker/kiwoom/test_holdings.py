"""What balances say is held against what fills add up to: the difference is a lost notice."""

from dataclasses import replace

import pytest

from broker.kiwoom.chejan import BalanceEvent
from broker.kiwoom.holdings import Holdings
from core.domain.messages import ForeignOrderSeen
from core.domain.order import OrderFilled, OrderStatus, Reason, Side
from tests.broker.kiwoom.order_rig import Rig, list_row
from tests.builders import OPEN, a_fill, an_intent, an_order

CODE = "005930"


def balance(held, code=CODE):
    return BalanceEvent("8012345611", code, held, held, 70_000)


def filled(side, quantity):
    fill = a_fill(side, quantity)
    return OrderFilled(fill.order_id, fill, OPEN)


@pytest.fixture
def holdings():
    holdings = Holdings()
    holdings.replace({CODE: 10})
    return holdings


def test_before_the_account_has_reported_nothing_is_strange():
    holdings = Holdings()
    holdings.take(balance(7))
    assert not holdings.is_unexplained(CODE)
    assert holdings.covers_sale(CODE, 1_000)


@pytest.mark.parametrize(("side", "held"), [(Side.BUY, 14), (Side.SELL, 6)])
def test_fills_explain_a_balance_whichever_comes_first(holdings, side, held):
    holdings.take(balance(held))
    assert holdings.is_unexplained(CODE)
    holdings.hear(filled(side, 4))
    assert not holdings.is_unexplained(CODE)


def test_a_sale_is_covered_by_what_is_known_to_have_been_bought(holdings):
    assert holdings.covers_sale(CODE, 10)
    assert not holdings.covers_sale(CODE, 11)
    holdings.hear(filled(Side.BUY, 1))
    assert holdings.covers_sale(CODE, 11)
    assert not holdings.covers_sale("000660", 1)


def test_what_was_filled_of_a_foreign_order_before_it_was_seen_counts(holdings):
    intent = an_intent(Side.SELL, 6, reason=Reason.FOREIGN)
    order = an_order(intent, OrderStatus.PARTIALLY_FILLED)
    holdings.hear(ForeignOrderSeen(replace(order, filled=2, filled_value=140_000)))
    assert not holdings.covers_sale(CODE, 9)
    assert holdings.covers_sale(CODE, 8)


def test_the_accounts_word_ends_all_doubt(holdings):
    holdings.take(balance(3))
    holdings.replace({CODE: 3})
    assert not holdings.is_unexplained(CODE)
    assert not holdings.covers_sale(CODE, 4)


SOLD = {
    "order_number": "0000102", "action": "-매도", "side": "1", "screen": "0000", "state": "체결",
    "remaining": "0", "filled": "10", "filled_value": "700000", "execution_number": "9",
    "unit_price": "70000", "unit_filled": "10", "fill_price": "70000",
}  # fmt: skip
"""Ten shares sold by hand, in one piece."""


def test_a_sale_of_shares_nobody_told_of_waits_for_the_list_of_orders():
    rig = Rig()
    rig.orders.recover([])
    rig.orders.hold({})
    rig.chejan(**SOLD)
    assert rig.fills == []
    rig.wait(1)
    assert len(rig.asked) == 1
    done = {"주문상태": "체결", "미체결수량": 0, "체결량": 10, "체결누계금액": 700_000}
    sale = {"주문번호": "0000102", "주문구분": "-매도"}
    rig.orders.recover([list_row(**done | sale), list_row(**done)])
    assert [fill.side for fill in rig.fills] == [Side.BUY, Side.SELL]
    rig.chejan(**SOLD)
    assert len(rig.fills) == 2


def test_a_balance_that_no_fill_explains_makes_us_ask():
    rig = Rig()
    rig.orders.hold({})
    rig.balance(held=3, sellable=3)
    rig.wait(1)
    assert len(rig.asked) == 1


def test_a_balance_before_its_fill_is_no_reason_to_ask():
    rig = Rig()
    rig.orders.hold({CODE: 10})
    rig.balance(held=0)
    rig.wait(0.5)
    rig.chejan(**SOLD)
    rig.wait(5)
    assert rig.asked == []
    assert [fill.quantity for fill in rig.fills] == [10]


def test_a_refusal_makes_us_ask_whether_shares_and_cash_are_what_we_think():
    rig = Rig()
    rig.submit()
    rig.answer("", "[RC4025] 모의투자 매수증거금이 부족합니다.")
    assert rig.asked == []
    rig.wait(1)
    assert len(rig.asked) == 1
