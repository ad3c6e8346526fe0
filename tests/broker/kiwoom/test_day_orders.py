"""The servers' list of the day's orders, as one record for each order."""

from __future__ import annotations

import pytest

from core.domain.order import OrderStatus
from tests.broker.kiwoom.order_rig import Rig, list_row


def listed(*rows):
    rig = Rig()
    rig.orders.recover(rows)
    return rig.orders.day_orders


def test_an_amended_order_is_one_with_the_fills_of_all_its_numbers():
    first = list_row(미체결수량=0, 체결량=2, 체결누계금액=140_000, 당일매매수수료=20)
    later = list_row(
        주문번호="0000102", 원주문번호="0000101", 주문구분="+매수정정", 주문수량=8,
        주문가격=70_100, 미체결수량=5, 체결량=3, 체결누계금액=210_300, 당일매매수수료=30,
    )  # fmt: skip
    (order,) = listed(first, later)
    assert (order.quantity, order.filled, order.remaining) == (10, 5, 5)
    assert (order.filled_value, order.commission) == (350_300, 50)
    assert (order.numbers, order.broker_id) == (("0000101", "0000102"), "0000102")
    assert (order.status, order.limit_price) == (OrderStatus.PARTIALLY_FILLED, 70_100)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({}, OrderStatus.ACCEPTED),
        ({"미체결수량": 0, "체결량": 10, "체결누계금액": 700_000}, OrderStatus.FILLED),
        ({"미체결수량": 0}, OrderStatus.CANCELED),
        ({"미체결수량": 0, "주문상태": "거부"}, OrderStatus.REJECTED),
    ],
)
def test_a_row_says_what_became_of_its_order(row, status):
    (order,) = listed(list_row(**row))
    assert order.status is status


def test_our_own_order_is_listed_by_our_id():
    rig = Rig()
    rig.orders.recover([])
    order = rig.submit()
    rig.answer("0000101")
    rig.orders.recover([list_row()])
    assert [listed.order_id for listed in rig.orders.day_orders] == [order.id]


def test_a_cancel_is_no_order_of_its_own():
    rows = [
        list_row(미체결수량=0),
        list_row(주문번호="0000102", 원주문번호="0000101", 주문구분="매수취소"),
    ]
    assert [order.broker_id for order in listed(*rows)] == ["0000101"]
