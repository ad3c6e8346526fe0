"""Orders, cancels and amendments that nobody answers."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import AmendOrder, CancelOrder, IntentDenied
from core.domain.order import Order, OrderStatus, Side
from core.engine.market import SymbolMarket
from tests.core.engine.conftest import EAGER, Desk, by_hand, fall_then_rise, notes, place_by_hand

S = OrderStatus


@pytest.fixture
def silent(make_desk: Any) -> Desk:
    """A desk whose broker takes orders and says nothing; `lost` says that they never arrive."""
    desk: Desk = make_desk(**EAGER)

    def submit(order: Order) -> None:
        desk.broker.submitted.append(order)

    desk.broker.submit = submit  # type: ignore[method-assign]
    fall_then_rise(desk)
    assert len(desk.broker.submitted) == 1
    return desk


def status(desk: Desk) -> OrderStatus:
    return desk.engine.orders[desk.broker.submitted[0].id].status


def later(desk: Desk, seconds: float) -> None:
    desk.pass_to(desk.clock.now() + timedelta(seconds=seconds))


def test_an_order_nobody_answers_is_unknown_after_ten_seconds(silent: Desk) -> None:
    silent.broker.request_account = lambda request_id: None  # type: ignore[method-assign]
    later(silent, 9.9)
    assert status(silent) is S.SUBMITTED
    later(silent, 0.2)
    assert status(silent) is S.UNKNOWN
    assert any("asking the broker" in text for text in notes(silent))


def test_the_account_is_asked_for_ever_more_slowly(silent: Desk) -> None:
    asked: list[float] = []
    began = silent.clock.now().timestamp()
    silent.broker.request_account = lambda request_id: asked.append(  # type: ignore[method-assign]
        round(silent.clock.now().timestamp() - began)
    )
    later(silent, 120)
    assert [b - a for a, b in itertools.pairwise(asked)] == [1, 2, 4, 8, 16, 30, 30]


def test_an_order_the_broker_lists_has_arrived(silent: Desk) -> None:
    (order,) = silent.broker.submitted
    silent.broker.working[order.id] = by_hand(quantity=order.intent.quantity)
    held = silent.broker.working[order.id]
    silent.broker.working = {order.id: _same(order, held)}
    later(silent, 11)
    assert status(silent) is S.ACCEPTED
    assert len(silent.broker.submitted) == 1


def _same(order: Order, held: Order) -> Order:
    return Order(order.id, order.intent, S.ACCEPTED, held.broker_id)


def test_an_order_that_two_reports_do_not_list_never_arrived(silent: Desk) -> None:
    later(silent, 10.5)
    assert status(silent) is S.UNKNOWN, "one report may have crossed with it"
    later(silent, 2)
    assert status(silent) is S.REJECTED
    assert len(silent.broker.submitted) == 1, "an entry is not sent again"
    assert any("counts as gone" in text for text in notes(silent))


def test_it_stays_unknown_while_the_holdings_differ(silent: Desk) -> None:
    silent.broker.held["005930"] = 3
    later(silent, 60)
    assert status(silent) is S.UNKNOWN


def test_what_the_adapter_does_not_know_either_stays_unknown(silent: Desk) -> None:
    (order,) = silent.broker.submitted
    silent.broker.working[order.id] = order
    later(silent, 60)
    assert status(silent) is S.UNKNOWN


def test_a_fill_after_it_was_given_up_counts(silent: Desk) -> None:
    later(silent, 13)
    (order,) = silent.broker.submitted
    silent.broker.fill(order)
    silent.drain()
    assert silent.engine.account.portfolio.held("005930") == order.intent.quantity
    assert silent.engine.markets["005930"].stop > 0


def test_the_symbol_takes_no_entry_meanwhile(silent: Desk) -> None:
    silent.broker.held["005930"] = 3
    later(silent, 12)
    market: SymbolMarket = silent.engine.markets["005930"]
    moment = silent.engine._blocks.moment(market, silent.clock.now())
    assert moment.entry_block == "unanswered"
    silent.engine._desk.buy(market, 70_300, moment, silent.settings)
    silent.drain()
    (denied,) = silent.said(IntentDenied)
    assert "no answer" in denied.checks[0].reason.en


def test_a_cancel_nobody_answers_is_sent_again_once_the_order_is_found(desk: Desk) -> None:
    order = place_by_hand(desk, by_hand(Side.BUY, 4, price=60_000))
    desk.tell(CancelOrder(order.id))
    later(desk, 25)
    assert desk.broker.cancels.count(order.id) in (2, 3)
    desk.broker.confirm_cancel(order.id)
    desk.drain()
    later(desk, 60)
    assert desk.engine.orders[order.id].status is S.CANCELED


def test_a_cancel_whose_order_is_gone_is_done(desk: Desk) -> None:
    order = place_by_hand(desk, by_hand(Side.BUY, 4, price=60_000))
    desk.tell(CancelOrder(order.id))
    desk.broker.working.clear()
    later(desk, 15)
    assert desk.engine.orders[order.id].status is S.CANCELED
    assert desk.broker.cancels == [order.id]


@pytest.mark.parametrize(("listed", "price"), [(60_100, 60_100), (60_000, 60_000)])
def test_an_amendment_nobody_answers_is_read_from_the_list(
    desk: Desk, listed: int, price: int
) -> None:
    order = place_by_hand(desk, by_hand(Side.BUY, 4, price=60_000))
    desk.tell(AmendOrder(order.id, 60_100, 4))
    desk.broker.working[order.id] = by_hand(Side.BUY, 4, price=listed)
    later(desk, 12)
    after = desk.engine.orders[order.id]
    assert (after.status, after.intent.limit_price) == (S.ACCEPTED, price)
