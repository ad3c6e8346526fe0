"""Outside worlds that keep their contracts, for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import AccountReported, ConnectionChanged, HistoryLoaded, Holding, Message
from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderRejected,
    Side,
)
from core.domain.price import Price
from core.ports import Clock


class FakeBroker:
    """Both ports; answers into `inbox`, and fills only when a test says so.

    Keeps an account of its own, so that its reports are true: cash moves by price x quantity.
    """

    def __init__(self, clock: Clock, cash: int = 10_000_000) -> None:
        self.inbox: deque[Message] = deque()
        self.clock, self.cash = clock, cash
        self.held: dict[str, int] = {}
        self.submitted: list[Order] = []
        self.cancels: list[OrderId] = []
        self.amends: list[tuple[OrderId, Price, int]] = []
        self.working: dict[OrderId, Order] = {}
        self.subscribed: list[str] = []
        self.instruments: dict[str, Instrument] = {}
        self.history: dict[str, tuple[Bar, ...]] = {}
        self.on_submit: Callable[[Order], None] = lambda order: None
        self.is_closed = False
        self._fills = 0

    def connect(self) -> None:
        self.inbox.append(ConnectionChanged(True))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        for symbol in symbols:
            instrument = self.instruments.get(symbol, Instrument(symbol, symbol))
            self.inbox.append(HistoryLoaded(instrument, self.history.get(symbol, ())))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self.subscribed.extend(symbols)

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            self.subscribed.remove(symbol)

    def submit(self, order: Order) -> None:
        self.submitted.append(order)
        self.working[order.id] = order
        number = BrokerOrderId(f"{len(self.submitted):07d}")
        self.inbox.append(OrderAccepted(order.id, number, self.clock.now()))
        self.on_submit(order)

    def cancel(self, order: Order) -> None:
        self.cancels.append(order.id)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        self.amends.append((order.id, limit_price, quantity))

    def request_account(self, request_id: str) -> None:
        self.inbox.append(self.account(request_id))

    def close(self) -> None:
        self.is_closed = True

    # What the market does, by the test's word

    def fill(self, order: Order, quantity: int | None = None, price: float | None = None) -> Fill:
        """Fill `quantity` of `order` (all of it by default) and report it."""
        intent = order.intent
        shares = intent.quantity if quantity is None else quantity
        paid = intent.reference_price if price is None else price
        self._fills += 1
        now = self.clock.now()
        fill = Fill(
            f"{self._fills:07d}", order.id, intent.symbol, intent.side, paid, shares, 0, 0, now
        )
        self.cash -= int(intent.side.sign * paid * shares)
        self.held[intent.symbol] = self.held.get(intent.symbol, 0) + intent.side.sign * shares
        report = OrderFilled(order.id, fill, now)
        if order.id in self.working:
            self.working[order.id] = self.working[order.id].apply(report)
            if not self.working[order.id].is_working:
                del self.working[order.id]
        self.inbox.append(report)
        return fill

    def free(self, symbol: str) -> int:
        """Return the shares that no working sell has taken."""
        selling = sum(
            order.remaining
            for order in self.working.values()
            if order.intent.symbol == symbol and order.intent.side is Side.SELL
        )
        return self.held.get(symbol, 0) - selling

    def fills_at_once(self, side: Side | None = None) -> None:
        """Fill every new order (of `side`) in full at its reference price from now on."""
        self.on_submit = lambda order: (
            None if side not in (None, order.intent.side) else void(self.fill(order))
        )

    def confirm_cancel(self, order_id: OrderId) -> None:
        self.working.pop(order_id, None)
        self.inbox.append(OrderCanceled(order_id, self.clock.now()))

    def reject(self, order: Order, note: str = "rejected") -> None:
        self.working.pop(order.id, None)
        self.inbox.append(OrderRejected(order.id, self.clock.now(), note))

    def account(self, request_id: str = "", time: datetime | None = None) -> AccountReported:
        holdings = tuple(Holding(s, q, 0, q) for s, q in self.held.items() if q)
        orders = tuple(self.working.values())
        return AccountReported(
            time or self.clock.now(), self.cash, self.cash, holdings, orders, request_id
        )


def void(_: object) -> None:
    """Take a value nobody wants."""
