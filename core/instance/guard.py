"""Keeps a terminal from trading once another process has taken its home folder over."""

from __future__ import annotations

from config.text import Text
from core.domain.errors import BrokerError
from core.domain.order import Order
from core.domain.price import Price
from core.instance.lock import InstanceLock
from core.ports import Broker


class GuardedBroker:
    """The Broker port with a look at the lock before everything that leaves.

    A terminal that hung while `flatten` sold everything for it may wake up in the middle of sending
    an order. A look costs a small file's read, and orders are few.
    """

    def __init__(self, broker: Broker, lock: InstanceLock) -> None:
        self._broker, self._lock = broker, lock

    def connect(self) -> None:
        self._broker.connect()

    def submit(self, order: Order) -> None:
        """Send `order`; raises BrokerError where another process is in charge."""
        self._check()
        self._broker.submit(order)

    def cancel(self, order: Order) -> None:
        """Cancel `order`; raises BrokerError where another process is in charge."""
        self._check()
        self._broker.cancel(order)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        """Amend `order`; raises BrokerError where another process is in charge."""
        self._check()
        self._broker.amend(order, limit_price, quantity)

    def request_account(self, request_id: str) -> None:
        self._broker.request_account(request_id)

    def close(self) -> None:
        self._broker.close()

    def _check(self) -> None:
        if not self._lock.is_mine:
            raise BrokerError(
                Text(
                    f"이 터미널이 응답하지 않는 동안 {self._lock.owner}이(가) 폴더를 넘겨받아 더는 "
                    "매매하지 않습니다. 닫고, 다시 시작하기 전에 잔고를 확인하세요",
                    f"{self._lock.owner} has taken this terminal's folder over while it did not "
                    "answer; it trades no more. Close it and look at what is held before you "
                    "start again",
                )
            )
