"""A journal of one day, and the broker's word on it, right or wrong as a test wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.certificate.certificate import Certificate
from core.certificate.issue import make
from core.domain.messages import AccountReported, DayOrder, Holding
from core.domain.order import BrokerOrderId, Fill, Order, OrderId, OrderStatus, Side
from core.journal.records import broker_account_record
from core.journal.writer import SqlJournal
from tests.core.journal.days import CAPITAL, OPEN, Day

LATER = OPEN.replace(hour=16)


class CertifiedDay(Day):
    """A day whose broker sees the same fills, and tells of them when asked."""

    def __init__(self, path: Path, identity: str = "emulated:80******11") -> None:
        self.path = path
        self.listed: dict[OrderId, DayOrder] = {}
        super().__init__(SqlJournal(path))
        first = AccountReported(self.now, CAPITAL, CAPITAL, (), (), "start")
        self.write(*broker_account_record(first, (), identity=identity))

    def order(self, side: Side, quantity: int, *args: Any, **more: Any) -> Order:
        order = super().order(side, quantity, *args, **more)
        number = BrokerOrderId(f"b{self.counts['orders']}")
        self.listed[order.id] = DayOrder(
            number,
            order.intent.symbol,
            side,
            order.intent.kind,
            quantity,
            filled=0,
            filled_value=0,
            commission=0,
            tax=0,
            status=OrderStatus.ACCEPTED,
            time=self.now,
            remaining=quantity,
            order_id=order.id,
            numbers=(number,),
        )
        return order

    def _booked(self, order: Order, quantity: int, costs: int) -> Fill:
        fill = super()._booked(order, quantity, costs)
        before = self.listed[order.id]
        self.listed[order.id] = replace(
            before,
            filled=before.filled + quantity,
            filled_value=before.filled_value + fill.price * quantity,
            commission=before.commission + fill.commission,
            tax=before.tax + fill.tax,
            remaining=before.remaining - quantity,
        )
        return fill

    def word(
        self,
        orders: Iterable[DayOrder] | None = (),
        cash: int | None = None,
        held: dict[str, int] | None = None,
    ) -> None:
        """Write the broker's report: what it has seen, where nothing else is given."""
        shares = {s: p.quantity for s, p in self.positions.items()} if held is None else held
        self.write(
            *broker_account_record(
                AccountReported(
                    self.now,
                    self.cash if cash is None else cash,
                    self.cash,
                    tuple(Holding(s, n, 0, n) for s, n in shares.items()),
                    (),
                    "day-1",
                    None if orders is None else tuple(orders) or tuple(self.listed.values()),
                )
            )
        )

    def certified(
        self, day: date | None = None, now: datetime = LATER, *, is_answered: bool = True
    ) -> Certificate:
        self.journal.close()
        return make(self.path, now, day, is_answered=is_answered)
