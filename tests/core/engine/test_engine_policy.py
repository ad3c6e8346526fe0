"""Orders that wait for their price: limit first, best limit, what is left, and urgent exits."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from core.domain.messages import (
    CancelOrder,
    FillRecorded,
    Flatten,
    IntentDenied,
    Stop,
)
from core.domain.order import (
    AmendRejected,
    CancelRejected,
    Order,
    OrderCanceled,
    OrderKind,
    Reason,
    Refusal,
    Side,
)
from tests.core.engine.conftest import EAGER, SAMSUNG, Desk, fall_then_rise, notes
from tests.core.engine.orders_rig import (
    BEST,
    EXIT_ONLY,
    LIMIT_FIRST,
    confirm_amend,
    confirm_cancel,
    errors,
    later,
    newest,
    quote,
    sell_by_target,
    terms,
)


@pytest.fixture
def entering(make_desk: Any) -> Desk:
    """A desk whose limit buy of 14 shares at 70,300 waits."""
    desk: Desk = make_desk(**LIMIT_FIRST)
    fall_then_rise(desk)
    assert terms(newest(desk)) == (OrderKind.LIMIT, 70_300, 14)
    return desk


@pytest.fixture
def leaving(make_desk: Any) -> Desk:
    """A desk whose limit sell of 14 shares at 71,700 waits, by target."""
    desk: Desk = make_desk(**EXIT_ONLY)
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    assert terms(sell_by_target(desk)) == (OrderKind.LIMIT, 71_700, 14)
    return desk


# Re-pricing


def test_a_limit_moves_with_the_best_price_and_keeps_its_quantity(entering: Desk) -> None:
    quote(entering, 70_400, 70_300, 70_400)
    later(entering, 3)
    assert [amend[1:] for amend in entering.broker.amends] == [(70_400, 14)]
    confirm_amend(entering)
    assert terms(newest(entering)) == (OrderKind.LIMIT, 70_400, 14)
    assert len(entering.broker.submitted) == 1


def test_a_price_that_stands_still_is_not_amended(entering: Desk) -> None:
    later(entering, 8)
    assert entering.broker.amends == []


def test_nothing_is_asked_while_an_answer_is_awaited(entering: Desk) -> None:
    quote(entering, 70_400, 70_300, 70_400)
    later(entering, 3)
    quote(entering, 70_500, 70_400, 70_500)
    later(entering, 6)
    assert len(entering.broker.amends) == 1


def test_a_refused_amendment_is_followed_by_the_next_step(entering: Desk) -> None:
    def refuse(order: Order, price: float, quantity: int) -> None:
        now = entering.clock.now()
        entering.broker.inbox.append(AmendRejected(order.id, now, "no", Refusal.BUSY))

    entering.broker.amend = refuse  # type: ignore[method-assign]
    quote(entering, 70_400, 70_300, 70_400)
    later(entering, 12)
    assert entering.broker.cancels == [newest(entering).id]
    assert sum("amendment was rejected" in text for text in notes(entering)) == 3


def test_after_the_last_try_the_rest_is_bought_at_market_once_the_cancel_is_confirmed(
    entering: Desk,
) -> None:
    entering.broker.fill(newest(entering), 4)
    entering.drain()
    later(entering, 12)
    quote(entering, 70_300, 70_200, 70_300)
    assert len(entering.broker.submitted) == 1, "not before the cancel is confirmed"
    confirm_cancel(entering)
    assert terms(newest(entering)) == (OrderKind.MARKET, None, 10)
    assert newest(entering).intent.reference_price == 70_300
    later(entering, 60)
    assert len(entering.broker.submitted) == 2


def test_the_rest_of_an_entry_may_be_let_go(make_desk: Any) -> None:
    desk: Desk = make_desk(**LIMIT_FIRST, orders__entry_rest="cancel")
    fall_then_rise(desk)
    later(desk, 12)
    confirm_cancel(desk)
    assert len(desk.broker.submitted) == 1


def test_the_rest_of_an_entry_has_to_pass_the_checks_again(entering: Desk) -> None:
    later(entering, 12)
    entering.tell(Stop())
    confirm_cancel(entering)
    assert len(entering.broker.submitted) == 1
    assert entering.said(IntentDenied)[-1].intent.kind is OrderKind.MARKET


def test_an_order_a_person_cancels_is_not_replaced(entering: Desk) -> None:
    entering.tell(CancelOrder(newest(entering).id))
    confirm_cancel(entering)
    later(entering, 60)
    assert len(entering.broker.submitted) == 1


def test_a_flatten_ends_a_waiting_entry(entering: Desk) -> None:
    entering.tell(Flatten("button"))
    confirm_cancel(entering)
    later(entering, 30)
    assert len(entering.broker.submitted) == 1
    assert not entering.engine.orders.has_working(SAMSUNG)


def test_a_best_limit_is_cancelled_after_its_time_and_its_rest_bought(make_desk: Any) -> None:
    desk: Desk = make_desk(**BEST)
    fall_then_rise(desk)
    assert terms(newest(desk)) == (OrderKind.BEST, None, 14)
    later(desk, 4)
    confirm_cancel(desk)
    assert terms(newest(desk)) == (OrderKind.MARKET, None, 14)


def test_at_market_nothing_is_worked(make_desk: Any) -> None:
    desk: Desk = make_desk(**EAGER)
    fall_then_rise(desk)
    later(desk, 60)
    assert terms(newest(desk)) == (OrderKind.MARKET, None, 14)
    assert desk.broker.cancels == desk.broker.amends == []


# Partial fills


def test_stop_and_target_follow_every_partial_fill_at_once(entering: Desk) -> None:
    order, market = newest(entering), entering.engine.markets[SAMSUNG]
    for shares, price, average in ((4, 70_300, 70_300), (4, 70_100, 70_200)):
        entering.broker.fill(order, shares, price)
        entering.drain()
        assert market.stop == pytest.approx(average * 0.99)
        assert market.target == pytest.approx(average * 1.02)


def test_a_stop_sells_what_was_filled_and_what_is_filled_later(entering: Desk) -> None:
    entry = newest(entering)
    entering.broker.fill(entry, 4)
    entering.drain()
    quote(entering, 69_500, 69_400, 69_500)
    assert entering.broker.cancels == [entry.id]
    assert terms(newest(entering)) == (OrderKind.MARKET, None, 4)
    entering.broker.fill(newest(entering))
    entering.broker.fill(entry, 3)  # it crossed with the cancel
    entering.drain()
    assert terms(newest(entering)) == (OrderKind.MARKET, None, 3)
    assert newest(entering).intent.reason is Reason.SL
    confirm_cancel(entering)
    entering.broker.fill(newest(entering))
    entering.drain()
    later(entering, 60)
    assert entering.broker.held[SAMSUNG] == 0
    assert len(entering.broker.submitted) == 3


# Exits


def test_an_exits_rest_goes_at_market_in_the_end(leaving: Desk) -> None:
    leaving.broker.fill(newest(leaving), 5)
    leaving.drain()
    later(leaving, 12)
    confirm_cancel(leaving)
    assert terms(newest(leaving)) == (OrderKind.MARKET, None, 9)
    assert newest(leaving).intent.reason is Reason.TP


def test_a_stop_takes_the_place_of_a_waiting_exit_once_its_cancel_is_confirmed(
    leaving: Desk,
) -> None:
    waiting = newest(leaving)
    quote(leaving, 69_500, 69_400, 69_500)
    quote(leaving, 69_400, 69_300, 69_400)
    assert leaving.broker.cancels == [waiting.id]
    assert len(leaving.broker.submitted) == 2, "the buy and the waiting exit"
    leaving.broker.fill(waiting, 5)
    confirm_cancel(leaving)
    assert terms(newest(leaving)) == (OrderKind.MARKET, None, 9)
    assert newest(leaving).intent.reason is Reason.SL


def test_a_cancel_for_a_stop_that_is_refused_is_asked_for_again_though_the_price_recovers(
    leaving: Desk,
) -> None:

    waiting = newest(leaving)
    quote(leaving, 69_500, 69_400, 69_500)
    leaving.tell(CancelRejected(waiting.id, leaving.clock.now(), "busy", Refusal.BUSY))
    quote(leaving, 70_500, 70_400, 70_500)
    later(leaving, 3)
    assert leaving.broker.cancels.count(waiting.id) == 2
    confirm_cancel(leaving)
    assert newest(leaving).intent.reason is Reason.SL


def test_an_exit_a_person_cancels_is_left_to_them(leaving: Desk) -> None:
    leaving.tell(CancelOrder(newest(leaving).id))
    confirm_cancel(leaving)
    later(leaving, 60)
    assert len(leaving.broker.submitted) == 2


def test_what_the_exchange_gives_back_of_an_exit_is_sold_again(make_desk: Any) -> None:
    desk: Desk = make_desk(**EAGER)
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    order = sell_by_target(desk)
    desk.broker.fill(order, 5)
    desk.broker.working.pop(order.id)
    desk.tell(OrderCanceled(order.id, desk.clock.now(), "no bids"))
    assert terms(newest(desk)) == (OrderKind.MARKET, None, 9)


def test_a_rejected_stop_is_tried_again_ever_more_slowly_though_the_price_recovers(
    make_desk: Any,
) -> None:
    desk: Desk = make_desk(**EAGER)
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    desk.broker.on_submit = lambda order: desk.broker.reject(order, "no")
    quote(desk, 69_500, 69_400, 69_500)
    quote(desk, 70_500, 70_400, 70_500)
    began = desk.clock.now()
    sent: list[float] = []
    for _ in range(70):
        before = len(desk.broker.submitted)
        later(desk, 1)
        if len(desk.broker.submitted) > before:
            sent.append((desk.clock.now() - began).total_seconds())
    gaps = [round(b - a) for a, b in itertools.pairwise(sent)]
    assert gaps == [10, 20, 20]
    assert any("tried again in 10 s" in text for text in errors(desk))
    desk.broker.fills_at_once()
    later(desk, 25)
    assert desk.broker.held[SAMSUNG] == 0


# Slippage


def test_slippage_is_measured_against_the_price_decided_at(make_desk: Any) -> None:
    desk: Desk = make_desk(**EAGER)
    fall_then_rise(desk)
    desk.broker.fill(newest(desk), 4, 70_500)
    desk.broker.fill(newest(desk), 10, 70_200)
    desk.drain()
    assert [event.slippage for event in desk.said(FillRecorded)] == [200, -100]
    assert [record.body["slippage"] for record in desk.journal.of("fill")] == [200, -100]
