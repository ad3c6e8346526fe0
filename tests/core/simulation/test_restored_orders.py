"""Orders that waited when the program died wait on where they stood, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.order import OrderCanceled, OrderFilled, OrderKind
from core.simulation.state import ExchangeState
from tests.core.simulation.sim_builders import SEOUL, Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=20)
Open = Callable[[], Outside]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """The same exchange again, as after a kill: nobody closes the one before."""

    def make() -> Outside:
        state = ExchangeState(tmp_path / "exchange.db", SEOUL)
        return synthetic(session=SESSION, state=state, cash=10**14)

    return make


def places(outside: Outside) -> list[tuple[str, int, int]]:
    """(id, price, shares left) of what waits."""
    book = outside.venue._market._markets["005930"].book  # type: ignore[attr-defined]
    return [
        (each.id, book.ladder.prices[each.slot.rung], each.remaining)
        for each in outside.venue.exchange.working
    ]


def test_the_rest_of_a_market_order_waits_at_the_auctions_price(opened: Open) -> None:
    before = opened()
    before.submit(an_order(quantity=30_000_000))
    before.run_to(SESSION.open + timedelta(seconds=5))
    ((order, price, _),) = places(before)
    (known,) = before.venue.exchange.day.listed(SESSION.open.date())

    after = opened()
    after.run_for(seconds=1)

    (now,) = after.venue.exchange.day.listed(
        SESSION.open.date()
    )  # what filled while nobody was there is no report
    assert [place[:2] for place in places(after)] == [(order, price)]
    assert now.filled_value - known.filled_value <= price * (now.filled - known.filled)
    assert not after.got(OrderCanceled)


def test_the_rest_of_a_best_order_waits_at_the_price_it_was_given(opened: Open) -> None:
    before = opened()
    before.run_to(SESSION.open + timedelta(minutes=1))
    before.submit(an_order(quantity=400_000, kind=OrderKind.BEST))
    before.run_for(milliseconds=100)
    ((order, price, _),) = places(before)

    after = opened()
    after.run_for(milliseconds=100)

    assert [place[:2] for place in places(after)] == [(order, price)]
    assert {report.fill.price for report in after.got(OrderFilled)} <= {price}


def test_a_conditional_order_is_a_market_order_in_the_closing_auction(opened: Open) -> None:
    before = opened()
    before.run_to(SESSION.open + timedelta(minutes=1))
    before.submit(order := an_order(quantity=10, limit=55_000, kind=OrderKind.CONDITIONAL))
    before.run_to(SESSION.continuous_end + timedelta(minutes=2))

    after = opened()
    after.run_out()

    assert sum(report.fill.quantity for report in after.got(OrderFilled)) == 10
    assert after.venue.exchange.day.orders[order.id].order.filled == 10
