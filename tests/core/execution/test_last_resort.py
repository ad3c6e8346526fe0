"""The flatten without the engine, against a broker that answers as badly as brokers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.clock import SimClock
from core.domain.errors import BrokerError, JournalError
from core.domain.messages import (
    AccountReported,
    FlattenProgressed,
    FlattenStep,
    ForeignOrderSeen,
    Interrupted,
    Interruption,
    Resumed,
)
from core.domain.order import (
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderKind,
    OrderLost,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.session import Phase
from core.execution.last_resort import ASK_S, LastResort
from core.execution.silence import RETRY_S
from core.journal import MemoryJournal
from tests.builders import OPEN, a_fill, an_intent, an_order
from tests.fakes import FakeBroker

SAMSUNG, HYNIX = "005930", "000660"


class Way:
    """One flatten on its way: lets seconds pass and keeps what was said."""

    def __init__(self, journal: Any = None) -> None:
        self.clock = SimClock(OPEN)
        self.broker = FakeBroker(self.clock)
        self.phase = Phase.CONTINUOUS
        self.said: list[FlattenProgressed] = []
        self.resort = LastResort(self.broker, "run", lambda now: self.phase, OPEN, journal)
        self._turn = 0

    @property
    def last(self) -> FlattenProgressed:
        return self.said[-1]

    @property
    def sales(self) -> list[tuple[str, int]]:
        return [(o.intent.symbol, o.intent.quantity) for o in self.broker.submitted]

    def go(self, seconds: int = 1) -> None:
        """Ask once a second, with the broker answering at once."""
        for _ in range(seconds):
            self.tick()
            while self.broker.inbox:
                self.deliver()

    def tick(self) -> None:
        now = OPEN + timedelta(seconds=self._turn * ASK_S)
        self.clock.move_to(now)
        self._say(self.resort.tick(self._turn * ASK_S, now))
        self._turn += 1

    def deliver(self, wanted: Callable[[Any], bool] = lambda message: True) -> None:
        """Let the broker's answers in, as far as they are wanted now."""
        messages = list(self.broker.inbox)
        self.broker.inbox.clear()
        for message in messages:
            if wanted(message):
                self._say(self.resort.take(message, {}, self.clock.now()))
            else:
                self.broker.inbox.append(message)

    def _say(self, progress: FlattenProgressed | None) -> None:
        if progress is not None:
            self.said.append(progress)


@pytest.fixture
def way() -> Way:
    way = Way()
    way.broker.held = {SAMSUNG: 10}
    return way


def is_account(message: Any) -> bool:
    return isinstance(message, AccountReported)


def fail(*args: Any) -> None:
    raise BrokerError("line is down")


def test_it_sells_what_is_held_and_ends_with_the_brokers_zero(way: Way):
    way.broker.fills_at_once()
    way.go()
    assert way.sales == [(SAMSUNG, 10)]
    assert not way.resort.is_done, "a fill is no proof"
    way.go()
    assert way.resort.is_done and way.last.is_done
    assert way.broker.submitted[0].intent.reason is Reason.FLATTEN


def test_once_done_it_asks_no_more(way: Way):
    way.broker.held = {}
    way.go()
    assert way.resort.is_done
    way.go(5)
    assert len(way.said) == 2  # that it waits for the account, and that it is done


def test_it_says_from_the_beginning_that_it_waits_for_the_account(way: Way):
    assert not way.resort.has_heard
    way.tick()
    assert way.last.step is FlattenStep.BLOCK_ENTRIES
    assert "account report" in way.last.note.en
    assert not way.last.is_done and not way.resort.has_heard
    way.deliver()
    assert way.resort.has_heard


def test_a_broker_that_falls_silent_is_said_with_what_was_left(way: Way):
    way.go()
    for _ in range(3):
        way.tick()
        way.broker.inbox.clear()
    assert "account report" in way.last.note.en
    assert [(row.symbol, row.held) for row in way.last.rows] == [(SAMSUNG, 10)]


def test_it_asks_once_a_second_and_not_before(way: Way):
    for quarter in range(9):
        way.resort.tick(quarter * ASK_S / 4, OPEN)
    assert len(way.broker.inbox) == 3


def test_a_report_nobody_asked_for_sells_nothing(way: Way):
    way.tick()
    way.resort.take(way.broker.account("of the engine"), {}, OPEN)
    assert way.sales == []


def test_an_answer_later_than_the_next_request_counts(way: Way):
    """Else a broker that takes longer than a second would never be listened to."""
    way.tick()
    way.tick()
    first, _ = way.broker.inbox
    way.resort.take(first, {}, OPEN)
    assert way.sales == [(SAMSUNG, 10)]


