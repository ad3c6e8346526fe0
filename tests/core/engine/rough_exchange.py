"""An exchange that rejects, loses, halts, closes and answers late, whose books are true."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime, time

from core.domain.errors import BrokerError
from core.domain.messages import AccountReported, Message
from core.domain.order import (
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderId,
    OrderKind,
    OrderRejected,
    Refusal,
    Side,
)
from core.ports import Clock
from tests.fakes import FakeBroker

_CLOSE, _AT_CLOSE, _OVER = time(15, 30), time(15, 40), time(16, 0)


class RoughExchange(FakeBroker):
    """Looks at everything that reaches it: nothing may be wrong that the sender could know."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.halted: set[str] = set()
        self.mood = "take"  # reject, lose, silent
        self.is_down = False
        self.loses_cancels = False
        self.late: deque[Message] = deque()  # fills to be told after the cancel they went before
        self.asked: list[OrderId] = []  # cancels that arrived and wait for an answer

    def submit(self, order: Order) -> None:
        intent = order.intent
        assert intent.side is Side.SELL, "a flatten buys nothing"
        assert intent.symbol not in self.halted, "an order in a halted symbol"
        assert self._takes(intent.kind), f"{intent.kind} at {self.clock.now():%H:%M}"
        is_short = intent.quantity > self.free(intent.symbol)
        assert not is_short or self.late, "more is sold than is held"
        self._pass()
        self.submitted.append(order)
        if self.mood == "lose":
            return
        if is_short or self.mood == "reject":
            code = Refusal.SHARES if is_short else list(Refusal)[len(self.submitted) % len(Refusal)]
            self.inbox.append(OrderRejected(order.id, self.clock.now(), "no", code))
            return
        number = BrokerOrderId(f"{len(self.submitted):07d}")
        accepted = OrderAccepted(order.id, number, self.clock.now())
        self.working[order.id] = order.apply(accepted)
        if self.mood == "take":
            self.inbox.append(accepted)

    def cancel(self, order: Order) -> None:
        is_exit = order.intent.side is Side.SELL and order.intent.kind is not OrderKind.LIMIT
        assert not is_exit or self.clock.now().time() >= _AT_CLOSE, "it cancels its own exit"
        self._pass()
        self.cancels.append(order.id)
        if not self.loses_cancels and order.id not in self.asked:
            self.asked.append(order.id)

    def _pass(self) -> None:
        if self.is_down:
            raise BrokerError("the line is down")

    def _takes(self, kind: OrderKind) -> bool:
        now = self.clock.now().time()
        if kind is OrderKind.AFTER_HOURS_CLOSE:
            return _AT_CLOSE <= now < _OVER
        return now < _CLOSE

    # -- by the test's word -------------------------------------------------------------------

    def trade(self, order: Order, share: int) -> None:
        """Fill so many tenths of what is left, at least a share; nothing trades in a halt."""
        intent = order.intent
        held = self.held.get(intent.symbol, 0)
        most = min(order.remaining, held) if intent.side is Side.SELL else order.remaining
        if most > 0 and intent.symbol not in self.halted:
            self.fill(order, max(most * share // 10, 1))

    def answer_cancel(self, *, is_refused: bool = False, is_overtaken: bool = False) -> None:
        """Answer the oldest cancel; perhaps a fill went before it and is told later."""
        if not self.asked:
            return
        order_id = self.asked.pop(0)
        order = self.working.get(order_id)
        if order is None or is_refused:
            code = Refusal.NOTHING_LEFT if order is None else Refusal.BUSY
            self.inbox.append(CancelRejected(order_id, self.clock.now(), "no", code))
            return
        if is_overtaken and order.intent.symbol not in self.halted:
            count = len(self.inbox)
            self.trade(order, 5)
            if len(self.inbox) > count:
                self.late.append(self.inbox.pop())
        if order_id in self.working:
            self.confirm_cancel(order_id)

    def tell_late(self) -> None:
        self.inbox.extend(self.late)
        self.late.clear()

    def account(self, request_id: str = "", time: datetime | None = None) -> AccountReported:
        report = super().account(request_id, time)
        holdings = tuple(replace(held, average_price=70_000) for held in report.holdings)
        return replace(report, holdings=holdings)

    def request_account(self, request_id: str) -> None:
        """Report everything; what was filled is told before, as adapters do."""
        self.tell_late()
        super().request_account(request_id)
