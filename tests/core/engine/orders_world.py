"""A broker of honest books that answers, is silent, loses, refuses or is late, as it is told."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Any

from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import Message, TimePassed
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderId,
    OrderRejected,
    OrderStatus,
    Reason,
    Refusal,
    Side,
)
from core.domain.price import Price
from core.sessions.calendar import TradingCalendar
from tests.core.engine.conftest import SAMSUNG, Desk
from tests.fakes import FakeBroker

S = OrderStatus


class MoodyBroker(FakeBroker):
    """Never sells what it does not hold for us; its account reports are true."""

    def __init__(self, clock: SimClock) -> None:
        super().__init__(clock)
        self.mood = "answer"
        self.late: deque[Message] = deque()  # fills that are told after the cancel they preceded
        self.leaving: deque[OrderId] = deque()
        self.changing: deque[tuple[OrderId, Price, int]] = deque()

    def submit(self, order: Order) -> None:
        self.submitted.append(order)
        is_short = order.intent.side is Side.SELL and order.intent.quantity > self.free(SAMSUNG)
        if self.mood == "lose":
            return
        if self.mood == "reject" or is_short:
            code = Refusal.SHARES if is_short else list(Refusal)[len(self.submitted) % 8]
            self.inbox.append(OrderRejected(order.id, self.clock.now(), "no", code))
            return
        number = BrokerOrderId(f"{len(self.submitted):07d}")
        accepted = OrderAccepted(order.id, number, self.clock.now())
        self.working[order.id] = order.apply(accepted)
        if self.mood == "answer":
            self.inbox.append(accepted)

    def cancel(self, order: Order) -> None:
        super().cancel(order)
        if self.mood != "lose":
            self.leaving.append(order.id)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        super().amend(order, limit_price, quantity)
        if self.mood != "lose":
            self.changing.append((order.id, limit_price, quantity))

    def request_account(self, request_id: str) -> None:
        self.tell_late()
        super().request_account(request_id)

    def tell_late(self) -> None:
        self.inbox.extend(self.late)
        self.late.clear()

    # -- by the test's word -------------------------------------------------------------------

    def trade(self, number: int, share: int) -> None:
        """Fill a part (0 to 9 tenths, at least a share) of one working order."""
        orders = list(self.working.values())
        if orders:
            order = orders[number % len(orders)]
            self.fill(order, max(order.remaining * share // 10, 1))

    def answer_cancel(self, number: int) -> None:
        """Confirm the oldest cancel; perhaps a fill went before it and is told after it."""
        order_id = self.leaving.popleft() if self.leaving else None
        order = self.working.get(order_id) if order_id else None
        if order_id is None:
            return
        if order is None:
            now = self.clock.now()
            self.inbox.append(CancelRejected(order_id, now, "no", Refusal.NOTHING_LEFT))
            return
        if number % 3 == 0:
            self.fill(order, max(order.remaining // 2, 1))
            self.late.append(self.inbox.pop())
        if order_id in self.working:
            self.confirm_cancel(order_id)

    def refuse_cancel(self, _: int) -> None:
        if self.leaving:
            now, code = self.clock.now(), Refusal.BUSY
            self.inbox.append(CancelRejected(self.leaving.popleft(), now, "no", code))

    def answer_amend(self, number: int) -> None:
        if not self.changing:
            return
        order_id, price, quantity = self.changing.popleft()
        order, now = self.working.get(order_id), self.clock.now()
        if order is None or number % 4 == 0 or quantity <= order.filled:
            self.inbox.append(AmendRejected(order_id, now, "no", Refusal.NOTHING_LEFT))
            return
        changed = OrderAmended(order_id, BrokerOrderId(f"a{number}-{now}"), price, quantity, now)
        self.working[order_id] = order.apply(changed)
        self.inbox.append(changed)


class World:
    """One engine on a moody broker; every step checks what must always hold."""

    def __init__(self, calendar: TradingCalendar, values: dict[str, Any]) -> None:
        self.broker: MoodyBroker
        self.desk = Desk(calendar, [SAMSUNG], values, broker=self._make)
        self.desk.open()
        self.price = 70_000
        self.checked = 0
        self.quote(0)

    def _make(self, clock: SimClock) -> MoodyBroker:
        self.broker = MoodyBroker(clock)
        return self.broker

    def do(self, action: str, number: int) -> None:
        getattr(self, action)(number)
        self.desk.drain()
        self.check()

    # -- actions ------------------------------------------------------------------------------

    def mood(self, number: int) -> None:
        self.broker.mood = ("answer", "silent", "lose", "reject")[number % 4]

    def buy(self, number: int) -> None:
        engine, market = self.desk.engine, self.desk.engine.markets[SAMSUNG]
        self.quote(number)
        if engine.account.portfolio.held(SAMSUNG) or engine._desk.is_working(SAMSUNG):
            return
        moment = engine._blocks.moment(market, self.desk.clock.now())
        engine._desk.buy(market, self.price, moment, self.desk.settings)

    def sell(self, number: int) -> None:
        engine, market = self.desk.engine, self.desk.engine.markets[SAMSUNG]
        reason = (Reason.SIGNAL, Reason.TP, Reason.SL, Reason.MANUAL)[number % 4]
        if engine.account.portfolio.held(SAMSUNG):
            engine._desk.sell(market, self.price, reason, self.desk.clock.now())

    def quote(self, number: int) -> None:
        """Print a trade within 2 % of the last one, beside its best prices."""
        self.price = max(round(self.price * (1 + (number % 41 - 20) / 1000), -2), 50_000)
        self.wait(0)
        now, price = self.desk.clock.now(), min(self.price, 90_000)
        self.desk.tell(Tick(SAMSUNG, now, price, 10, None, price - 100, price))

    def wait(self, number: int) -> None:
        """Let up to twenty seconds pass."""
        moment = self.desk.clock.now() + timedelta(seconds=number % 21 + 0.1)
        self.desk.pass_to(moment)
        self.desk.tell(TimePassed(moment))

    def fill(self, number: int) -> None:
        self.broker.trade(number, number % 11)

    def cancel(self, number: int) -> None:
        (self.broker.refuse_cancel if number % 4 == 1 else self.broker.answer_cancel)(number)

    def amend(self, number: int) -> None:
        self.broker.answer_amend(number)

    def late(self, _: int) -> None:
        self.broker.tell_late()

    # -- what must hold -----------------------------------------------------------------------

    def check(self) -> None:
        engine, broker = self.desk.engine, self.broker
        buys = [o for o in engine._desk.own_buys(SAMSUNG) if o.status is not S.PENDING_CANCEL]
        assert len(buys) <= 1, "one intent, one order"
        assert broker.held.get(SAMSUNG, 0) >= 0
        at_market = [
            order.intent
            for order in engine.orders.working(SAMSUNG, Side.SELL)
            if order.status is not S.PENDING_CANCEL
        ]
        assert len(set(at_market)) == len(at_market), "one intent, one order"
        if not broker.late:
            held, selling = engine.account.portfolio.held(SAMSUNG), engine.orders.selling(SAMSUNG)
            assert selling <= max(held, 0) or self._was_late

    @property
    def _was_late(self) -> bool:
        """Whether a fill came after its cancel: what was sold meanwhile the broker refuses."""
        orders = self.desk.engine.orders._orders.values()
        return any(order.status is S.CANCELED and order.filled for order in orders)

    def settle(self) -> None:
        """Let the broker answer everything, for as long as it takes."""
        self.broker.mood = "answer"
        for _ in range(40):
            while self.broker.leaving:
                self.broker.answer_cancel(1)
            for number in range(len(self.broker.changing)):
                self.broker.answer_amend(number + 1)
            self.broker.tell_late()
            for order in tuple(self.broker.working.values()):
                if order.intent.side is Side.SELL:
                    self.broker.fill(order, order.remaining)
            self.desk.drain()
            self.check()
            self.wait(9)

    @property
    def is_leaving(self) -> bool:
        """Whether an exit was begun after the last entry."""
        sides = [order.intent.side for order in self.broker.submitted]
        return bool(sides) and sides[-1] is Side.SELL

    def unresolved(self) -> list[OrderId]:
        working = self.desk.engine.orders.working(SAMSUNG)
        return [order.id for order in working if order.id not in self.broker.working]