def test_an_answer_older_than_the_last_one_does_not_count(way: Way):
    way.tick()
    way.tick()
    old, new = way.broker.inbox
    way.resort.take(replace(new, holdings=()), {}, OPEN)
    way.resort.take(old, {}, OPEN)
    assert way.sales == []


def test_an_old_account_does_not_sell_again_what_was_sold_after_it_was_asked(way: Way):
    """The report was made before the sale; the sale's fills come before the report."""
    way.tick()
    way.tick()
    lagging = way.broker.inbox[1]
    way.deliver(lambda message: message is not lagging)
    way.broker.fill(way.broker.submitted[0])
    way.deliver(lambda message: message is not lagging)
    way.deliver()
    assert way.sales == [(SAMSUNG, 10)]
    assert not way.resort.is_done
    way.go()
    assert way.resort.is_done


def test_an_order_under_the_brokers_own_number_is_known_again(way: Way):
    way.go()
    order = way.broker.submitted[0]
    way.resort.take(OrderAccepted(order.id, BrokerOrderId("77"), OPEN), {}, OPEN)
    listed = replace(order, id=OrderId("theirs"), broker_id=BrokerOrderId("77"))
    way.broker.working = {listed.id: listed}
    way.go()
    assert way.last.rows[0].working == 10, "not 20"


def test_a_lost_order_is_sent_again_after_a_while(way: Way):
    way.broker.on_submit = lambda order: void(way.broker.working.pop(order.id))
    way.go(1 + int(RETRY_S / ASK_S) - 1)
    assert len(way.sales) == 1
    way.go(2)
    assert len(way.sales) == 2


def test_a_cancel_nobody_answers_is_asked_again_after_a_while(way: Way):
    buying = an_order(an_intent(Side.BUY), OrderStatus.ACCEPTED)
    way.broker.working[buying.id] = buying
    way.go(int(RETRY_S / ASK_S))
    assert way.broker.cancels == [buying.id]
    assert way.last.step is FlattenStep.CONFIRM_CANCELS
    way.go()
    assert way.broker.cancels == [buying.id] * 2


def test_a_rejected_cancel_is_asked_again_at_once(way: Way):
    buying = an_order(an_intent(Side.BUY), OrderStatus.ACCEPTED)
    way.broker.working[buying.id] = buying
    way.go()
    way.resort.take(CancelRejected(buying.id, OPEN, "busy"), {}, OPEN)
    way.go()
    assert way.broker.cancels == [buying.id] * 2


def test_an_exit_that_works_is_neither_cancelled_nor_doubled(way: Way):
    stop = an_order(an_intent(Side.SELL, 4, reason=Reason.SL), OrderStatus.ACCEPTED)
    way.broker.working[stop.id] = stop
    way.go(30)
    assert way.broker.cancels == []
    assert way.sales == [(SAMSUNG, 6)]


@pytest.mark.parametrize("call", ["request_account", "submit", "cancel"])
def test_what_the_broker_refuses_is_said_and_tried_again(
    way: Way, call: str, monkeypatch: pytest.MonkeyPatch
):
    buying = an_order(an_intent(Side.BUY, symbol=HYNIX), OrderStatus.ACCEPTED)
    way.broker.working[buying.id] = buying
    way.broker.fills_at_once()
    with monkeypatch.context() as broken:
        broken.setattr(way.broker, call, fail)
        way.go(2)
    assert "line is down" in way.last.note.ko and not way.last.is_done
    way.go()
    assert way.broker.cancels == [buying.id]
    way.broker.confirm_cancel(buying.id)
    way.go(2)
    assert way.resort.is_done
    assert way.sales == [(SAMSUNG, 10)]


def test_while_the_market_is_closed_it_cancels_and_says_when_it_sells(way: Way):
    buying = an_order(an_intent(Side.BUY), OrderStatus.ACCEPTED)
    way.broker.working[buying.id] = buying
    way.phase = Phase.BEFORE_OPEN
    way.go(3)
    assert (way.sales, way.broker.cancels) == ([], [buying.id])
    assert "opening auction" in way.last.rows[0].note.en
    way.phase = Phase.OPENING_AUCTION
    way.go()
    assert way.sales == [(SAMSUNG, 10)]


def test_the_dearest_position_goes_first(way: Way):
    way.broker.held = {SAMSUNG: 1, HYNIX: 10}
    way.tick()
    way.resort.take(way.broker.inbox.popleft(), {SAMSUNG: 70_000, HYNIX: 180_000}, OPEN)
    assert [symbol for symbol, _ in way.sales] == [HYNIX, SAMSUNG]


