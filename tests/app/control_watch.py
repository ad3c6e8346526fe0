"""What passes between the adapter and the emulated control, noted from outside of both."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.order_entry import OrderEntry
from broker.kiwoom.emulator.packets import Answer, Connected, Packet
from broker.kiwoom.emulator.queries import Queries

_NEW_BUY = 1
_ORDER_LIST = "opt10075"
_SECOND = timedelta(seconds=1)


@dataclass
class ControlWatch:
    """Counts calls by what they returned; remembers what should not have been done."""

    queries: Counter[int] = field(default_factory=Counter)
    orders: Counter[int] = field(default_factory=Counter)
    most_orders_in_a_second: int = 0
    logins: int = 0
    wrong: list[str] = field(default_factory=list)
    _is_connected: bool = False
    _is_account_known: bool = False  # the day's orders were answered since the login
    _recent: deque[datetime] = field(default_factory=deque)

    def query(self, code: int) -> None:
        self.queries[code] += 1

    def order(self, arguments: tuple[Any, ...], code: int, now: datetime) -> None:
        self.orders[code] += 1
        if code != 0:
            return
        self._recent.append(now)
        while now - self._recent[0] >= _SECOND:
            self._recent.popleft()
        self.most_orders_in_a_second = max(self.most_orders_in_a_second, len(self._recent))
        if not self._is_connected:
            self.wrong.append(f"{now}: an order without a line: {arguments}")
        elif arguments[3] == _NEW_BUY and not self._is_account_known:
            self.wrong.append(f"{now}: an entry before the account was known: {arguments}")

    def packet(self, packet: Packet) -> None:
        if isinstance(packet, Connected):
            self._is_connected, self._is_account_known = packet.code == 0, False
            self.logins += self._is_connected
        elif isinstance(packet, Answer) and packet.tr == _ORDER_LIST:
            self._is_account_known = True


@contextmanager
def watching() -> Iterator[ControlWatch]:
    """Watch every emulated control that is made meanwhile."""
    watch = ControlWatch()
    send, ask, deliver = OrderEntry.SendOrder, Queries.CommRqData, EmulatedControl.deliver

    def watched_send(self: OrderEntry, *arguments: Any) -> int:
        code = send(self, *arguments)
        watch.order(arguments, code, self._clock.now())
        return code

    def watched_ask(self: Queries, *arguments: Any) -> int:
        code = ask(self, *arguments)
        watch.query(code)
        return code

    def watched_deliver(self: EmulatedControl, packet: Packet) -> None:
        watch.packet(packet)
        deliver(self, packet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OrderEntry, "SendOrder", watched_send)
        patch.setattr(Queries, "CommRqData", watched_ask)
        patch.setattr(EmulatedControl, "deliver", watched_deliver)
        yield watch
