"""The engine's own orders on a moody broker, a bad line and a bad disk: one intent, one order."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import ConnectionChanged
from core.domain.order import Order, OrderKind, Side
from core.sessions import open_calendar
from tests.builders import SEOUL
from tests.core.engine.conftest import SAMSUNG
from tests.core.engine.orders_world import World
from tests.machines import run_machine

CALENDAR = open_calendar("XKRX", SEOUL)
STYLES = st.sampled_from(["market", "best", "limit_first"])
numbers = st.integers(0, 999)


class OrdersMachine(RuleBasedStateMachine):
    @initialize(entry=STYLES, leave=STYLES, rest=st.sampled_from(["market", "cancel"]))
    def open(self, entry: str, leave: str, rest: str) -> None:
        values = {"orders.entry": entry, "orders.exit": leave, "orders.entry_rest": rest}
        self.world = World(CALENDAR, {**values, "risk.max_refusals": 0})
        self.desk = self.world.desk

    @rule(number=numbers)
    def buy(self, number: int) -> None:
        self.world.do("buy", number)

    @rule(number=numbers)
    def sell(self, number: int) -> None:
        self.world.do("sell", number)

    @rule(number=numbers)
    def fill(self, number: int) -> None:
        self.world.do("fill", number)

    @rule(number=numbers, action=st.sampled_from(["cancel", "amend", "late"]))
    def answer(self, number: int, action: str) -> None:
        self.world.do(action, number)

    @rule(number=numbers, action=st.sampled_from(["quote", "wait", "mood"]))
    def go_on(self, number: int, action: str) -> None:
        self.world.do(action, number)

    @rule(is_connected=st.booleans())
    def connect(self, is_connected: bool) -> None:
        self.desk.tell(ConnectionChanged(is_connected))

    @rule(is_full=st.booleans())
    def fill_disk(self, is_full: bool) -> None:
        self.desk.journal.failure = JournalError(Text.of("disk full")) if is_full else None

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def no_intent_has_two_orders(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    @invariant()
    def no_order_is_sent_twice_or_unwritten(self) -> None:
        if hasattr(self, "world"):
            sent = self.world.broker.submitted
            assert len({order.id for order in sent}) == len(sent)
            written = {each.fields["order_id"] for each in self.desk.journal.of("order")}
            assert all(o.id in written for o in sent if o.intent.side is Side.BUY)

    @invariant()
    def what_is_reserved_and_being_sold_is_what_works(self) -> None:
        if not hasattr(self, "world"):
            return
        orders = self.desk.engine.orders
        working = [order for order in self._all if order.is_working]
        costs = self.desk.engine.account.costs
        left = [self._left(order) for order in working if order.intent.side is Side.BUY]
        assert orders.reserved_cash() == sum(value + costs.commission(value) for value in left)
        sells = [order for order in working if order.intent.side is Side.SELL]
        assert orders.selling(SAMSUNG) == sum(o.intent.quantity - o.filled for o in sells)

    @property
    def _all(self) -> list[Order]:
        return list(self.desk.engine.orders._orders.values())

    @staticmethod
    def _left(order: Order) -> float:
        intent = order.intent
        is_priced = intent.kind is OrderKind.LIMIT and intent.limit_price is not None
        price = intent.limit_price if is_priced else intent.reference_price
        assert price is not None
        return max(intent.quantity - order.filled, 0) * price

    def teardown(self) -> None:
        """With a broker that answers everything an exit ends flat, and both books are the same."""
        if not hasattr(self, "world"):
            return
        self.fill_disk(False)
        self.connect(True)
        self.world.settle()
        assert self.world.unresolved() == []
        held = self.world.broker.held.get(SAMSUNG, 0)
        assert self.desk.engine.account.portfolio.held(SAMSUNG) == held
        assert not (self.world.is_leaving and held)


def test_one_intent_has_one_order_whatever_the_broker_does() -> None:
    run_machine(OrdersMachine, examples=120, steps=30)


@pytest.mark.long
def test_one_intent_has_one_order_in_many_lives() -> None:
    run_machine(OrdersMachine, examples=1_500, steps=50)
