from __future__ import annotations

from dataclasses import replace

from core.clock import SimClock
from core.domain.messages import ForeignOrderSeen
from core.domain.order import BrokerOrderId, Fill, OrderFilled, OrderStatus, Reason, Side
from core.execution.flatten_books import FlattenBooks
from core.journal import MemoryJournal
from tests.builders import OPEN, a_fill, an_intent, an_order
from tests.fakes import FakeBroker


def sold(quantity: int, number: int, order_id: str) -> Fill:
    return a_fill(Side.SELL, quantity, 69_000, number, order_id, commission=10, tax=100)


def test_what_is_sold_is_booked_from_the_brokers_report_on():
    """An order that was working already keeps its reason; ours are flattens."""
    broker, journal = FakeBroker(SimClock(OPEN), cash=1_000_000), MemoryJournal()
    broker.held = {"005930": 10}
    stop = an_order(an_intent(Side.SELL, 4, reason=Reason.SL), OrderStatus.SUBMITTED)
    broker.working[stop.id] = stop
    books = FlattenBooks(journal, 5_000_000)
    books.hear(OrderFilled(stop.id, sold(1, 9, stop.id), OPEN), OPEN)  # before: in the report
    books.hear(broker.account(), OPEN)
    books.hear(OrderFilled(stop.id, sold(4, 1, stop.id), OPEN), OPEN)
    books.hear(replace(broker.account(), cash=0), OPEN)  # later reports change nothing
    books.hear(OrderFilled("f-1", sold(6, 2, "f-1"), OPEN), OPEN)
    books.close(OPEN)
    journal.commit()
    adopted, *fills = [record.body for record in journal.committed if record.kind != "trade"]
    end = fills.pop()
    assert (adopted["source"], adopted["cash"]) == ("ADOPTED", 1_000_000)
    assert [fill["reason"] for fill in fills] == ["SL", "FLATTEN"]
    assert [fill["position_after"] for fill in fills] == [6, 0]
    assert end["cash"] == fills[-1]["cash_after"] == 1_000_000 + 10 * 69_000 - 220
    assert end["counts"] == {"fills": 2, "trades": 1}
    assert [record.body["trade"]["exit_reason"] for record in journal.of("trade")] == ["FLATTEN"]


def test_an_order_of_others_is_written_and_its_fills_are_foreign():
    broker, journal = FakeBroker(SimClock(OPEN), cash=1_000_000), MemoryJournal()
    broker.held = {"005930": 10}
    books = FlattenBooks(journal, 5_000_000)
    books.hear(broker.account(), OPEN)
    theirs = an_order(an_intent(Side.SELL, 6, reason=Reason.FOREIGN), OrderStatus.PARTIALLY_FILLED)
    seen = replace(theirs, broker_id=BrokerOrderId("7"), filled=2, filled_value=138_001)
    for _ in range(2):
        books.hear(ForeignOrderSeen(seen), OPEN)
    books.hear(OrderFilled(theirs.id, sold(4, 1, theirs.id), OPEN), OPEN)
    journal.commit()
    (order,), fills = journal.of("order"), [record.body for record in journal.of("fill")]
    assert (order.body["order_id"], order.body["filled"]) == (theirs.id, 0)
    assert [fill["reason"] for fill in fills] == ["FOREIGN"] * 3
    assert [fill["position_after"] for fill in fills] == [9, 8, 4]
    assert fills[1]["cash_after"] == 1_138_001
