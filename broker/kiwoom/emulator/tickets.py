"""Orders as Kiwoom numbers them: each amendment and each cancel is an order with its own number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from broker.kiwoom.hoga import HOGAS, Hoga, of_intent
from core.domain.order import Fill, Order, OrderId, OrderStatus, Side
from core.simulation.desk import Booked
from core.simulation.ledger import DayLedger

NO_NUMBER = "0000000"
BY_HAND = "0000"  # screen of an order made in the HTS
ACCEPTED, CONFIRMED, EXECUTED = "접수", "확인", "체결"

_ACTIONS = {Side.BUY: "+매수", Side.SELL: "-매도"}
_ORDINARY = "보통"  # what order events call 지정가


@dataclass(slots=True)
class Ticket:
    """One order number with what became of it; money in won."""

    number: str
    order_id: OrderId
    symbol: str
    side: Side
    hoga: Hoga
    quantity: int
    price: int  # 0 without one
    time: datetime
    screen: str = BY_HAND
    action: str = ""  # 주문구분: +매수, -매도정정, 매수취소, ...
    original: str = NO_NUMBER
    state: str = ACCEPTED
    remaining: int = 0
    filled: int = 0
    filled_value: int = 0
    commission: int = 0
    tax: int = 0
    last_fill: Fill | None = None
    is_cancel: bool = False

    @property
    def kind_name(self) -> str:
        """매매구분 as order events write it."""
        return _ORDINARY if self.hoga is HOGAS[0] else self.hoga.title.ko

    def fill(self, fill: Fill) -> None:
        self.filled += fill.quantity
        self.filled_value += int(fill.price) * fill.quantity
        self.remaining = max(self.remaining - fill.quantity, 0)
        self.commission += int(fill.commission)
        self.tax += int(fill.tax)
        self.last_fill, self.state, self.time = fill, EXECUTED, fill.time

    def end(self, now: datetime, state: str) -> None:
        """Nothing is left to fill."""
        self.remaining, self.time, self.state = 0, now, state


class Tickets:
    """The day's order numbers, oldest first; an order's newest number is its current one."""

    def __init__(self) -> None:
        self._all: dict[str, Ticket] = {}
        self._current: dict[OrderId, Ticket] = {}

    def __iter__(self) -> Iterator[Ticket]:
        return iter(self._all.values())

    def current(self, order_id: OrderId) -> Ticket | None:
        return self._current.get(order_id)

    def find(self, number: str) -> Ticket | None:
        return self._all.get(number)

    def selling(self, symbol: str) -> int:
        """Return the shares that working sells may still sell."""
        return sum(
            ticket.remaining
            for ticket in self._current.values()
            if ticket.symbol == symbol and ticket.side is Side.SELL
        )

    def open(self, order: Order, number: str, screen: str, now: datetime) -> Ticket:
        """Enter an accepted order."""
        intent = order.intent
        ticket = Ticket(
            number=number,
            order_id=order.id,
            symbol=intent.symbol,
            side=intent.side,
            hoga=of_intent(intent),
            quantity=intent.quantity,
            price=int(intent.limit_price or 0),
            time=now,
            screen=screen,
            action=_ACTIONS[intent.side],
            remaining=intent.quantity,
        )
        return self._enter(ticket)

    def amend(
        self, old: Ticket, number: str, price: int, remaining: int, screen: str, now: datetime
    ) -> Ticket:
        """Move what is left of `old` to a new number."""
        old.end(now, CONFIRMED)
        ticket = Ticket(
            number=number,
            order_id=old.order_id,
            symbol=old.symbol,
            side=old.side,
            hoga=old.hoga,
            quantity=remaining,
            price=price,
            time=now,
            screen=screen,
            action=f"{_ACTIONS[old.side]}정정",
            original=old.number,
            remaining=remaining,
        )
        return self._enter(ticket)

    def cancel(self, old: Ticket, number: str, quantity: int, screen: str, now: datetime) -> Ticket:
        """Enter the cancel of `quantity` shares of `old`, and take them from it."""
        old.remaining -= quantity
        if not old.remaining:
            old.end(now, CONFIRMED)
        ticket = Ticket(
            number=number,
            order_id=old.order_id,
            symbol=old.symbol,
            side=old.side,
            hoga=old.hoga,
            quantity=quantity,
            price=old.price,
            time=now,
            screen=screen,
            action=f"{_ACTIONS[old.side][1:]}취소",
            original=old.number,
            is_cancel=True,
        )
        self._all[number] = ticket
        return ticket

    def restore(self, ledger: DayLedger) -> None:
        """Take over the orders that an exchange's file brought along.

        Of an amended order only the newest number is known, with all of its fills.
        """
        for booked in ledger.orders.values():
            self._restore(booked)
        for fill in ledger.fills:
            ticket = self._current.get(fill.order_id)
            if ticket is not None:
                ticket.fill(fill)
        for booked in ledger.orders.values():
            ticket = self._current[booked.id]
            ticket.remaining = booked.remaining
            if booked.order.status is OrderStatus.CANCELED:
                ticket.state = CONFIRMED

    def _restore(self, booked: Booked) -> None:
        order = booked.order
        ticket = self.open(order, str(order.broker_id), BY_HAND, booked.arrived)
        if booked.original is not None:
            ticket.original, ticket.action = str(booked.original), f"{ticket.action}정정"

    def _enter(self, ticket: Ticket) -> Ticket:
        self._all[ticket.number] = ticket
        self._current[ticket.order_id] = ticket
        return ticket
