"""All orders of a run: their ids, the journal before the wire, and what reports make of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from core.domain.errors import BrokerError, JournalError, OrderError
from core.domain.order import (
    AmendRejected,
    AmendRequested,
    CancelRejected,
    CancelRequested,
    Order,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderRejected,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Side,
)
from core.domain.own_words import kept
from core.domain.price import Price
from core.execution.aliases import Aliases
from core.journal.records import order_record, report_record
from core.ports import Broker, Journal
from core.simulation.costs import CostModel

_MINUTE = timedelta(minutes=1)


class OrderManager:
    """Sends intents and keeps every order's state; owned by the engine thread.

    An order is journaled and committed before it is sent. A buy whose record can't be written is
    not sent; a sell is sent all the same, since being unable to get out is the worse harm.
    """

    def __init__(self, broker: Broker, journal: Journal, costs: CostModel, run_id: str) -> None:
        """`run_id` begins every order id and must not have been used before with this journal."""
        self._broker, self._journal, self._costs, self._run_id = broker, journal, costs, run_id
        self.aliases = Aliases()
        self._orders: dict[OrderId, Order] = {}
        self._working: dict[OrderId, Order] = {}
        self._sent: deque[datetime] = deque()
        self._made = 0
        self.sent_count = 0
        self.revision = 0  # counts changes of any order
        self.overfilled: dict[OrderId, Order] = {}

    def __getitem__(self, order_id: OrderId) -> Order:
        try:
            return self._orders[order_id]
        except KeyError:
            raise OrderError(f"order {order_id} is not one of this run's orders") from None

    def __contains__(self, order_id: OrderId) -> bool:
        return order_id in self._orders

    def working(self, symbol: str | None = None, side: Side | None = None) -> Iterator[Order]:
        """Yield orders that may still be filled, oldest first."""
        for order in tuple(self._working.values()):
            if symbol in (None, order.intent.symbol) and side in (None, order.intent.side):
                yield order

    def is_of_this_run(self, order: Order) -> bool:
        """Whether this run made `order`: not the trader elsewhere, nor a run before."""
        return order.id.startswith(f"{self._run_id}-")

    def has_working(self, symbol: str, side: Side | None = None) -> bool:
        return bool(self._working) and next(self.working(symbol, side), None) is not None

    def reserved_cash(self) -> Price:
        """Return what working buys may still cost, with commission.

        A buy costs its limit price; without one, what was decided on.
        """
        total: Price = 0
        for order in self.working(side=Side.BUY):
            value = order.remaining * order.intent.worst_price
            total += value + self._costs.commission(value)
        return total

    def selling(self, symbol: str) -> int:
        """Return the shares in working sells, those being cancelled too."""
        return sum(order.remaining for order in self.working(symbol, Side.SELL))

    def sent_last_minute(self, now: datetime) -> int:
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        return len(self._sent)

    def create(self, intent: OrderIntent) -> Order:
        """Make an order of `intent`, not sent yet."""
        self._made += 1
        order = Order(OrderId(f"{self._run_id}-{self._made:04d}"), intent)
        self._keep(order)
        return order

    def send(self, order: Order, now: datetime) -> Order:
        """Journal `order`, hand it to the broker, and return it SUBMITTED.

        One that the broker's adapter does not take is returned REJECTED.

        Raises:
            JournalError: Its record can't be made durable and it is a buy: it was not sent.
            OrderError: It was sent before, whatever `order` says.
        """
        submitted = self[order.id].apply(OrderSubmitted(order.id, now))
        kind, fields = order_record(order)
        self._journal.record(kind, now, fields)
        try:
            self._journal.commit()
        except JournalError:
            if order.intent.side is Side.BUY:
                raise
        order = self._keep(submitted)
        self._sent.append(now)
        self.sent_count += 1
        try:
            self._broker.submit(order)
        except BrokerError as error:  # it never left, so nobody else will say so
            return self.apply(OrderRejected(order.id, now, kept(error.text)))
        return order

    def cancel(self, order_id: OrderId, now: datetime) -> Order:
        """Ask the broker to cancel what is left, unless it was asked already or nothing is."""
        order = self[order_id]
        if not order.is_working or order.status is OrderStatus.PENDING_CANCEL:
            return order
        order = self.apply(CancelRequested(order_id, now))
        try:
            self._broker.cancel(self.aliases.for_broker(order))
        except BrokerError as error:
            return self.apply(CancelRejected(order_id, now, kept(error.text)))
        return order

    def amend(self, order_id: OrderId, limit_price: Price, quantity: int, now: datetime) -> Order:
        """Ask the broker for other terms; `core.execution.amendments` says which are possible.

        Raises:
            OrderError: No such order, or it has ended.
            JournalError: The request can't be made durable: it was not sent.
        """
        order = self.apply(AmendRequested(order_id, now, limit_price, quantity))
        try:
            self._journal.commit()
            self._broker.amend(self.aliases.for_broker(order), limit_price, quantity)
        except JournalError as error:
            self.apply(AmendRejected(order_id, now, kept(error.text)))
            raise
        except BrokerError as error:
            return self.apply(AmendRejected(order_id, now, kept(error.text)))
        return self[order_id]

    def apply(self, report: OrderReport) -> Order:
        """Take a report; return the order after it.

        Raises:
            OrderError: The order is not known, or the report can't follow its status.
        """
        before = self[report.order_id]
        after = before.apply(report)
        if after is not before:
            self._keep(after)
            if not isinstance(report, OrderFilled):  # a fill's record also needs the books after it
                kind, fields = report_record(report, after)
                self._journal.record(kind, report.time, fields)
        return after

    def adopt(self, order: Order) -> bool:
        """Take over an order that this run did not make; return whether it was new to us.

        Of a known one our own picture stays: reports keep it up to date.
        """
        if order.id in self._orders:
            return False
        self._keep(order)
        return True

    def adopt_foreign(self, order: Order, now: datetime) -> bool:
        """Take over somebody else's order and journal it, unless it is known."""
        if not self.adopt(order):
            return False
        kind, fields = order_record(order)
        self._journal.record(kind, now, fields)
        return True

    def _keep(self, order: Order) -> Order:
        self._orders[order.id] = order
        self.revision += 1
        if order.is_overfilled:
            self.overfilled[order.id] = order
        if order.is_working:
            self._working[order.id] = order
        else:
            self._working.pop(order.id, None)
        return order
