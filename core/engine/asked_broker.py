"""The Broker port with a memory of which account requests were not answered yet."""

from __future__ import annotations

from datetime import datetime

from core.domain.order import Order
from core.domain.price import Price
from core.ports import Broker, Clock


class AskedBroker:
    """Owned by the engine thread."""

    def __init__(self, broker: Broker, clock: Clock) -> None:
        self._broker, self._clock = broker, clock
        self.waiting_since: datetime | None = None  # for the oldest answer that is due
        self.heard = 0  # how often the broker has said anything of orders or the account

    def connect(self) -> None:
        self._broker.connect()

    def submit(self, order: Order) -> None:
        self._broker.submit(order)

    def cancel(self, order: Order) -> None:
        self._broker.cancel(order)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        self._broker.amend(order, limit_price, quantity)

    def request_account(self, request_id: str) -> None:
        """Ask, and wait for the answer from now on."""
        self.waiting_since = self.waiting_since or self._clock.now()
        self._broker.request_account(request_id)

    def close(self) -> None:
        self._broker.close()

    def answered(self) -> None:
        """An account report came: the broker answers, whichever request it was."""
        self.waiting_since = None
        self.heard += 1
