"""What the emulated control refuses of SendOrder before the servers see it."""

from __future__ import annotations

from typing import Any

import pytest

from broker.kiwoom.emulator.packets import SendOrder
from tests.broker.kiwoom.emulated_rig import ACCOUNT, Rig, a_master

SMALL = a_master("123456", last_price=1_000, listed_shares=1_000_000)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": ""}, -340),
        ({"account": "8099999911"}, -302),
        ({"code": ""}, -500),
        ({"order_type": 0}, -300),
        ({"order_type": 7}, -300),
        ({"quantity": 0}, -300),
        ({"quantity": -1}, -300),
        ({"price": -71_500}, -300),
        ({"kind": "99"}, -300),
        ({"kind": ""}, -300),
        ({"order_type": 3}, -300),
        ({"order_type": 5, "original": " "}, -300),
        ({"quantity": 28_000}, -303),
        ({"quantity": 28_000, "price": 0, "kind": "03"}, -303),
        ({"quantity": 70_000}, -304),
        ({"order_type": 5, "original": "0000001", "quantity": 70_000}, -304),
        ({"code": "123456", "price": 1_000, "quantity": 10_001}, -305),
        ({"code": "123456", "price": 1_000, "quantity": 30_001}, -306),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_sent(
    changes: dict[str, Any], code: int
) -> None:
    rig = Rig(a_master(), SMALL)
    assert rig.order(**changes) == code
    assert (rig.sent, rig.events) == ([], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": 27_972},  # 1,999,998,000 won
        {"code": "123456", "price": 1_000, "quantity": 10_000},
        {"kind": "03", "price": 0},
        {"order_type": 2, "kind": "81", "price": 0},
        {"order_type": 3, "original": "0000001", "quantity": 0, "price": 0},
        {"order_type": 4, "original": "0000001", "quantity": 900_000},
        {"order_type": 5, "original": "0000001", "price": 71_400},
        {"code": "000000"},
    ],
)
def test_what_the_control_lets_through_is_sent_as_given(changes: dict[str, Any]) -> None:
    rig = Rig(a_master(), SMALL)
    assert rig.order(**changes) == 0
    sent = rig.sent[0]
    assert isinstance(sent, SendOrder)
    assert {name: getattr(sent, name) for name in changes} == changes


def test_before_the_login_nothing_is_sent() -> None:
    rig = Rig(is_logged_in=False)
    assert rig.order() == -101
    assert rig.sent == []


def test_orders_on_credit_are_answered_by_a_message_only() -> None:
    rig = Rig()
    values = ["신용", "3000", ACCOUNT, 1, "005930", 1, 71_500, "00", "03", "", ""]
    assert rig.call("SendOrderCredit()", values) == 0
    rig.run()
    assert rig.names() == ["OnReceiveMsg"]
    assert "[RC9000]" in rig.events[0][4]
    assert rig.sent == []
