"""Our orders of every kind in continuous trading: prices, places in line, what is given back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.market import Tick
from core.domain.order import (
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderKind,
    TimeInForce,
)
from core.simulation.account import Lot
from core.simulation.matching import Book
from tests.core.simulation.sim_builders import Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=20)
LOWEST, HIGHEST = 50_100, 92_900
SHARES = [Lot("005930", 100, 7_150_000)]


def book_of(outside: Outside) -> Book:
    book: Book = outside.venue._market._markets["005930"].book  # type: ignore[attr-defined]
    return book


def fills_of(outside: Outside, order: Order) -> list[OrderFilled]:
    return [report for report in outside.about(order) if isinstance(report, OrderFilled)]


@pytest.fixture
def market() -> Outside:
    outside = synthetic(session=SESSION, lots=SHARES)
    outside.run_to(SESSION.open + timedelta(minutes=2))
    return outside


def test_best_is_a_limit_at_the_opposite_best(market: Outside) -> None:
    book = book_of(market)
    ask, size = book.ask, book.sizes[book.best_ask]
    market.venue.exchange.account.cash = 10**12
    market.submit(order := an_order(quantity=size + 50, kind=OrderKind.BEST))
    market.run_for(milliseconds=31)

    fills = fills_of(market, order)
    assert {filled.fill.price for filled in fills} <= {ask, ask + 100, ask - 100}
    assert len({filled.fill.price for filled in fills}) == 1
    (booked,) = market.venue.exchange.working
    assert book.ladder.prices[booked.slot.rung] == fills[0].fill.price
    reserved = booked.remaining * fills[0].fill.price
    account = market.venue.exchange.account
    assert account.cash - account.available == pytest.approx(reserved, rel=1e-3)


def test_top_waits_at_the_best_of_its_own_side(market: Outside) -> None:
    market.submit(order := an_order(quantity=1, kind=OrderKind.TOP))
    market.run_for(milliseconds=31)

    book = book_of(market)
    (booked,) = market.venue.exchange.working
    assert booked.id == order.id
    assert book.ladder.prices[booked.slot.rung] == book.bid
    assert book.ahead_of(booked.slot) > 0


def test_ioc_takes_what_is_there_and_gives_the_rest_back(market: Outside) -> None:
    market.venue.exchange.account.cash = 10**12
    ask = int(market.got(Tick)[-1].ask or 0)
    order = an_order(quantity=10**7, limit=ask + 100, time_in_force=TimeInForce.IOC)
    market.submit(order)
    market.run_for(milliseconds=31)

    *_, last = market.about(order)
    assert isinstance(last, OrderCanceled)
    assert fills_of(market, order)
    assert all(filled.fill.price <= ask + 100 for filled in fills_of(market, order))
    assert not market.venue.exchange.working


def test_fok_is_all_or_nothing(market: Outside) -> None:
    market.venue.exchange.account.cash = 10**12
    small, large = (
        an_order(quantity=quantity, kind=OrderKind.MARKET, time_in_force=TimeInForce.FOK)
        for quantity in (50, 10**9)
    )
    market.submit(small, large)
    market.run_for(milliseconds=31)

    assert sum(filled.fill.quantity for filled in fills_of(market, small)) == 50
    assert not fills_of(market, large)
    assert isinstance(market.about(large)[-1], OrderCanceled)


def test_a_market_fok_needs_the_cash_for_all_of_it(market: Outside) -> None:
    order = an_order(quantity=150, kind=OrderKind.MARKET, time_in_force=TimeInForce.FOK)
    market.submit(order)  # 10.7 million won, 10 million are there
    market.run_for(milliseconds=31)

    assert [type(report) for report in market.about(order)] == [OrderAccepted, OrderCanceled]


def test_a_conditional_order_turns_into_a_market_order_for_the_close(market: Outside) -> None:
    order = an_order(quantity=5, limit=LOWEST, kind=OrderKind.CONDITIONAL)
    market.submit(order)
    market.run_to(SESSION.continuous_end)
    assert not fills_of(market, order)
    account = market.venue.exchange.account
    assert account.cash - account.available >= 5 * HIGHEST  # it may yet pay any price
    market.run_out()

    (filled,) = fills_of(market, order)
    assert filled.fill.price == market.got(Tick)[-1].price > LOWEST


def test_fewer_shares_at_the_same_price_keep_their_place(market: Outside) -> None:
    bid = int(market.got(Tick)[-1].bid or 0) - 300
    first, second = an_order(quantity=9, limit=bid), an_order(quantity=9, limit=bid)
    market.submit(first, second)
    market.run_for(milliseconds=31)
    slots = [booked.slot for booked in market.venue.exchange.working]
    book = book_of(market)
    before = [book.ahead_of(slot) for slot in slots]
    assert before[1] - before[0] == 9

    market.amend(first, bid, 4)
    market.run_for(milliseconds=31)
    fewer = [book.ahead_of(slot) for slot in slots]
    market.amend(first, bid, 3)
    market.amend(second, bid + 100, 9)
    market.amend(second, bid, 9)
    market.run_for(milliseconds=31)

    assert fewer[1] - fewer[0] == 4
    assert fewer[0] <= before[0]
    assert book.ahead_of(slots[1]) >= book.ahead_of(slots[0]) + 3


@pytest.mark.parametrize(
    "kind", [OrderKind.AFTER_HOURS_CLOSE, OrderKind.BEFORE_HOURS_CLOSE], ids=lambda k: k.value
)
def test_kinds_of_other_hours_are_refused(market: Outside, kind: OrderKind) -> None:
    market.submit(order := an_order(quantity=1, kind=kind))
    market.run_for(milliseconds=31)

    (refused,) = market.about(order)
    assert "주문시간이 아닙니다" in refused.note


def test_those_who_came_before_are_served_before(market: Outside) -> None:
    """Background orders ahead of ours are filled or withdrawn before ours gets a share."""
    bid = int(market.got(Tick)[-1].bid or 0)
    market.submit(order := an_order(quantity=5, limit=bid))
    market.run_for(milliseconds=31)
    (booked,) = market.venue.exchange.working
    book, ahead = book_of(market), []
    while not fills_of(market, order):
        ahead.append(book.ahead_of(booked.slot))
        market.run(1)

    assert ahead[0] > 0
    assert ahead == sorted(ahead, reverse=True)
    first = fills_of(market, order)[0].fill
    sold = sum(
        tick.quantity
        for tick in market.got(Tick)
        if tick.time == first.time and tick.price == first.price
    )
    assert sold >= ahead[-1] + first.quantity


def test_of_two_of_ours_at_one_price_the_earlier_is_served_first(market: Outside) -> None:
    bid = int(market.got(Tick)[-1].bid or 0)
    first, second = an_order(quantity=50, limit=bid), an_order(quantity=50, limit=bid)
    market.submit(first, second)
    while len(market.got(OrderFilled)) < 2:
        market.run(1)

    assert market.got(OrderFilled)[0].order_id == first.id
    filled = sum(report.fill.quantity for report in fills_of(market, first))
    assert filled == 50
