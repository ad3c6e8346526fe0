"""What leaves for the broker, remembered; and what comes back, which a drill may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.domain.messages import Message
from core.domain.order import Order, OrderKind, Side
from core.domain.price import Price
from core.ports import Broker, Post

Tap = Callable[[Message], Iterable[Message]]
"""What reaches the engine instead of a message: itself, nothing, others, several."""

EXITS = frozenset({OrderKind.MARKET, OrderKind.AFTER_HOURS_CLOSE})


def as_it_is(message: Message) -> Iterable[Message]:
    return (message,)


class TappedPost:
    """The broker's way to the terminal; `tap` may hold back, double or swap what comes."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self.tap: Tap = as_it_is

    def __call__(self, message: Message) -> None:
        for each in self.tap(message):
            self._post(each)


class WatchedBroker:
    """The Broker port with a memory of every order and cancel that left."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.sent: list[Order] = []
        self.canceled: list[Order] = []

    def connect(self) -> None:
        self._broker.connect()

    def submit(self, order: Order) -> None:
        self.sent.append(order)
        self._broker.submit(order)

    def cancel(self, order: Order) -> None:
        self.canceled.append(order)
        self._broker.cancel(order)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        self._broker.amend(order, limit_price, quantity)

    def request_account(self, request_id: str) -> None:
        self._broker.request_account(request_id)

    def close(self) -> None:
        self._broker.close()

    @property
    def entries(self) -> list[Order]:
        return [order for order in self.sent if order.intent.side is Side.BUY]

    @property
    def exits(self) -> list[Order]:
        return [order for order in self.sent if order.intent.side is Side.SELL]

    @property
    def canceled_exits(self) -> list[Order]:
        """Return our own sells at market that were cancelled, which must never happen."""
        own = {order.id for order in self.exits if order.intent.kind in EXITS}
        return [order for order in self.canceled if order.id in own]
