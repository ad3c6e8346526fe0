"""Orders that are changed on their way: new numbers, reserves, refusals; orders made by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.messages import ForeignOrderSeen
from core.domain.order import (
    AmendRejected,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderReport,
    Reason,
    Side,
)
from core.simulation.account import Lot
from core.simulation.market import SyntheticMarket
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import CASH, COSTS, Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=20)
LOWEST = 50_100


@pytest.fixture
def market() -> Outside:
    """Ten seconds into the day, nothing reported yet."""
    outside = synthetic(session=SESSION)
    outside.run_to(SESSION.open + timedelta(seconds=10))
    outside.posts.clear()
    return outside


def waiting(market: Outside, price: int = LOWEST, quantity: int = 10) -> Order:
    """An order that has just been accepted, far below the market."""
    market.submit(order := an_order(quantity=quantity, limit=price))
    market.run_for(seconds=1)
    return order


def amended(market: Outside, order: Order, price: int, quantity: int) -> OrderReport:
    """The answer to an amendment."""
    known = len(market.about(order))
    market.venue.amend(order.id, price, quantity, market.venue.now)
    market.run_for(seconds=1)
    report: OrderReport = market.about(order)[known]
    return report


def test_an_amended_order_works_on_under_a_new_number(market: Outside) -> None:
    order = waiting(market)
    (accepted,) = market.got(OrderAccepted)

    report = amended(market, order, LOWEST + 100, 4)

    assert isinstance(report, OrderAmended)
    assert (report.limit_price, report.quantity) == (LOWEST + 100, 4)
    assert report.broker_id > accepted.broker_id
    exchange = market.venue.exchange
    assert exchange.account.available == CASH - 4 * (LOWEST + 100) - 30
    booked = exchange.day.orders[order.id]
    assert (booked.original, booked.order.broker_id) == (accepted.broker_id, report.broker_id)
    assert exchange.day.find(accepted.broker_id) is exchange.day.find(report.broker_id) is booked


def test_an_amendment_to_the_other_side_fills(market: Outside) -> None:
    order = waiting(market)

    report = amended(market, order, 80_000, 10)

    assert isinstance(report, OrderAmended)
    fills = [m for m in market.about(order) if isinstance(m, OrderFilled)]
    assert sum(filled.fill.quantity for filled in fills) == 10
    assert all(filled.fill.price < 80_000 for filled in fills)


@pytest.mark.parametrize(
    ("price", "quantity", "words"),
    [
        (LOWEST + 50, 10, "호가단위 오류"),
        (LOWEST - 100, 10, "상/하한가 오류"),
        (LOWEST, 11, "정정가능수량을 초과"),
        (LOWEST, 0, "정정/취소할 수량이 없습니다"),
    ],
)
def test_an_impossible_amendment_is_refused_and_the_order_stays(
    market: Outside, price: int, quantity: int, words: str
) -> None:
    order = waiting(market)

    report = amended(market, order, price, quantity)

    assert isinstance(report, AmendRejected)
    assert words in report.note
    (booked,) = market.venue.exchange.working
    assert (booked.order.intent.limit_price, booked.remaining) == (LOWEST, 10)


def test_an_amendment_needs_no_cash_twice() -> None:
    market = synthetic(session=SESSION, cash=10 * LOWEST + 1_000)
    market.run_to(SESSION.open + timedelta(seconds=10))
    order = waiting(market)

    assert isinstance(amended(market, order, LOWEST, 9), OrderAmended)
    refused = amended(market, order, LOWEST + 10_000, 9)

    assert isinstance(refused, AmendRejected)
    assert "매수증거금이 부족합니다" in refused.note


def test_an_ended_or_unknown_order_can_not_be_amended(market: Outside) -> None:
    order = waiting(market)
    market.cancel(order)
    market.run_for(seconds=1)

    ended, unknown = amended(market, order, LOWEST, 5), amended(market, an_order(id="none"), 1, 1)

    assert isinstance(ended, AmendRejected)
    assert "수량이 없습니다" in ended.note
    assert isinstance(unknown, AmendRejected)
    assert "주문번호를 확인하세요" in unknown.note


def test_a_cancel_has_a_number_of_its_own(market: Outside) -> None:
    order = waiting(market)
    market.cancel(order)
    market.run_for(seconds=1)

    assert isinstance(market.about(order)[-1], OrderCanceled)
    day = market.venue.exchange.day
    booked = day.orders[order.id]
    assert booked.canceled_by is not None
    assert booked.order.broker_id is not None
    assert booked.canceled_by > booked.order.broker_id
    assert day.find(booked.canceled_by) is booked


def test_an_order_by_hand_is_announced_before_its_reports(market: Outside) -> None:
    intent = an_order(quantity=3).intent
    order_id = market.venue.place_by_hand(intent, market.venue.now)
    market.run_for(seconds=1)

    kinds = [
        type(m)
        for m in market.posts
        if (m.order.id if isinstance(m, ForeignOrderSeen) else getattr(m, "order_id", ""))
        == order_id
    ]
    assert kinds[:2] == [ForeignOrderSeen, OrderAccepted]
    assert kinds[2:] == [OrderFilled] * (len(kinds) - 2) != []
    assert market.venue.exchange.day.orders[order_id].order.intent.reason is Reason.FOREIGN
    assert market.venue.exchange.account.lots["005930"].quantity == 3


def test_the_day_ledger_adds_up(market: Outside) -> None:
    for side, quantity in ((Side.BUY, 30), (Side.SELL, 10), (Side.BUY, 5), (Side.SELL, 25)):
        market.submit(an_order(side, quantity))
        market.run_for(seconds=20)

    exchange = market.venue.exchange
    day = exchange.day.trades["005930"]
    assert (day.bought, day.sold) == (35, 35)
    assert day.sold_cost == day.bought_value
    assert exchange.account.cash - CASH == (
        day.sold_value - day.bought_value - day.commission - day.tax
    )
    assert [fill.id for fill in exchange.day.fills] == [
        report.fill.id for report in market.got(OrderFilled)
    ]
    for booked in exchange.day.orders.values():
        mine = [fill for fill in exchange.day.fills if fill.order_id == booked.id]
        assert booked.commission == sum(fill.commission for fill in mine)
        assert booked.tax == sum(fill.tax for fill in mine)


def test_an_account_can_begin_with_shares() -> None:
    market = SyntheticMarket(1, SESSION, ["005930"])
    outside = Outside(Venue(market, COSTS, CASH, lots=[Lot("005930", 7, 490_000)]))
    outside.run_to(SESSION.open + timedelta(seconds=10))

    outside.submit(order := an_order(Side.SELL, 7))
    outside.run_for(seconds=1)

    assert isinstance(outside.about(order)[-1], OrderFilled)
    day = outside.venue.exchange.day.trades["005930"]
    assert day.sold_cost == 490_000
    assert day.gross_profit == day.sold_value - 490_000


def test_ids_of_orders_by_hand_never_repeat(market: Outside) -> None:
    ids = {market.venue.place_by_hand(an_order().intent, market.venue.now) for _ in range(3)}

    assert len(ids) == 3
    assert OrderId("") not in ids
