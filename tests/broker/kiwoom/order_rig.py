"""`Orders` on a bench: what leaves through SendOrder, what is posted, and the engine's picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from broker.kiwoom import fids
from broker.kiwoom.orders import Orders
from broker.kiwoom.rate_limit import RollingWindows
from core.clock import SimClock
from core.domain.messages import ForeignOrderSeen, Message, Noted
from core.domain.order import (
    AmendRequested,
    CancelRequested,
    Fill,
    Order,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderSubmitted,
    Reason,
    Side,
    TimeInForce,
)
from tests.builders import at

ACCOUNT = "8012345611"
CODE = "005930"
NOON = at(12)

FILL = {
    "state": "체결", "execution_number": "1234931", "fill_price": "70000", "filled": "10",
    "unit_price": "70000", "unit_filled": "10", "remaining": "0", "filled_value": "700000",
    "commission": "2450",
}  # fmt: skip


class SendingControl:
    """A control that only takes orders; `results` are what the next SendOrders return."""

    def __init__(self) -> None:
        self.sent: list[list[Any]] = []
        self.results: deque[int | None] = deque()
        self.during: Callable[[list[Any]], None] = lambda values: None

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        assert signature.startswith("SendOrder(")
        assert len(values) == 1, "nine values go as one list"
        self.sent.append(values[0])
        self.during(values[0])
        return self.results.popleft() if self.results else 0


class Rig:
    """Applies every report to the order it is of, as the engine does; so none may be impossible."""

    def __init__(self, per_second: int = 5, **values: Any) -> None:
        self.clock = SimClock(NOON)
        self.control = SendingControl()
        self.posted: list[Message] = []
        self.asked: list[str] = []
        self.book: dict[OrderId, Order] = {}
        self.fills: list[Fill] = []
        windows = RollingWindows([(per_second, timedelta(seconds=1))])
        self.windows = windows
        self.orders = Orders(
            self.control, ACCOUNT, self._post, self.clock, windows, self.asked.append, **values
        )

    def _post(self, message: Message) -> None:
        self.posted.append(message)
        if isinstance(message, ForeignOrderSeen):
            assert message.order.id not in self.book
            self.book[message.order.id] = message.order
        elif not isinstance(message, Noted):
            before = self.book[message.order_id]
            self.book[message.order_id] = before.apply(message)
        if isinstance(message, OrderFilled):
            key = (message.fill.time.date(), message.fill.id)
            assert key not in {(fill.time.date(), fill.id) for fill in self.fills}
            self.fills.append(message.fill)

    # -- the engine ---------------------------------------------------------------------------

    def submit(self, side: Side = Side.BUY, quantity: int = 10, price: int | None = 70_000, **also):
        """Send an order, a limit order unless `price` is None; return it."""
        kind = OrderKind.LIMIT if price is not None else OrderKind.MARKET
        tif = also.pop("time_in_force", TimeInForce.DAY)
        intent = OrderIntent(
            also.pop("symbol", CODE), side, quantity, Reason.SIGNAL, NOON, price or 70_000,
            also.pop("kind", kind), price, tif,
        )  # fmt: skip
        order = Order(OrderId(f"t-{len(self.book) + 1:04}"), intent)
        order = order.apply(OrderSubmitted(order.id, self.clock.now()))
        self.book[order.id] = order
        self.orders.submit(order)
        return self.book[order.id]

    def cancel(self, order_id: OrderId) -> None:
        order = self.book[order_id].apply(CancelRequested(order_id, self.clock.now()))
        self.book[order_id] = order
        self.orders.cancel(order)

    def amend(self, order_id: OrderId, price: int, quantity: int) -> None:
        now = self.clock.now()
        order = self.book[order_id].apply(AmendRequested(order_id, now, price, quantity))
        self.book[order_id] = order
        self.orders.amend(order, price, quantity)

    # -- the servers --------------------------------------------------------------------------

    @property
    def last(self) -> list[Any]:
        """The values of the last SendOrder."""
        return self.control.sent[-1]

    def answer(self, number: str, text: str = "[100000] 모의투자 매수주문완료") -> None:
        """Message and TR answer to the last SendOrder."""
        self.orders.on_message(self.last[1], self.last[0], text)
        self.orders.on_order_number(self.last[1], self.last[0], number)

    def chejan(self, **changes: str) -> None:
        """An order event; `changes` by lower-case names of `fids`."""
        self.orders.on_chejan("0", reader(order_values(**changes)))

    def balance(self, code: str = CODE, held: int = 0, sellable: int = 0) -> None:
        values = {fids.ACCOUNT: ACCOUNT, fids.CODE: f"A{code}"}
        values |= {fids.HELD: str(held), fids.SELLABLE: str(sellable), fids.AVERAGE_PRICE: "70000"}
        self.orders.on_chejan("1", reader(values))

    def wait(self, seconds: float) -> None:
        """Let the time pass, ringing what is due on the way."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while (moment := self.orders.next_time()) is not None and moment <= until:
            self.clock.move_to(moment)
            self.orders.on_time(self.clock.now())
        self.clock.move_to(until)

    def kinds(self) -> list[str]:
        """Names of what was posted, notes left out."""
        return [type(m).__name__ for m in self.posted if not isinstance(m, Noted)]


def reader(values: Mapping[int, str]) -> Callable[[int], str]:
    return lambda fid: values.get(fid, "")


ACCEPTED = {
    "account": ACCOUNT, "order_number": "0000101", "code": f"A{CODE}", "state": "접수",
    "ordered": "10", "order_price": "70000", "remaining": "10", "filled_value": "0",
    "original_number": "0000000", "action": "+매수", "kind_name": "보통", "side": "2",
    "order_time": "120000", "execution_number": "", "fill_price": "", "filled": "",
    "unit_price": "", "unit_filled": "", "commission": "0", "tax": "0", "refusal": "0",
    "screen": "1001", "price": "-70000",
}  # fmt: skip
"""An accepted buy of ten, as it comes from the first order screen."""


def order_values(**changes: str) -> dict[int, str]:
    named = ACCEPTED | changes
    return {getattr(fids, name.upper()): text for name, text in named.items()}


def list_row(**changes: object) -> dict[str, Any]:
    """A row of opt10075 as `tr_reading` gives it: the same buy of ten, accepted."""
    row = {
        "주문번호": "0000101", "종목코드": CODE, "주문상태": "접수", "종목명": "삼성전자",
        "주문수량": 10, "주문가격": 70_000, "미체결수량": 10, "체결누계금액": 0,
        "원주문번호": "0000000", "주문구분": "+매수", "매매구분": "보통", "시간": "120000",
        "체결번호": "", "체결가": 0, "체결량": 0, "현재가": 70_000, "단위체결가": 0,
        "단위체결량": 0, "당일매매수수료": 0, "당일매매세금": 0,
    }  # fmt: skip
    return row | changes
