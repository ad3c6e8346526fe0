"""Which number an amendment or a cancel must name, and what a cancel of a part leaves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from broker.kiwoom.emulator.packets import ChejanData, Packet, SendOrder
from core.simulation.market import SyntheticMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue
from tests.broker.kiwoom.server_rig import (
    ACCOUNT,
    AMEND_BUY,
    BUY,
    CANCEL_BUY,
    CANCEL_SELL,
    Servers,
    chejans,
    number,
    rows,
    said,
    servers,
    without_real,
)
from tests.core.simulation.sim_builders import CASH, COSTS, SEOUL, a_session

UNKNOWN_NUMBER = "[RC4061] 모의투자 주문번호를 확인하세요."
NOTHING_LEFT = "[RC4033] 모의투자 정정/취소할 수량이 없습니다"
CANCELED = "[100000] 모의투자 취소주문완료"


def waiting(rig: Servers) -> list[tuple[str, str]]:
    """(주문번호, 미체결수량) of every order that still waits."""
    found = rows(rig.ask("opt10075", 체결구분="1"))
    return [(row["주문번호"], row["미체결수량"]) for row in found]


def originals(packets: list[Packet]) -> set[str]:
    return {p.values[904] for p in packets if isinstance(p, ChejanData) and p.gubun == "0"}


@pytest.mark.parametrize(("order_type", "price"), [(CANCEL_BUY, 0), (AMEND_BUY, 62_000)])
def test_nothing_is_left_under_the_number_before_an_amendment(order_type: int, price: int) -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    second = number(rig.order(AMEND_BUY, 10, 61_000, original=first))

    came = rig.order(order_type, 0, price, original=first)

    assert said(came) == [NOTHING_LEFT]
    assert waiting(rig) == [(second, "10")]


@pytest.mark.parametrize(
    ("order_type", "code"), [(CANCEL_SELL, "005930"), (CANCEL_BUY, "000660")], ids=["side", "code"]
)
def test_a_cancel_of_another_side_or_security_is_refused(order_type: int, code: str) -> None:
    rig = servers("005930", "000660")
    first = number(rig.order(BUY, 10, 60_000))

    came = rig.order(order_type, 0, code=code, original=first)

    assert said(came) == [UNKNOWN_NUMBER]
    assert waiting(rig) == [(first, "10")]


def test_an_amendment_after_a_partial_cancel_names_the_order_as_its_original() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))
    rig.order(CANCEL_BUY, 4, original=first)

    came = rig.order(AMEND_BUY, 6, 61_000, original=first)

    assert originals(came) == {first}
    assert waiting(rig) == [(number(came), "6")]


@pytest.mark.parametrize("kind", ["07", "05"])
def test_a_part_of_any_kind_that_waits_can_be_cancelled(kind: str) -> None:
    rig = servers()
    price = 60_000 if kind == "05" else 0
    first = number(without_real(rig.order(BUY, 10, price, kind=kind)))

    came = rig.order(CANCEL_BUY, 4, original=first, kind=kind)

    assert said(came) == [CANCELED]
    assert chejans(came) == [("0", "접수"), ("0", "확인")]
    assert waiting(rig) == [(first, "6")]


def test_a_part_of_a_market_order_in_an_auction_can_be_cancelled() -> None:
    rig = servers(at=timedelta(seconds=-20))
    first = number(without_real(rig.order(BUY, 10)))

    assert said(rig.order(CANCEL_BUY, 4, original=first, kind="03")) == [CANCELED]
    assert waiting(rig) == [(first, "6")]
    rig.run_for(minutes=1)
    assert [fill.quantity for fill in rig.venue.exchange.day.fills] == [6]


def test_a_part_cancelled_before_a_restart_leaves_the_order_its_number(tmp_path: Path) -> None:
    def opened() -> Servers:
        market = SyntheticMarket(1, a_session(), ["005930"], (), False)
        state = ExchangeState(tmp_path / "exchange.db", SEOUL)
        return Servers(Venue(market, COSTS, CASH, state=state), COSTS)

    rig = opened()
    rig.run_for(minutes=1)
    first = number(rig.order(BUY, 10, 60_000))
    rig.order(CANCEL_BUY, 4, original=first)
    rig.server.close()

    again = opened()

    assert waiting(again) == [(first, "6")]
    assert said(again.order(CANCEL_BUY, 0, original=first)) == [CANCELED]


def test_two_cancels_that_arrive_together_have_numbers_of_their_own() -> None:
    rig = servers()
    first = number(rig.order(BUY, 10, 60_000))

    def both() -> None:
        for quantity in (4, 0):
            request = SendOrder(
                "cancel", "5001", ACCOUNT, CANCEL_BUY, "005930", quantity, 0, "00", first
            )
            rig.send(request)

    came = rig.after(both)

    told = [(p.values[9203], p.values[900]) for p in came if isinstance(p, ChejanData)]
    assert told == [("0000002", "4"), ("0000002", "4"), ("0000003", "6"), ("0000003", "6")]
