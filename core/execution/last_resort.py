"""A flatten without the engine: the same pure plan on the broker's own fresh account reports.

Used where the engine is dead or hangs: by the window, and by `app.py flatten`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.errors import BrokerError, JournalError, OrderError
from core.domain.messages import AccountReported, FlattenProgressed, Message
from core.domain.order import (
    CancelRejected,
    Order,
    OrderId,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Reason,
)
from core.domain.price import Price
from core.domain.session import Phase
from core.execution.flatten import FlattenJob, FlattenPlan, Sale, plan, sale_intent
from core.journal.records import Record, broker_account_record, flatten_record, order_record
from core.ports import Broker, Journal

logger = logging.getLogger(__name__)

_RECENT = timedelta(seconds=10)
"""How long an order or cancel of ours is believed to be on its way when the broker's report does
not show it; then it is taken for lost, and planned again from the report alone."""


class LastResort:
    """Asks for the account, cancels and sells by it, and asks again, until the broker says zero.

    It trusts nothing but account reports, besides its own orders on their way: so it never sells
    more than is held and free. Not thread-safe: one thread drives it.
    """

    def __init__(
        self,
        broker: Broker,
        journal: Journal | None,
        run_id: str,
        phase_at: Callable[[datetime], Phase],
        started: datetime,
    ) -> None:
        """`run_id` begins its order ids, so it must be new to the broker.

        Without a journal (a hung engine holds it) nothing is recorded here.
        """
        self._broker, self._journal, self._run_id = broker, journal, run_id
        self._phase_at = phase_at
        self._job = FlattenJob(Reason.FLATTEN, started)
        self._asked = self._made = 0
        self._sent: dict[OrderId, tuple[Order, datetime]] = {}
        self._canceled: dict[OrderId, datetime] = {}

    @property
    def is_done(self) -> bool:
        return self._job.is_done

    def ask(self) -> None:
        """Ask the broker where we stand; again whenever no answer came for a second.

        Raises:
            BrokerError: It can't be asked; try again.
        """
        self._asked += 1
        self._broker.request_account(self._request)

    @property
    def _request(self) -> str:
        return f"{self._run_id}-{self._asked}"

    def take(
        self, message: Message, prices: Mapping[str, Price], now: datetime
    ) -> FlattenProgressed | None:
        """Take anything the broker posts; return where it stands after the report asked for.

        `prices` are last prices in won, as far as known; they only order the sales.
        """
        if isinstance(message, OrderReport):
            self._hear(message)
        elif isinstance(message, AccountReported) and message.request_id == self._request:
            return self._advance(message, prices, now)
        return None

    def _hear(self, report: OrderReport) -> None:
        if isinstance(report, CancelRejected):
            self._canceled.pop(report.order_id, None)
        if report.order_id not in self._sent:
            return
        order, sent = self._sent[report.order_id]
        try:
            self._sent[order.id] = order.apply(report), sent
        except OrderError as error:
            # The next account report decides; what was believed of the order does not.
            logger.warning("flatten without the engine: %s", error)

    def _advance(
        self, account: AccountReported, prices: Mapping[str, Price], now: datetime
    ) -> FlattenProgressed:
        self._job.take(account)
        holdings = {held.symbol: held.quantity for held in account.holdings}
        values = {held.symbol: held.average_price for held in account.holdings} | dict(prices)
        orders = list(self._believed(account, now))
        planned = plan(orders, holdings, values, self._phase_at(now))
        self._job.is_done = self._job.is_done and planned.is_flat
        progress = self._job.progress(planned, now)
        self._record(broker_account_record(account), now)
        self._record(flatten_record(progress), now)
        self._carry_out(planned, values, now)
        return progress

    def _believed(self, account: AccountReported, now: datetime) -> Iterator[Order]:
        """Yield what may still be filled: the broker's list, and what is not in it yet."""
        numbers = {order.broker_id for order in account.orders if order.broker_id}
        listed = {order.id for order in account.orders}
        for order in account.orders:
            is_asked = _is_recent(self._canceled.get(order.id), now)
            yield replace(order, status=OrderStatus.PENDING_CANCEL) if is_asked else order
        for order, sent in self._sent.values():
            is_listed = order.id in listed or order.broker_id in numbers
            if order.is_working and not is_listed and _is_recent(sent, now):
                yield order

    def _carry_out(self, planned: FlattenPlan, prices: Mapping[str, Price], now: datetime) -> None:
        for order in planned.cancels:
            self._broker.cancel(order)
            self._canceled[order.id] = now
        for sale in planned.sells:
            self._sell(sale, prices.get(sale.symbol, 0), now)
        self._commit()

    def _sell(self, sale: Sale, price: Price, now: datetime) -> None:
        self._made += 1
        order = Order(
            OrderId(f"{self._run_id}-{self._made:04d}"),
            sale_intent(sale, price, Reason.FLATTEN, now),
        )
        self._record(order_record(order), now)
        self._commit()
        order = order.apply(OrderSubmitted(order.id, now))
        # Known before it is sent: an inline broker answers before `submit` returns.
        self._sent[order.id] = order, now
        try:
            self._broker.submit(order)
        except BrokerError:
            del self._sent[order.id]
            raise

    def _record(self, record: Record, now: datetime) -> None:
        if self._journal is not None:
            kind, fields = record
            self._journal.record(kind, now, fields)

    def _commit(self) -> None:
        if self._journal is None:
            return
        try:
            self._journal.commit()
        except JournalError as error:
            # Getting out matters more than writing it down; the records wait for the next commit.
            logger.error("flatten without the engine: %s", error)


def _is_recent(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < _RECENT
