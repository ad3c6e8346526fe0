"""The simulated broker's own list of the day's orders, ended and amended ones too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import BrokerOrderId, OrderAccepted, OrderFilled, OrderStatus
from core.simulation.desk import Booked
from core.simulation.ledger import DayLedger
from tests.core.simulation.sim_builders import Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=20)
LOWEST = 50_100


def listed(outside: Outside) -> tuple[DayOrder, ...]:
    outside.venue.request_account("", outside.venue.now)
    outside.run_for(seconds=1)
    orders = outside.got(AccountReported)[-1].day_orders
    assert orders is not None
    return orders


def test_orders_of_the_day_are_listed_with_their_fills_and_costs() -> None:
    outside = synthetic(session=SESSION)
    outside.run_to(SESSION.open + timedelta(seconds=10))
    filled, waiting = an_order(quantity=3), an_order(quantity=5, limit=LOWEST)
    outside.submit(filled, waiting)
    outside.run_for(seconds=5)
    outside.amend(waiting, LOWEST + 100, 4)
    outside.run_for(seconds=1)

    first, second = listed(outside)

    fills = [report.fill for report in outside.got(OrderFilled)]
    assert (first.order_id, first.status, first.filled) == (filled.id, OrderStatus.FILLED, 3)
    assert first.filled_value == sum(fill.price * fill.quantity for fill in fills)
    assert first.commission == sum(fill.commission for fill in fills)
    assert (second.order_id, second.status) == (waiting.id, OrderStatus.ACCEPTED)
    assert (second.quantity, second.remaining, second.limit_price) == (4, 4, LOWEST + 100)
    assert second.numbers == ("0000002", "0000003")
    assert second.broker_id == "0000003"


def test_a_canceled_order_is_listed_under_its_own_number() -> None:
    outside = synthetic(session=SESSION)
    outside.run_to(SESSION.open + timedelta(seconds=10))
    outside.submit(order := an_order(quantity=3, limit=LOWEST))
    outside.run_for(seconds=1)
    outside.cancel(order)
    outside.run_for(seconds=1)

    (only,) = listed(outside)

    assert (only.status, only.remaining) == (OrderStatus.CANCELED, 0)
    assert only.numbers == ("0000001",)


def test_orders_of_earlier_days_are_not_listed() -> None:
    """A replay of several days is one market: yesterday's orders would be strangers to today."""
    ledger, numbers = DayLedger(), []
    for days in (0, 1):
        opened = SESSION.open + timedelta(days=days)
        number = BrokerOrderId(f"{days}")
        order = replace(an_order(quantity=3), status=OrderStatus.SUBMITTED)
        accepted = order.apply(OrderAccepted(order.id, number, opened))
        ledger.enrol(Booked(accepted, opened), number)
        numbers.append([each.broker_id for each in ledger.listed(opened.date())])
    assert numbers == [["0"], ["1"]]
