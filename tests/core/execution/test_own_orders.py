"""When an own order that nobody mentions is thought lost: late, and not on one report's word."""

from __future__ import annotations

from core.domain.messages import AccountReported
from core.domain.order import BrokerOrderId, Order, OrderAccepted, OrderStatus, Side
from core.execution.own_orders import OwnOrders
from core.execution.silence import RETRY_S
from tests.builders import OPEN, an_intent, an_order

SALE = an_order(an_intent(Side.SELL), OrderStatus.SUBMITTED)


def report(request_id: str, *orders: Order) -> AccountReported:
    return AccountReported(OPEN, 0, 0, (), orders, request_id)


def asked(own: OwnOrders, at_s: float, *orders: Order) -> list[Order]:
    """Ask for the account at that second and let a report with these orders answer."""
    own.ask(str(at_s), at_s)
    return own.unlisted(report(str(at_s), *orders))


def test_time_alone_loses_nothing() -> None:
    own = OwnOrders()
    own.send(SALE, 0)
    assert asked(own, RETRY_S + 50) == [SALE]
    assert asked(own, RETRY_S + 51) == []


def test_two_silent_reports_lose_nothing_before_the_time() -> None:
    own = OwnOrders()
    own.send(SALE, 0)
    for second in range(1, int(RETRY_S)):
        assert asked(own, second) == [SALE]
    assert asked(own, RETRY_S) == []


def test_a_report_asked_for_before_it_was_sent_proves_nothing() -> None:
    own = OwnOrders()
    for request in ("1", "2"):
        own.ask(request, float(request))
    own.send(SALE, 2)
    own.ask("3", 2 + RETRY_S)
    own.ask("4", 3 + RETRY_S)
    assert own.unlisted(report("2")) == [SALE]
    assert own.unlisted(report("3")) == [SALE]
    assert own.unlisted(report("4")) == []


def test_word_of_it_ends_the_silence() -> None:
    own = OwnOrders()
    own.send(SALE, 0)
    assert asked(own, 1) == [SALE]
    own.hear(OrderAccepted(SALE.id, BrokerOrderId("7"), OPEN))
    (accepted,) = asked(own, RETRY_S)
    assert accepted.status is OrderStatus.ACCEPTED
    assert asked(own, RETRY_S + 1) == []


def test_being_listed_ends_the_silence_too() -> None:
    own = OwnOrders()
    own.send(SALE, 0)
    assert asked(own, 1) == [SALE]
    assert asked(own, RETRY_S, SALE) == []
    assert asked(own, RETRY_S + 1) == [SALE]
    assert asked(own, RETRY_S + 2) == []


def test_reports_of_others_are_passed_over() -> None:
    own = OwnOrders()
    assert own.hear(OrderAccepted(SALE.id, BrokerOrderId("7"), OPEN)) is None
    own.send(SALE, 0)
    assert own.hear(OrderAccepted(SALE.id, BrokerOrderId("7"), OPEN)) == "005930"
