"""All orders of a run on a broker that loses, repeats, reorders and refuses, and a bad disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from config.text import Text
from core.domain.errors import BrokerError, JournalError, OrderError
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderId,
    OrderKind,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Reason,
    Side,
)
from core.execution.order_manager import OrderManager
from core.journal import MemoryJournal
from core.simulation.costs import CostModel, Rate
from tests.builders import OPEN, a_fill, an_intent
from tests.machines import run_machine

SYMBOLS = ("005930", "000660")
FEE_BPS = 15
_ANYTIME = (
    OrderAccepted,
    OrderFilled,
    OrderCanceled,
    CancelRejected,
    OrderExpired,
    OrderAmended,
    AmendRejected,
)
"""What of an order that was sent is possible at any time, since everything may come late."""


@dataclass
class Life:
    """One order as a careful clerk would follow it, without any table of statuses."""

    side: Side
    symbol: str
    quantity: int
    price: int
    is_sent: bool = False
    is_over: bool = False
    fills: dict[str, int] = field(default_factory=dict)
    alias: str = ""  # by which the broker knows it

    @property
    def filled(self) -> int:
        return sum(self.fills.values())

    @property
    def left(self) -> int:
        return 0 if self.is_over else max(self.quantity - self.filled, 0)

    def hear(self, report: OrderReport) -> None:
        match report:
            case OrderFilled(fill=fill):
                self.fills[fill.id] = fill.quantity
                self.is_over = self.is_over or self.filled >= self.quantity
            case OrderAmended(limit_price=price, quantity=quantity):
                self.price, self.quantity = int(price or self.price), quantity
                self.is_over = self.is_over or self.filled >= self.quantity
            case OrderCanceled() | OrderExpired() | OrderRejected() | OrderDenied():
                self.is_over = True


class Wire:
    """A broker's door; looks whether what goes out was written down before."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.is_down = False
        self.sent: list[OrderId] = []
        self.canceled: list[OrderId] = []
        self.amended: list[OrderId] = []

    def submit(self, order: Order) -> None:
        assert order.id not in self.sent, "sent twice"
        written = [kept.fields["order_id"] for kept in self.journal.of("order")]
        is_written = order.id in written
        assert is_written or (self.journal.failure and order.intent.side is Side.SELL)
        assert order.status is OrderStatus.SUBMITTED
        self._pass()
        self.sent.append(order.id)

    def cancel(self, order: Order) -> None:
        self._pass()
        self.canceled.append(order.id)

    def amend(self, order: Order, limit_price: float, quantity: int) -> None:
        assert not self.journal.batch, "asked for before it was written down"
        self._pass()
        self.amended.append(order.id)

    def _pass(self) -> None:
        if self.is_down:
            raise BrokerError("the line is down")