def test_an_order_is_journaled_before_it_leaves():
    journal = MemoryJournal()
    way = Way(journal)
    way.broker.held = {SAMSUNG: 10}
    kinds: list[str] = []
    way.broker.on_submit = lambda order: kinds.extend(r.kind for r in journal.committed)
    way.go()
    assert "order" in kinds
    assert {"account", "flatten", "order"} <= {r.kind for r in journal.committed}


def test_what_became_of_every_order_is_journaled():
    journal = MemoryJournal()
    way = Way(journal)
    way.broker.held = {SAMSUNG: 10}
    theirs = an_order(an_intent(Side.BUY, 3), OrderStatus.ACCEPTED)
    way.broker.working[theirs.id] = theirs
    way.go()
    (sale,) = way.broker.submitted
    for report in (
        OrderCanceled(theirs.id, OPEN),
        OrderAccepted(sale.id, BrokerOrderId("7"), OPEN),
        OrderAccepted(sale.id, BrokerOrderId("7"), OPEN),
        OrderCanceled(OrderId("nobody's"), OPEN),
        OrderFilled(sale.id, a_fill(Side.SELL, 10, order_id=sale.id), OPEN),
    ):
        way.resort.take(report, {}, OPEN)
    way.go()
    told = [(body["order_id"], body["event"]) for body in (r.body for r in journal.of("report"))]
    assert {(theirs.id, "OrderCanceled"), (sale.id, "OrderAccepted")} <= set(told)
    assert {order_id for order_id, _ in told} == {theirs.id, sale.id}
    assert "OrderFilled" not in {event for _, event in told}  # booked with the accounts


def test_it_sells_though_the_journal_fails():
    journal = MemoryJournal()
    journal.failure = JournalError("the disk is full")
    way = Way(journal)
    way.broker.held = {SAMSUNG: 10}
    way.broker.fills_at_once()
    way.go(2)
    assert way.resort.is_done


def test_a_rejected_sell_is_not_hammered(way: Way):
    way.broker.on_submit = lambda order: way.broker.reject(order, "주문불가")
    way.go(40)
    assert [o.intent.time - OPEN for o in way.broker.submitted] == [
        timedelta(seconds=s) for s in (0, 5, 15, 35)
    ]
    assert "주문불가" in way.last.note.ko and SAMSUNG in way.last.note.ko
    way.broker.on_submit = lambda order: void(way.broker.fill(order))
    way.go(30)
    assert way.resort.is_done


def test_a_halted_symbol_is_sold_when_trading_resumes(way: Way):
    way.resort.take(Interrupted(SAMSUNG, OPEN, Interruption.HALT), {}, OPEN)
    way.broker.fills_at_once()
    way.go(30)
    assert way.sales == [] and "halted" in way.last.rows[0].note.en
    way.resort.take(Resumed(SAMSUNG, OPEN), {}, OPEN)
    way.go(2)
    assert way.resort.is_done


def test_after_the_close_it_sells_at_the_closing_price_where_that_is_taken(way: Way):
    taken = OPEN + timedelta(seconds=5)
    way.phase = Phase.AFTER_CLOSE
    way.resort = LastResort(
        way.broker,
        "run",
        lambda now: way.phase,
        OPEN,
        takes_closing_price=lambda now: now >= taken,
    )
    way.go(5)
    assert way.sales == []
    way.go()
    assert [o.intent.kind for o in way.broker.submitted] == [OrderKind.AFTER_HOURS_CLOSE]


def test_word_of_others_orders_and_of_lost_ones_sells_nothing_twice(way: Way):
    theirs = an_order(
        an_intent(Side.SELL, 4, kind=OrderKind.LIMIT, reason=Reason.FOREIGN), OrderStatus.ACCEPTED
    )
    way.broker.working[theirs.id] = theirs
    way.resort.take(ForeignOrderSeen(theirs), {}, OPEN)
    way.go()
    assert (way.sales, way.broker.cancels) == ([(SAMSUNG, 6)], [theirs.id])
    way.resort.take(OrderLost(way.broker.submitted[0].id, OPEN, "silence"), {}, OPEN)
    way.resort.take(OrderLost(OrderId("nobody"), OPEN, "silence"), {}, OPEN)
    way.go(3)
    assert way.sales == [(SAMSUNG, 6)]


def test_it_sells_at_market_under_its_own_numbers(way: Way):
    way.go()
    order: Order = way.broker.submitted[0]
    assert (order.intent.kind, order.intent.side) == (OrderKind.MARKET, Side.SELL)
    assert order.id.startswith("run-")


def void(_: object) -> None: ...
