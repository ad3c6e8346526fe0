"""What a faulty engine could write, in a sound chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain.messages import AccountReported, Holding
from core.domain.order import (
    AmendRejected,
    AmendRequested,
    BrokerOrderId,
    Fill,
    Order,
    OrderAmended,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.portfolio import Position
from core.journal.records import (
    broker_account_record,
    fill_record,
    order_record,
    report_record,
    session_record,
    trade_record,
)
from core.journal.verification import verify
from core.journal.writer import SqlJournal
from tests.core.journal.days import CAPITAL, OPEN, Day, found, written
from tests.fakes import void


def _lie(**lies: Any) -> Callable[[Day], None]:
    return lambda day: day.fill(day.order(Side.BUY, 10), **lies)


def _trade_lie(**lies: Any) -> Callable[[Day], None]:
    def write(day: Day) -> None:
        day.fill(day.order(Side.BUY, 10))
        day.fill(day.order(Side.SELL, 10, price=71_000), trade=lies)

    return write


def _end_lie(**lies: Any) -> Callable[[Day], None]:
    def write(day: Day) -> None:
        day.round_trip()
        day.end(**lies)

    return write


def _fill_without_order(day: Day) -> None:
    order = day.order(Side.BUY, 1)
    day.fill(replace(order, id=OrderId("ghost")))


def _oversold(day: Day) -> None:
    day.fill(day.order(Side.BUY, 1))
    day.fill(day.order(Side.SELL, 2))


def _overfilled(day: Day) -> None:
    order = day.order(Side.BUY, 10)
    day.fill(order, 6)
    day.fill(order, 6)


def _same_fill_twice(day: Day) -> None:
    order = day.order(Side.BUY, 10)
    day.fill(order, 5, id="f9")
    day.fill(order, 5, id="f9")


def _trade_out_of_nothing(day: Day) -> None:
    made = Position("000660", day.now, bought=1, bought_value=5, sold=1, sold_value=6)
    day.write(*trade_record(made.closed(day.now, Reason.SIGNAL)))


def _after_the_end(day: Day) -> None:
    day.end()
    day.order(Side.BUY, 1)


def _second_start(day: Day) -> None:
    day.write(*session_record(mode="demo", version="0", start_capital=CAPITAL, settings={}))


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (_lie(cash_after=9_299_984), "cash is 9,299,984 by the record, but"),
        (_lie(cash_after=9_299_986), "make it 9,299,985"),
        (_lie(position_after=9), "005930: 9 shares held by the record, 10 by the fills"),
        (_lie(price=69_999, slippage=-1), "cash is 9,299,985 by the record"),
        (_lie(slippage=100), "order o1: 100 won of slippage by the record, 0 by its price"),
        (_lie(commission=14), "cash is 9,299,985 by the record"),
        (_lie(symbol="000660"), "order o1 is BUY 005930, the fill is BUY 000660"),
        (_lie(side=Side.SELL), "order o1 is BUY 005930, the fill is SELL 005930"),
        (_lie(price=0, slippage=-70_000), "impossible fill: price 0"),
        (_lie(quantity=-1), "impossible fill: price 70000, quantity -1"),
        (_fill_without_order, "order ghost was not written before"),
        (_oversold, "005930: the position is negative (-1 shares)"),
        (_overfilled, "order o1: 12 shares filled, more than the 10 ordered"),
        (_same_fill_twice, "fill f9 is there twice on one day"),
        (_trade_lie(gross_pnl=9_999), "trade of 005930: gross_pnl is 9999 by the record, 10000"),
        (_trade_lie(tax=31), "tax is 31 by the record, 30 by its fills"),
        (_trade_lie(quantity=11), "quantity is 11 by the record"),
        (_trade_lie(entry_price=70_001.0), "entry_price is 70001.0 by the record"),
        (_trade_lie(exit_price=70_001.0), "exit_price is 70001.0 by the record"),
        (_trade_out_of_nothing, "000660: no closed round of fills makes this trade"),
        (_end_lie(cash=1), "cash is 1 by the record"),
        (_end_lie(holdings={"005930": 1}), "holds {'005930': 1} by the record, {} by the fills"),
        (_end_lie(counts={"fills": 3}), "counts fills as 3, but 2 are written"),
        (_end_lie(counts={"trades": 0}), "counts trades as 0, but 1 are written"),
        (_after_the_end, "comes after the end of its session"),
        (_second_start, "the session begins a second time"),
    ],
)
def test_what_does_not_add_up_is_told(
    path: Path, write: Callable[[Day], None], problem: str
) -> None:
    assert any(problem in text for text in found(written(path, write)))


def test_a_closed_round_without_its_trade_is_told_at_the_end(path: Path) -> None:
    def write(day: Day) -> None:
        day.fill(day.order(Side.BUY, 10))
        day._close = lambda *_: day.positions.clear()  # type: ignore[method-assign]
        day.fill(day.order(Side.SELL, 10))
        day.end()

    assert found(written(path, write)) == ["005930: 1 closed round(s) without a trade record"]


def test_one_wrong_cash_is_told_once(path: Path) -> None:
    def write(day: Day) -> None:
        order = day.order(Side.BUY, 10)
        day.cash += 1
        day.fill(order)
        day.fill(day.order(Side.SELL, 10))
        day.end()

    assert len(written(path, write).problems) == 1


def test_a_session_without_its_start_is_told(path: Path) -> None:
    journal = SqlJournal(path)
    journal.record("note", OPEN, {"text": "hello"})
    journal.close()

    assert "does not begin with a session record" in found(verify(path))[0]


def test_fields_that_are_missing_are_told(path: Path) -> None:
    def write(day: Day) -> None:
        day.write("fill", {"reason": "SIGNAL"})

    assert "the fields of this fill are not as they should be" in found(written(path, write))[0]


def test_a_foreign_fill_needs_no_order(path: Path) -> None:
    def write(day: Day) -> None:
        fill = Fill("x1", OrderId("theirs"), "005930", Side.BUY, 100, 1, 0, 0, day.now)
        day.write(*fill_record(fill, Reason.FOREIGN, cash_after=CAPITAL - 100, position_after=1))

    assert found(written(path, write)) == []


def _theirs(day: Day, quantity: int = 10, filled: int = 0) -> Order:
    """Write an order somebody else made, as it was when it was first seen."""
    intent = OrderIntent(
        "005930", Side.BUY, quantity, Reason.FOREIGN, day.now, 70_000, OrderKind.LIMIT, 70_000
    )
    number = BrokerOrderId("77")
    order = Order(OrderId("K1"), intent, OrderStatus.ACCEPTED, number, filled)
    day.write(*order_record(order))
    return order


def test_a_foreign_order_that_was_seen_is_held_to_its_quantity(path: Path) -> None:
    def write(day: Day) -> None:
        order = _theirs(day, filled=6)  # by then; no record tells of those six
        day.fill(order, 4)
        day.fill(order, 1)

    assert found(written(path, write)) == ["order K1: 11 shares filled, more than the 10 ordered"]


def _amend(day: Day, order: Order, quantity: int, price: int = 69_900) -> Order:
    for report in (
        AmendRequested(order.id, day.now, price, quantity),
        OrderAmended(order.id, BrokerOrderId("b9"), price, quantity, day.now),
    ):
        order = order.apply(report)
        day.write(*report_record(report, order))
    return order


def test_an_amended_order_is_held_to_its_new_quantity(path: Path) -> None:
    def write(day: Day) -> None:
        order = _amend(day, day.order(Side.BUY, 10), 6)
        day.fill(order, 4)
        day.fill(order, 2)
        day.fill(order, 1)

    assert found(written(path, write)) == ["order o1: 7 shares filled, more than the 6 ordered"]


def test_an_order_amended_below_what_was_filled_is_told(path: Path) -> None:
    def write(day: Day) -> None:
        order = day.order(Side.BUY, 10)
        day.fill(order, 7)
        _amend(day, order, 6)

    assert found(written(path, write)) == ["order o1: 7 shares filled, more than the 6 ordered"]


def test_an_amendment_makes_no_order_larger(path: Path) -> None:
    told = found(written(path, lambda day: void(_amend(day, day.order(Side.BUY, 10), 11))))
    assert told == ["order o1: an order of 10 shares is written as amended to 11"]


def test_a_refused_amendment_changes_nothing(path: Path) -> None:
    def write(day: Day) -> None:
        order = day.order(Side.BUY, 10)
        for report in (
            AmendRequested(order.id, day.now, 69_900, 6),
            AmendRejected(order.id, day.now, "no"),
        ):
            order = order.apply(report)
            day.write(*report_record(report, order))
        day.fill(order, 10)

    assert found(written(path, write)) == []


def test_an_order_from_before_a_crash_may_be_amended(path: Path) -> None:
    orders: list[Order] = []
    written(path, lambda day: orders.append(day.order(Side.BUY, 10)))

    result = written(path, lambda day: day.fill(_amend(day, orders[0], 6), 7))

    assert found(result) == ["order o1: 7 shares filled, more than the 6 ordered"]


def test_a_fill_of_an_order_from_before_a_crash_is_good(path: Path) -> None:
    orders = []
    written(path, lambda day: orders.append(day.order(Side.BUY, 10)))

    result = written(path, lambda day: day.fill(orders[0]))

    assert found(result) == []
    assert result.sessions == 2


def test_a_session_may_start_with_positions(path: Path) -> None:
    held = Position("000660", OPEN, bought=5, bought_value=500_000, commission=75)
    journal = SqlJournal(path)
    day = Day(journal, cash=CAPITAL - 500_075, positions=[held])
    day.fill(day.order(Side.SELL, 5, "000660", 110_000))
    day.end()
    journal.close()

    assert found(verify(path)) == []


def test_the_brokers_account_can_be_adopted(path: Path) -> None:
    def write(day: Day) -> None:
        held = Position("000660", day.now, bought=5, bought_value=500_000, is_foreign=True)
        report = AccountReported(day.now, 7_000_000, 7_000_000, (Holding("000660", 5, 1, 5),), ())
        day.write(*broker_account_record(report, adopted=[held]))
        day.cash, day.positions = 7_000_000, {"000660": held}
        day.fill(day.order(Side.SELL, 5, "000660", 110_000))
        day.end()

    result = written(path, write)

    assert found(result) == []
    assert "set to the broker's account (cash 10,000,000 -> 7,000,000)" in result.notes[0].en


def test_adopting_what_the_books_say_already_is_no_news(path: Path) -> None:
    def write(day: Day) -> None:
        report = AccountReported(day.now, day.cash, day.cash, (), ())
        day.write(*broker_account_record(report, adopted=[]))
        day.end()

    assert written(path, write).notes == ()


def test_fills_of_an_adopted_order_are_good_up_to_its_quantity(path: Path) -> None:
    def write(day: Day) -> None:
        order = day.order(Side.BUY, 10)
        theirs = replace(order, id=OrderId("theirs"), filled=6)
        report = AccountReported(day.now, day.cash, day.cash, (), (theirs,))
        day.write(*broker_account_record(report, adopted=[]))
        day.fill(theirs, 4)
        day.fill(theirs, 1)

    assert found(written(path, write)) == [
        "order theirs: 11 shares filled, more than the 10 ordered"
    ]


def test_amounts_that_are_not_whole_may_differ_by_rounding_only(path: Path) -> None:
    journal = SqlJournal(path)
    day = Day(journal, cash=1_000_000.3)
    for price in (0.1, 0.2, 0.7):
        day.fill(day.order(Side.BUY, 3, price=price))
        day.fill(day.order(Side.SELL, 3, price=price + 0.1))
    day.end()
    day.end(cash=day.cash + 0.01)
    journal.close()

    assert [text.partition(" by")[0] for text in found(verify(path))] == [
        f"cash is {day.cash + 0.01:,}"
    ]
