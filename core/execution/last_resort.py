"""A flatten without the engine: the same pure plan on the broker's own fresh account reports.

Used where the engine is dead or hangs: by the window (`gui/panic.py`), and by `app.py flatten`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from config.text import Text
from core.domain.errors import BrokerError, JournalError, OrderError
from core.domain.messages import (
    AccountReported,
    FlattenProgressed,
    FlattenStep,
    Interrupted,
    Message,
    Resumed,
)
from core.domain.order import (
    CancelRejected,
    Order,
    OrderCanceled,
    OrderFilled,
    OrderId,
    OrderRejected,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Reason,
)
from core.domain.own_words import told
from core.domain.price import Price
from core.domain.session import Phase
from core.execution.backoff import Backoff
from core.execution.flatten import FlattenJob, FlattenPlan, Sale, Trading, plan, sale_intent
from core.execution.interruptions import Interruptions
from core.execution.own_orders import OwnOrders
from core.execution.silence import RETRY_S
from core.journal.records import (
    Record,
    broker_account_record,
    flatten_record,
    order_record,
    report_record,
)
from core.ports import Broker, Journal

logger = logging.getLogger(__name__)

ASK_S = 1.0
"""Between two requests for the account."""
_QUIET_S = 3.0  # without an account report until that is said
_NO_ACCOUNT = Text(
    "증권사의 잔고 응답을 기다립니다. 1초마다 다시 요청합니다",
    "waiting for the broker's account report; asked again every second",
)
_REJECTED = Text(
    "{} 매도가 거부되었습니다({}). 잠시 뒤 다시 보냅니다",
    "{}: the sell was rejected ({}); it is sent again in a while",
)
_REFUSED = Text("증권사 오류: {}. 다시 시도합니다", "broker error: {}; trying again")


class LastResort:
    """Asks for the account, cancels and sells by it, and asks again, until the broker says zero.

    It trusts nothing but account reports, besides its own orders on their way: so it never sells
    more than is held and free. Orders of others are in those reports too. Not thread-safe: one
    thread calls `tick` and `take`.
    """

    def __init__(
        self,
        broker: Broker,
        run_id: str,
        phase_at: Callable[[datetime], Phase],
        started: datetime,
        journal: Journal | None = None,
        takes_closing_price: Callable[[datetime], bool] = lambda now: False,
    ) -> None:
        """`run_id` begins its order ids, so it must be new to the broker.

        Without a journal (a hung engine holds it) nothing is recorded here. `takes_closing_price`
        tells when the exchange takes orders at the day's close.
        """
        self._broker, self._journal, self._run_id = broker, journal, run_id
        self._phase_at, self._takes_closing_price = phase_at, takes_closing_price
        self._interruptions = Interruptions()
        self._sales, self._cancels = Backoff(), Backoff(ASK_S)
        self._rejected: dict[str, str] = {}  # the broker's words, by symbol
        self._job = FlattenJob(Reason.FLATTEN, started)
        self._progress = FlattenProgressed(
            FlattenStep.BLOCK_ENTRIES, started, started, (), is_done=False, note=_NO_ACCOUNT
        )
        self._own = OwnOrders()
        self._canceled: dict[OrderId, float] = {}  # when we asked
        self._written: dict[OrderId, Order] = {}  # orders of the journal, as reports tell of them
        self._asked = self._made = 0
        self._elapsed_s = self._next_ask_s = 0.0
        self._heard_s: float | None = None  # when the last account report came

    @property
    def is_done(self) -> bool:
        """Whether the broker's own report has said zero."""
        return self._job.is_done

    @property
    def has_heard(self) -> bool:
        """Whether any account report has come; before, nobody knows what is left."""
        return self._heard_s is not None

    def tick(self, elapsed_s: float, now: datetime) -> FlattenProgressed | None:
        """Ask for the account where it is due; return what a person should know of that.

        Args:
            elapsed_s: Since the beginning, by the clock that time-outs shall follow. It need not
                be the market's, which may stand still while the engine hangs.
            now: Market time.
        """
        self._elapsed_s = elapsed_s
        if self.is_done or elapsed_s < self._next_ask_s:
            return None
        self._next_ask_s = elapsed_s + ASK_S
        self._asked += 1
        request_id = f"{self._run_id}-{self._asked}"
        # Known before it is sent: an inline broker answers before the call returns.
        self._own.ask(request_id, elapsed_s)
        refusal = self._refusal(partial(self._broker.request_account, request_id))
        if refusal is not None:
            self._own.forget(request_id)
            return self._say(refusal, now)
        if self._own.is_awaited(request_id) and self._is_quiet:
            return self._say(_NO_ACCOUNT, now)
        return None

    def take(
        self, message: Message, prices: Mapping[str, Price], now: datetime
    ) -> FlattenProgressed | None:
        """Take anything the broker posts; return where it stands after a report asked for.

        `prices` are last prices in won, as far as known; they only order the sales.
        """
        if isinstance(message, OrderReport):
            self._hear(message)
        elif isinstance(message, Interrupted | Resumed):
            self._interruptions.take(message)
        elif isinstance(message, AccountReported) and self._own.is_awaited(message.request_id):
            return None if self.is_done else self._advance(message, prices, now)
        return None

    def _hear(self, report: OrderReport) -> None:
        if isinstance(report, CancelRejected):
            self._canceled.pop(report.order_id, None)
            self._cancels.refused(report.order_id, self._elapsed_s)
        self._write(report)
        symbol = self._own.hear(report)
        if symbol is None:
            return
        if isinstance(report, OrderRejected) or (
            # Given back though nobody asked: at the limit price nobody buys.
            isinstance(report, OrderCanceled) and report.order_id not in self._canceled
        ):
            self._sales.refused(symbol, self._elapsed_s)
            self._rejected[symbol] = report.note
        elif isinstance(report, OrderFilled):
            self._sales.taken(symbol)
            self._rejected.pop(symbol, None)

    def _write(self, report: OrderReport) -> None:
        """Record what became of an order; fills are booked by whoever keeps the accounts."""
        order = self._written.get(report.order_id)
        if order is None:
            return
        try:
            after = order.apply(report)
        except OrderError as error:
            logger.warning("flatten without the engine: %s", error)
            return
        self._written[order.id] = after
        if after is not order and not isinstance(report, OrderFilled):
            self._record(report_record(report, after), report.time)

    @property
    def _is_quiet(self) -> bool:
        return self._heard_s is None or self._elapsed_s - self._heard_s >= _QUIET_S

    def _advance(
        self, account: AccountReported, prices: Mapping[str, Price], now: datetime
    ) -> FlattenProgressed:
        self._heard_s = self._elapsed_s
        self._job.take(account)
        self._written = {order.id: order for order in account.orders} | self._written
        holdings = {held.symbol: held.quantity for held in account.holdings}
        values = {held.symbol: held.average_price for held in account.holdings} | dict(prices)
        trading = self._trading(holdings, now)
        planned = plan(self._working(account), holdings, values, trading)
        self._job.is_done = self._job.is_done and planned.is_flat
        self._progress = self._job.progress(planned, now)
        self._record(broker_account_record(account), now)
        self._record(flatten_record(self._progress), now)
        refusals = list(self._carry_out(planned, values, now))
        self._commit()
        return self._say(refusals[-1], now) if refusals else self._progress

    def _trading(self, symbols: Iterable[str], now: datetime) -> Trading:
        stopped = self._interruptions.among(symbols, now)
        takes_closing_price = self._takes_closing_price(now)
        return Trading(self._phase_at(now), takes_closing_price, stopped, self._rejected)

    def _working(self, account: AccountReported) -> Iterator[Order]:
        """Yield what may still be filled: the broker's list, and what is not in it yet."""
        for order in account.orders:
            asked_s = self._canceled.get(order.id)
            is_asked = asked_s is not None and self._elapsed_s - asked_s < RETRY_S
            yield replace(order, status=OrderStatus.PENDING_CANCEL) if is_asked else order
        yield from self._own.unlisted(account)

    def _carry_out(
        self, planned: FlattenPlan, prices: Mapping[str, Price], now: datetime
    ) -> Iterator[Text]:
        """Cancel and sell; yield what the broker refused at once."""
        for order in planned.cancels:
            if self._cancels.waits(order.id, self._elapsed_s):
                continue
            self._canceled[order.id] = self._elapsed_s
            refusal = self._refusal(partial(self._broker.cancel, order))
            if refusal is not None:
                self._canceled.pop(order.id, None)
                yield refusal
        for sale in planned.sells:
            if self._sales.waits(sale.symbol, self._elapsed_s):
                yield _REJECTED.format(sale.symbol, told(self._rejected[sale.symbol]))
                continue
            refusal = self._sell(sale, prices.get(sale.symbol, 0), now)
            if refusal is not None:
                yield refusal

    def _sell(self, sale: Sale, price: Price, now: datetime) -> Text | None:
        self._made += 1
        order_id = OrderId(f"{self._run_id}-{self._made:04d}")
        order = Order(order_id, sale_intent(sale, price, Reason.FLATTEN, now))
        self._record(order_record(order), now)
        self._commit()
        order = order.apply(OrderSubmitted(order_id, now))
        # Known before it is sent: an inline broker answers before `submit` returns.
        self._own.send(order, self._elapsed_s)
        self._written[order_id] = order
        refusal = self._refusal(partial(self._broker.submit, order))
        if refusal is not None:
            self._own.take_back(order_id)
        return refusal

    def _refusal(self, call: Callable[[], None]) -> Text | None:
        try:
            call()
        except BrokerError as error:
            logger.error("flatten without the engine: %s", error)
            return _REFUSED.format(error)
        return None

    def _say(self, note: Text, now: datetime) -> FlattenProgressed:
        self._progress = replace(self._progress, now=now, note=note)
        return self._progress

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
