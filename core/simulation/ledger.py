"""What one customer did today: accepted orders, executions, and what the sales brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.domain.messages import DayOrder
from core.domain.order import BrokerOrderId, Fill, OrderId, Side
from core.domain.price import Price
from core.simulation.desk import Booked


@dataclass(slots=True)
class DayTrades:
    """One symbol's executions of today; all money in won."""

    symbol: str
    bought: int = 0  # shares
    bought_value: Price = 0
    sold: int = 0
    sold_value: Price = 0
    sold_cost: Price = 0  # what the sold shares had cost, without commissions
    commission: Price = 0  # of both sides
    tax: Price = 0

    @property
    def gross_profit(self) -> Price:
        """What the sales brought above what the shares had cost, before commission and tax."""
        return self.sold_value - self.sold_cost


class DayLedger:
    """Today's orders by our id and by the broker's number, in order of acceptance."""

    def __init__(self) -> None:
        self.orders: dict[OrderId, Booked] = {}  # ended ones too
        self.fills: list[Fill] = []
        self.trades: dict[str, DayTrades] = {}
        self._by_number: dict[BrokerOrderId, Booked] = {}

    def enrol(self, booked: Booked, *numbers: BrokerOrderId | None) -> None:
        """Take an order in, or know it by one more number."""
        self.orders.setdefault(booked.id, booked)
        self._by_number.update((number, booked) for number in numbers if number is not None)

    def find(self, number: BrokerOrderId) -> Booked | None:
        """Return the order that has, or once had, this number; also by the number of its cancel."""
        return self._by_number.get(number)

    def listed(self, day: date) -> tuple[DayOrder, ...]:
        """Return all orders of `day` as the broker tells them, in order of acceptance.

        A market that goes on for days, as a replay of several does, keeps those of earlier ones.
        """
        numbers: dict[OrderId, list[BrokerOrderId]] = {}
        for number, booked in self._by_number.items():
            if number != booked.canceled_by:
                numbers.setdefault(booked.id, []).append(number)
        return tuple(
            _listed(booked, booked.order.broker_id, sorted(numbers[booked.id]))
            for booked in self.orders.values()
            if booked.order.broker_id is not None and booked.arrived.date() == day
        )

    def add(self, fill: Fill, cost: Price) -> None:
        """Count an execution; `cost` in won is what sold shares had cost, 0 of a buy."""
        self.fills.append(fill)
        day = self.trades.setdefault(fill.symbol, DayTrades(fill.symbol))
        value = fill.price * fill.quantity
        if fill.side is Side.BUY:
            day.bought += fill.quantity
            day.bought_value += value
        else:
            day.sold += fill.quantity
            day.sold_value += value
            day.sold_cost += cost
        day.commission += fill.commission
        day.tax += fill.tax
        booked = self.orders.get(fill.order_id)
        if booked is not None:
            booked.commission += fill.commission
            booked.tax += fill.tax

    def add_all(self, fills: Iterable[tuple[Fill, Price]]) -> None:
        for fill, cost in fills:
            self.add(fill, cost)


def _listed(booked: Booked, broker_id: BrokerOrderId, numbers: Iterable[BrokerOrderId]) -> DayOrder:
    order, intent = booked.order, booked.order.intent
    return DayOrder(
        broker_id=broker_id,
        symbol=intent.symbol,
        side=intent.side,
        kind=intent.kind,
        quantity=intent.quantity,
        filled=order.filled,
        filled_value=order.filled_value,
        commission=booked.commission,
        tax=booked.tax,
        status=order.status,
        time=booked.arrived,
        limit_price=intent.limit_price,
        remaining=order.remaining,
        order_id=order.id,
        numbers=tuple(numbers),
    )