class OrderManagerMachine(RuleBasedStateMachine):
    orders = Bundle("orders")  # sent or denied
    unsent = Bundle("unsent")
    late = Bundle("late")  # fills that were told once, or not yet

    def __init__(self) -> None:
        super().__init__()
        self.journal = MemoryJournal()
        self.wire = Wire(self.journal)
        costs = CostModel(Rate.from_bps(FEE_BPS), (), True)
        self.manager = OrderManager(self.wire, self.journal, costs, "t")  # type: ignore[arg-type]
        self.lives: dict[OrderId, Life] = {}
        self.now = OPEN
        self.sendings: list[datetime] = []
        self.made = 0
        self.applied: dict[OrderId, Order] = {}  # what `Order.apply` has returned last
        self.seen: tuple[int, dict[OrderId, Order]] = (0, {})

    @initialize()
    def watch_every_change(self) -> None:
        self.patch = pytest.MonkeyPatch()
        original = Order.apply

        def apply(order: Order, report: OrderReport) -> Order:
            after = self.applied[order.id] = original(order, report)
            return after

        self.patch.setattr(Order, "apply", apply)

    def teardown(self) -> None:
        self.patch.undo()

    # -- what we do ---------------------------------------------------------------------------

    @rule(
        target=unsent,
        side=st.sampled_from(Side),
        symbol=st.sampled_from(SYMBOLS),
        quantity=st.integers(1, 50),
        price=st.integers(1_000, 100_000),
        kind=st.sampled_from([OrderKind.MARKET, OrderKind.LIMIT]),
    )
    def create(
        self, side: Side, symbol: str, quantity: int, price: int, kind: OrderKind
    ) -> OrderId:
        order = self.manager.create(an_intent(side, quantity, price, symbol, kind=kind))
        assert order.id not in self.lives
        assert self.manager.is_of_this_run(order)
        self.lives[order.id] = Life(side, symbol, quantity, price)
        self.applied[order.id] = order
        return order.id

    @rule(target=orders, order_id=consumes(unsent))
    def send(self, order_id: OrderId) -> OrderId:
        """Hand it over; what can't be written down and buys does not go."""
        life, order = self.lives[order_id], self.manager[order_id]
        try:
            sent = self.manager.send(order, self.now)
        except JournalError as error:
            assert self.journal.failure and life.side is Side.BUY
            assert self.manager[order_id] is order, "not sent, so nothing of it has changed"
            self.applied[order_id] = order
            self._tell(OrderDenied(order_id, self.now, str(error)))
            return order_id
        assert not (self.journal.failure and life.side is Side.BUY)
        self.sendings.append(self.now)
        life.is_sent, life.is_over = True, self.wire.is_down
        assert (sent.status is OrderStatus.REJECTED) is self.wire.is_down
        return order_id

    @rule(order_id=orders, is_stale=st.booleans())
    def send_again(self, order_id: OrderId, is_stale: bool) -> None:
        """By a mistake of ours, with the order as it is or as it was made: it never leaves."""
        order, count = self.manager[order_id], self.manager.sent_count
        again = replace(order, status=OrderStatus.CREATED) if is_stale else order
        with pytest.raises(OrderError):
            self.manager.send(again, self.now)
        assert self.manager[order_id] is order
        self.applied[order_id] = order
        assert self.manager.sent_count == count

    @rule(order_id=orders)
    def cancel(self, order_id: OrderId) -> None:
        life, before, count = self.lives[order_id], self.manager[order_id], len(self.wire.canceled)
        after = self.manager.cancel(order_id, self.now)
        is_asked = not life.is_over and before.status is not OrderStatus.PENDING_CANCEL
        if not is_asked:
            assert after is before
        passed = [OrderId(life.alias or order_id)] if is_asked and not self.wire.is_down else []
        assert self.wire.canceled[count:] == passed
        assert after.is_working is not life.is_over

    @rule(order_id=orders, price=st.integers(1_000, 100_000), share=st.integers(0, 9))
    def amend(self, order_id: OrderId, price: int, share: int) -> None:
        life, count = self.lives[order_id], len(self.wire.amended)
        quantity = max(life.filled + life.left * share // 10, 1)
        fails = OrderError if life.is_over else JournalError if self.journal.failure else None
        if fails is not None:
            with pytest.raises(fails):
                self.manager.amend(order_id, price, quantity, self.now)
        else:
            self.manager.amend(order_id, price, quantity, self.now)
        is_out = fails is None and not self.wire.is_down
        assert self.wire.amended[count:] == ([OrderId(life.alias or order_id)] if is_out else [])

    @rule(target=orders, side=st.sampled_from(Side), symbol=st.sampled_from(SYMBOLS))
    def meet(self, side: Side, symbol: str) -> OrderId:
        """Somebody else's order comes to our ears, twice."""
        self.made += 1
        order_id = OrderId(f"K-{self.made}")
        intent = an_intent(side, 10, 70_000, symbol, Reason.FOREIGN, OrderKind.LIMIT)
        order = Order(order_id, intent, OrderStatus.ACCEPTED, BrokerOrderId(order_id))
        assert self.manager.adopt_foreign(order, self.now)
        assert not self.manager.adopt_foreign(replace(order, filled=5), self.now)
        assert not self.manager.is_of_this_run(order)
        self.lives[order_id] = Life(side, symbol, 10, 70_000, is_sent=True)
        self.applied[order_id] = order
        return order_id

    @rule(order_id=orders)
    def rename(self, order_id: OrderId) -> None:
        """The adapter knows it by an id of its own since a restart."""
        life = self.lives[order_id]
        if not life.alias:
            life.alias = f"alias-{order_id}"
            self.manager.aliases.join(order_id, OrderId(life.alias))

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # -- what is done to us -------------------------------------------------------------------

    @rule(target=late, order_id=orders, share=st.integers(1, 12), is_told=st.booleans())
    def fill(self, order_id: OrderId, share: int, is_told: bool) -> OrderFilled:
        """Trade up to a fifth more than was ordered; perhaps it is told later."""
        self.made += 1
        life = self.lives[order_id]
        shares = max(life.quantity * share // 10, 1)
        fill = a_fill(life.side, shares, life.price, self.made, order_id, life.symbol)
        report = OrderFilled(order_id, fill, self.now)
        if is_told:
            self._hear(report)
        return report

    @rule(report=late)
    def repeat(self, report: OrderFilled) -> None:
        self._hear(report)

    @rule(
        order_id=orders,
        kind=st.sampled_from(
            [OrderCanceled, OrderExpired, OrderRejected, OrderLost, CancelRejected, AmendRejected]
        ),
    )
    def say(self, order_id: OrderId, kind: Callable[..., OrderReport]) -> None:
        self._hear(kind(order_id, self.now, "note"))

    @rule(order_id=orders, number=st.integers(1, 5))
    def accept(self, order_id: OrderId, number: int) -> None:
        self._hear(OrderAccepted(order_id, BrokerOrderId(f"{number:07d}"), self.now))

    @rule(order_id=orders, price=st.integers(1_000, 100_000), quantity=st.integers(1, 50))
    def confirm_amend(self, order_id: OrderId, price: int, quantity: int) -> None:
        number = BrokerOrderId(f"a{self.made}")
        quantity = min(quantity, self.lives[order_id].quantity)
        self._hear(OrderAmended(order_id, number, price, quantity, self.now))

    @rule()
    def hear_of_nobodys(self) -> None:
        with pytest.raises(OrderError):
            self.manager.apply(OrderCanceled(OrderId("nobody"), self.now))

    @rule(is_down=st.booleans())
    def cut(self, is_down: bool) -> None:
        self.wire.is_down = is_down

    @rule(is_full=st.booleans())
    def fill_disk(self, is_full: bool) -> None:
        self.journal.failure = JournalError(Text.of("disk full")) if is_full else None

    @precondition(lambda self: self.journal.failure is None)
    @rule()
    def commit(self) -> None:
        self.journal.commit()

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def no_status_changes_but_by_a_report(self) -> None:
        for order_id in self.lives:
            assert self.manager[order_id] is self.applied[order_id]

    @invariant()
    def it_follows_every_order(self) -> None:
        for order_id, life in self.lives.items():
            order = self.manager[order_id]
            assert (order.filled, order.remaining) == (life.filled, life.left)
            assert order.is_working is not life.is_over
            assert not order.is_overfilled or order_id in self.manager.overfilled
        working = {order.id for order in self.manager.working()}
        assert working == {order_id for order_id, life in self.lives.items() if not life.is_over}

    @invariant()
    def what_is_reserved_is_what_may_still_be_paid(self) -> None:
        values = [life.left * life.price for life in self.lives.values() if life.side is Side.BUY]
        assert self.manager.reserved_cash() == sum(v + v * FEE_BPS // 10_000 for v in values)

    @invariant()
    def what_is_being_sold_is_what_may_still_be_sold(self) -> None:
        for symbol in SYMBOLS:
            own = [life for life in self.lives.values() if life.symbol == symbol]
            sells = [life for life in own if life.side is Side.SELL]
            assert self.manager.selling(symbol) == sum(life.left for life in sells)
            is_working = any(not life.is_over for life in own)
            assert self.manager.has_working(symbol) is is_working

    @invariant()
    def it_counts_what_was_sent(self) -> None:
        assert self.manager.sent_count == len(self.sendings)
        last = [time for time in self.sendings if time > self.now - timedelta(minutes=1)]
        assert self.manager.sent_last_minute(self.now) == len(last)

    @invariant()
    def its_number_grows_with_every_change(self) -> None:
        number, before = self.seen
        now = {order_id: self.manager[order_id] for order_id in self.lives}
        is_same = before.keys() == now.keys() and all(now[key] is before[key] for key in now)
        assert is_same or self.manager.revision > number
        self.seen = self.manager.revision, now

    def _hear(self, report: OrderReport) -> None:
        """Bring a report to the manager; only what can't follow is refused, without a trace."""
        life, before = self.lives[report.order_id], self.manager[report.order_id]
        is_denied = not life.is_sent
        try:
            self._tell(report)
        except OrderError:
            assert is_denied or not isinstance(report, _ANYTIME)
            assert self.manager[report.order_id] is before
        else:
            assert not is_denied, "it was never sent"

    def _tell(self, report: OrderReport) -> None:
        life: Any = self.lives[report.order_id]
        after = self.manager.apply(report)
        assert after.id == report.order_id
        life.hear(report)


def test_whatever_a_broker_tells_every_order_is_known_and_nothing_leaves_twice() -> None:
    run_machine(OrderManagerMachine, examples=250, steps=40)


@pytest.mark.long
def test_every_order_is_known_in_many_lives() -> None:
    run_machine(OrderManagerMachine, examples=5_000, steps=80)
