from __future__ import annotations

from dataclasses import replace

from core.clock import SimClock
from core.domain.order import Fill, OrderFilled, OrderStatus, Reason, Side
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
