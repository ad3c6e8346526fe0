"""An exchange that shares no code with ours, and a line to it that may die at any call."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.messages import (
    AccountReported,
    ConnectionChanged,
    DayOrder,
    ForeignOrderSeen,
    HistoryLoaded,
    Holding,
    Message,
)
from core.domain.order import (
    BrokerOrderId,
    CancelRejected,
    Fill,
    Order,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderStatus,
    Reason,
    Side,
)
from tests.builders import SAMSUNG

CASH = 10_000_000
ACCOUNT = "test"
SYMBOLS = ("005930", "000660")


class Killed(BaseException):
    """The process is gone; nothing may catch this."""


class Fuse:
    """Kills the process at the n-th thing that reaches the disk or the wire; None: never."""

    def __init__(self, left: int | None = None) -> None:
        self.left = left

    def burn(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            raise Killed


@dataclass
class Booked:
    """One order at the exchange."""

    number: BrokerOrderId
    sent_as: OrderId  # by whom it was sent, or "HTS-.."
    intent: OrderIntent
    filled: int = 0
    value: int = 0
    commission: int = 0
    tax: int = 0
    status: OrderStatus = OrderStatus.ACCEPTED

    @property
    def remaining(self) -> int:
        is_working = self.status in (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)
        return self.intent.quantity - self.filled if is_working else 0


class TinyExchange:
    """Money and shares of one customer, to the won."""

    def __init__(self, clock: SimClock) -> None:
        self.clock, self.cash = clock, CASH
        self.held: dict[str, int] = {}
        self.paid: dict[str, int] = {}
        self.orders: dict[BrokerOrderId, Booked] = {}
        self.sent: list[OrderId] = []
        self.line: TinyLine | None = None
        self._fills = 0

    def take(self, order_id: OrderId, intent: OrderIntent) -> Booked:
        number = BrokerOrderId(f"{len(self.orders) + 1:07d}")
        booked = self.orders[number] = Booked(number, order_id, intent)
        return booked

    def by_hand(self, symbol: str, side: Side, quantity: int) -> None:
        """Have the customer trade in the HTS, filled at once."""
        quantity = quantity if side is Side.BUY else min(quantity, self._free(symbol))
        if not quantity:
            return
        now = self.clock.now()
        intent = OrderIntent(symbol, side, quantity, Reason.FOREIGN, now, 70_000)
        booked = self.take(OrderId(f"HTS-{len(self.orders)}"), intent)
        if self.line is not None:
            self.line.meet(booked)
        self.fill(booked, quantity)

    def fill(self, booked: Booked, quantity: int) -> None:
        intent = booked.intent
        if intent.side is Side.SELL:
            quantity = min(quantity, self.held.get(intent.symbol, 0))
        quantity = min(quantity, booked.remaining)
        if quantity <= 0:
            return
        self._fills += 1
        price = int(intent.reference_price) + 10 * (self._fills % 3)
        value = price * quantity
        commission = value * 15 // 100_000
        tax = value * 18 // 10_000 if intent.side is Side.SELL else 0
        booked.filled += quantity
        booked.value += value
        booked.commission += commission
        booked.tax += tax
        is_over = booked.filled == intent.quantity
        booked.status = OrderStatus.FILLED if is_over else OrderStatus.PARTIALLY_FILLED
        self._move(intent, quantity, value)
        self.cash -= intent.side.sign * value + commission + tax
        if self.line is not None:
            self.line.filled(booked, f"{self._fills:07d}", price, quantity, commission, tax)

    def lose(self, symbol: str, shares: int) -> None:
        """Let shares vanish without an order; less than none: let them come."""
        held = self.held[symbol]
        self.paid[symbol] -= self.paid[symbol] * shares // held
        self.held[symbol] = held - shares

    def cancel(self, booked: Booked) -> None:
        if booked.remaining:
            booked.status = OrderStatus.CANCELED

    def _move(self, intent: OrderIntent, quantity: int, value: int) -> None:
        symbol, held = intent.symbol, self.held.get(intent.symbol, 0)
        paid = self.paid.get(symbol, 0)
        if intent.side is Side.BUY:
            self.held[symbol], self.paid[symbol] = held + quantity, paid + value
        else:
            self.held[symbol] = held - quantity
            self.paid[symbol] = paid - paid * quantity // held

    def _free(self, symbol: str) -> int:
        selling = sum(
            each.remaining
            for each in self.orders.values()
            if each.intent.symbol == symbol and each.intent.side is Side.SELL
        )
        return self.held.get(symbol, 0) - selling


class TinyLine:
    """Both ports of one terminal; knows by our ids what this terminal has sent, or all."""

    def __init__(self, exchange: TinyExchange, fuse: Fuse, forgets: bool) -> None:
        self.exchange, self.fuse, self.clock = exchange, fuse, exchange.clock
        self.inbox: deque[Message] = deque()
        self.names: dict[OrderId, BrokerOrderId] = {}
        for booked in exchange.orders.values():
            name = OrderId(f"K-{booked.number}") if forgets else booked.sent_as
            self.names[name] = booked.number
        self._forgets = forgets
        exchange.line = self

    def connect(self) -> None:
        self.inbox.append(ConnectionChanged(True))
        if self._forgets:
            for order in self._working():
                self.inbox.append(ForeignOrderSeen(order))

    def submit(self, order: Order) -> None:
        self.fuse.burn()
        assert order.id not in self.exchange.sent, f"{order.id} was sent twice"
        self.exchange.sent.append(order.id)
        booked = self.exchange.take(order.id, order.intent)
        self.names[order.id] = booked.number
        self.inbox.append(OrderAccepted(order.id, booked.number, self.clock.now()))
        self.fuse.burn()

    def cancel(self, order: Order) -> None:
        self.fuse.burn()
        number = self.names.get(order.id)
        booked = self.exchange.orders.get(number) if number is not None else None
        if booked is None:
            self.inbox.append(CancelRejected(order.id, self.clock.now(), "no such order"))
        elif booked.remaining:
            self.exchange.cancel(booked)
            self.inbox.append(OrderCanceled(order.id, self.clock.now()))
        self.fuse.burn()

    def amend(self, order: Order, limit_price: float, quantity: int) -> None:
        raise AssertionError("no test amends")

    def request_account(self, request_id: str) -> None:
        exchange = self.exchange
        holdings = tuple(
            Holding(symbol, held, exchange.paid[symbol] / held, held)
            for symbol, held in exchange.held.items()
            if held
        )
        self.inbox.append(
            AccountReported(
                self.clock.now(),
                exchange.cash,
                exchange.cash,
                holdings,
                tuple(self._working()),
                request_id,
                tuple(map(self._listed, exchange.orders.values())),
            )
        )

    def request_history(self, symbols: Any, days: int) -> None:
        for symbol in symbols:
            instrument = Instrument(symbol, symbol, SAMSUNG.previous_close)
            self.inbox.append(HistoryLoaded(instrument, ()))

    def subscribe(self, symbols: Any) -> None: ...

    def unsubscribe(self, symbols: Any) -> None: ...

    def close(self) -> None: ...

    # -- what the exchange tells --------------------------------------------------------------

    def meet(self, booked: Booked) -> None:
        name = OrderId(f"K-{booked.number}") if self._forgets else booked.sent_as
        self.names[name] = booked.number
        self.inbox.append(ForeignOrderSeen(self._order(booked)))

    def filled(
        self, booked: Booked, fill_id: str, price: int, quantity: int, commission: int, tax: int
    ) -> None:
        name, now, intent = self._name(booked), self.clock.now(), booked.intent
        fill = Fill(
            f"{booked.number}-{fill_id}",
            name, intent.symbol, intent.side, price, quantity, commission, tax, now,
        )  # fmt: skip
        self.inbox.append(OrderFilled(name, fill, now))

    def _name(self, booked: Booked) -> OrderId:
        return next(name for name, number in self.names.items() if number == booked.number)

    def _working(self) -> list[Order]:
        return [self._order(each) for each in self.exchange.orders.values() if each.remaining]

    def _order(self, booked: Booked) -> Order:
        name = self._name(booked)
        intent = booked.intent
        if name.startswith("K-"):
            intent = replace(intent, reason=Reason.FOREIGN)
        return Order(
            name,
            intent,
            booked.status,
            booked.number,
            booked.filled,
            booked.value,
            self.clock.now(),
        )

    def _listed(self, booked: Booked) -> DayOrder:
        intent = booked.intent
        return DayOrder(
            booked.number, intent.symbol, intent.side, intent.kind, intent.quantity,
            booked.filled, booked.value, booked.commission, booked.tax, booked.status,
            intent.time, intent.limit_price, booked.remaining, self._name(booked),
            (booked.number,),
        )  # fmt: skip
