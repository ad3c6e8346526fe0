"""Orders of ours that the broker's adapter, new since a restart, calls by an id of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from core.domain.messages import AccountReported, DayOrder
from core.domain.order import Order, OrderFilled, OrderId, OrderReport

_Report = TypeVar("_Report", bound=OrderReport)


class Aliases:
    """Between our ids and the adapter's, for orders made before it was started."""

    def __init__(self) -> None:
        self._ours: dict[OrderId, OrderId] = {}
        self._theirs: dict[OrderId, OrderId] = {}

    def join(self, ours: OrderId, theirs: OrderId) -> None:
        """From now on both are the same order."""
        if ours != theirs:
            self._ours[theirs], self._theirs[ours] = ours, theirs

    def for_broker(self, order: Order) -> Order:
        """Return the order as the adapter knows it."""
        theirs = self._theirs.get(order.id)
        return order if theirs is None else replace(order, id=theirs)

    def of_report(self, report: _Report) -> _Report:
        """Return the report by our id of its order."""
        ours = self._ours.get(report.order_id)
        if ours is None:
            return report
        if isinstance(report, OrderFilled):
            fill = replace(report.fill, order_id=ours)
            return replace(report, order_id=ours, fill=fill)
        return replace(report, order_id=ours)

    def of_account(self, account: AccountReported) -> AccountReported:
        """Return the account with its orders by our ids."""
        if not self._ours:
            return account
        orders = tuple(self._renamed(order) for order in account.orders)
        listed = account.day_orders
        if listed is not None:
            listed = tuple(self._listed(order) for order in listed)
        return replace(account, orders=orders, day_orders=listed)

    def _renamed(self, order: Order) -> Order:
        ours = self._ours.get(order.id)
        return order if ours is None else replace(order, id=ours)

    def _listed(self, order: DayOrder) -> DayOrder:
        ours = self._ours.get(order.order_id) if order.order_id is not None else None
        return order if ours is None else replace(order, order_id=ours)
