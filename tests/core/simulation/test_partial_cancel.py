"""A part of an order is cancelled: the rest keeps number, price and place."""

from __future__ import annotations

from datetime import timedelta

from core.domain.messages import Interruption
from core.domain.order import CancelRejected, OrderAmended, OrderCanceled, OrderKind
from core.simulation.incidents import Incident
from tests.core.simulation.sim_builders import Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=8)


def market(after_open: float = 60, **kwargs: object) -> Outside:
    outside = synthetic(session=SESSION, **kwargs)  # type: ignore[arg-type]
    outside.run_to(SESSION.open + timedelta(seconds=after_open))
    return outside


def test_the_rest_keeps_its_number_and_its_place() -> None:
    outside = market()
    outside.submit(order := an_order(quantity=10, kind=OrderKind.TOP))
    outside.run_for(milliseconds=40)
    (booked,) = outside.venue.exchange.working
    book = outside.venue._market._markets["005930"].book  # type: ignore[attr-defined]
    number, ahead = booked.order.broker_id, book.ahead_of(booked.slot)
    outside.venue.exchange.cancel(order.id, outside.venue.now, 4)
    outside.run_for(milliseconds=40)

    assert [type(each) for each in outside.about(order)][1:2] == [OrderAmended]
    assert (booked.order.broker_id, booked.remaining, booked.order.intent.limit_price) == (
        number,
        6,
        None,
    )
    assert 0 < book.ahead_of(booked.slot) <= ahead


def test_more_than_is_left_is_refused_and_all_of_it_is_a_cancel() -> None:
    outside = market()
    outside.submit(order := an_order(quantity=10, limit=50_100))
    outside.run_for(milliseconds=40)
    outside.venue.exchange.cancel(order.id, outside.venue.now, 11)
    outside.venue.exchange.cancel(order.id, outside.venue.now, 10)
    outside.run_for(milliseconds=40)

    assert [type(each) for each in outside.about(order)][1:] == [CancelRejected, OrderCanceled]


def test_a_halted_symbol_takes_it_as_any_cancel() -> None:
    outside = market(cash=10_000_000)
    outside.submit(order := an_order(quantity=10, limit=50_100))
    outside.run_for(milliseconds=40)
    outside.venue.inject(Incident(Interruption.HALT, outside.venue.now, "005930"))
    outside.run_for(milliseconds=40)
    outside.venue.exchange.cancel(order.id, outside.venue.now, 4)
    outside.run_for(milliseconds=40)

    assert outside.venue.exchange.account.available > 10_000_000 - 50_100 * 7


def test_in_the_session_at_one_price_too() -> None:
    outside = market(-40 * 60, start=SESSION.open - timedelta(minutes=40))
    outside.submit(order := an_order(quantity=10, kind=OrderKind.BEFORE_HOURS_CLOSE))
    outside.run_for(milliseconds=40)
    outside.venue.exchange.cancel(order.id, outside.venue.now, 4)
    outside.run_to(SESSION.open)

    assert outside.venue.exchange.day.orders[order.id].order.filled == 6


def test_of_a_conditional_order_that_has_turned_into_a_market_order() -> None:
    outside = market()
    outside.submit(order := an_order(quantity=10, limit=55_000, kind=OrderKind.CONDITIONAL))
    outside.run_to(SESSION.continuous_end + timedelta(minutes=1))
    outside.venue.exchange.cancel(order.id, outside.venue.now, 4)
    outside.run_out()

    assert outside.venue.exchange.day.orders[order.id].order.filled == 6
