"""The emergency flatten without the engine: the same plan, carried out by the window itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from config.text import Text
from core.domain.errors import BrokerError, OrderError
from core.domain.messages import (
    AccountReported,
    FlattenProgressed,
    FlattenStep,
    Message,
    StateChanged,
)
from core.domain.order import (
    CancelRejected,
    Order,
    OrderId,
    OrderRejected,
    OrderReport,
    OrderStatus,
    OrderSubmitted,
    Reason,
)
from core.domain.price import Price
from core.domain.risk import TradingState
from core.execution.flatten import FlattenJob, FlattenPlan, Sale, plan, sale_intent
from gui.watchdog import SILENT_MS, TICK_MS, Watchdog
from gui.workspace import Workspace

logger = logging.getLogger(__name__)

ASK_TICKS = 1000 // TICK_MS  # between two account requests
RETRY_TICKS = 10_000 // TICK_MS  # until what nobody answered is thought lost, and sent again
NO_ACCOUNT = Text(
    "증권사의 잔고 응답을 기다립니다. 1초마다 다시 요청합니다",
    "waiting for the broker's account report; asked again every second",
)
REFUSED = Text("증권사 오류: {}. 다시 시도합니다", "broker error: {}; trying again")


class _Watch(Enum):
    IDLE = "idle"  # nobody asked for a flatten, or it is done
    ASKED = "asked"  # the engine has not said yet that it knows
    LEFT_TO_ENGINE = "left_to_engine"
    TAKEN_OVER = "taken_over"


class PanicFlatten(QObject):
    """Takes a flatten over from an engine that does not answer, is silent for 3 s, or has ended.

    Signals:
        taken_over: the window does it itself from now on.
        progressed: a `FlattenProgressed` of the window's own.
    """

    taken_over = pyqtSignal()
    progressed = pyqtSignal(object)

    def __init__(self, workspace: Workspace, watchdog: Watchdog) -> None:
        super().__init__(workspace)
        self._watchdog = watchdog
        self._watch = _Watch.IDLE
        self._ticks = 0  # since the flatten was asked for
        self._direct = DirectFlatten(workspace, self)
        self._direct.progressed.connect(self._pass_on)
        watchdog.ticked.connect(self._look)
        workspace.bridge.states_changed.connect(self._hear_states)
        workspace.bridge.flattens_progressed.connect(self._hear_progress)

    @property
    def is_acting(self) -> bool:
        """Whether the window does the flatten itself."""
        return self._watch is _Watch.TAKEN_OVER

    def watch(self) -> None:
        """A flatten was asked of the engine: see to it that somebody does it."""
        if not self.is_acting:
            self._watch, self._ticks = _Watch.ASKED, 0

    def _hear_states(self, events: list[StateChanged]) -> None:
        is_flattening = any(event.state is TradingState.FLATTENING for event in events)
        if self._watch is _Watch.ASKED and is_flattening:
            self._watch = _Watch.LEFT_TO_ENGINE

    def _hear_progress(self, events: list[FlattenProgressed]) -> None:
        if self._watch in (_Watch.ASKED, _Watch.LEFT_TO_ENGINE):
            self._watch = _Watch.IDLE if events[-1].is_done else _Watch.LEFT_TO_ENGINE

    def _look(self) -> None:
        if self._watch is _Watch.TAKEN_OVER:
            self._direct.tick()
        elif self._watch is not _Watch.IDLE:
            self._ticks += 1
            is_unheard = self._watch is _Watch.ASKED and self._ticks * TICK_MS >= SILENT_MS
            if is_unheard or self._watchdog.is_silent:
                self._watch = _Watch.TAKEN_OVER
                self.taken_over.emit()
                self._direct.begin()

    def _pass_on(self, progress: FlattenProgressed) -> None:
        if progress.is_done:
            self._watch = _Watch.IDLE
        self.progressed.emit(progress)


class DirectFlatten(QObject):
    """Flattens over the Broker port alone.

    It trusts the broker's fresh account reports, and its own orders that are still on their way.

    Signals:
        progressed: a `FlattenProgressed` after each step.
    """

    progressed = pyqtSignal(object)
    _heard = pyqtSignal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._latest = workspace.context, workspace.latest
        self._job: FlattenJob | None = None
        self._progress: FlattenProgressed | None = None
        self._ticks = 0  # since it began
        self._made = 0  # orders of our own
        self._sent: dict[OrderId, tuple[Order, int]] = {}  # own orders with the tick of sending
        self._canceled: dict[OrderId, int] = {}  # cancels with the tick of asking
        self._request_id = ""
        self._heard.connect(self._take)
        self._context.add_report_listener(self._listen)

    def begin(self) -> None:
        """Ask for the account; everything else follows from its answers and from `tick`."""
        logger.error("the engine does not answer; the window flattens by itself")
        now = self._context.clock.now()
        self._job = FlattenJob(Reason.FLATTEN, now)
        self._progress = FlattenProgressed(
            FlattenStep.BLOCK_ENTRIES, now, now, (), is_done=False, note=NO_ACCOUNT
        )
        self._ticks = 0
        self._sent.clear()
        self._canceled.clear()
        self._say(NO_ACCOUNT)
        self._ask()

    def tick(self) -> None:
        """Ask again from time to time; to be called every `TICK_MS`."""
        self._ticks += 1
        if self._job is not None and self._ticks % ASK_TICKS == 0:
            self._ask()

    def _ask(self) -> None:
        self._request_id = f"panic-{self._context.clock.now():%H%M%S%f}-{self._ticks}"
        self._try(partial(self._context.broker.request_account, self._request_id))

    def _listen(self, message: Message) -> None:
        """Called on the broker's thread, with everything it posts."""
        if self._job is not None:
            self._heard.emit(message)

    def _take(self, message: Message) -> None:
        if self._job is None:
            return
        if isinstance(message, AccountReported):
            if message.request_id == self._request_id:
                self._advance(self._job, message)
        elif isinstance(message, OrderReport):
            self._apply(message)

    def _apply(self, report: OrderReport) -> None:
        if isinstance(report, CancelRejected):
            self._canceled.pop(report.order_id, None)
        if report.order_id not in self._sent:
            return
        order, sent_tick = self._sent[report.order_id]
        if isinstance(report, OrderRejected):  # whatever was said before
            del self._sent[order.id]
            return
        try:
            self._sent[order.id] = order.apply(report), sent_tick
        except OrderError as error:
            # The next account report decides; what we believed of the order does not.
            logger.warning("flatten without the engine: %s", error)

    def _advance(self, job: FlattenJob, account: AccountReported) -> None:
        now = self._context.clock.now()
        job.take(account)
        holdings = {held.symbol: held.quantity for held in account.holdings}
        prices: dict[str, Price] = {held.symbol: held.average_price for held in account.holdings}
        prices |= {symbol: quote.price for symbol, quote in self._latest.quotes.items()}
        orders = list(self._believed(account))
        planned = plan(orders, holdings, prices, self._context.phase_at(now))
        self._carry_out(planned, prices, now)
        job.is_done = job.is_done and planned.is_flat
        self._progress = job.progress(planned, now)
        if job.is_done:
            self._job = None
        self.progressed.emit(self._progress)

    def _believed(self, account: AccountReported) -> Iterator[Order]:
        """Yield what may still be filled: the broker's list, and what is not in it yet."""
        numbers = {order.broker_id for order in account.orders if order.broker_id}
        listed = {order.id for order in account.orders}
        for order in account.orders:
            is_asked = self._is_recent(self._canceled.get(order.id))
            yield replace(order, status=OrderStatus.PENDING_CANCEL) if is_asked else order
        for order, sent_tick in self._sent.values():
            is_listed = order.id in listed or order.broker_id in numbers
            if order.is_working and not is_listed and self._is_recent(sent_tick):
                yield order

    def _is_recent(self, tick: int | None) -> bool:
        return tick is not None and self._ticks - tick < RETRY_TICKS

    def _carry_out(self, planned: FlattenPlan, prices: dict[str, Price], now: datetime) -> None:
        for order in planned.cancels:
            if self._try(partial(self._context.broker.cancel, order)):
                self._canceled[order.id] = self._ticks
        for sale in planned.sells:
            self._sell(sale, prices.get(sale.symbol, 0), now)

    def _sell(self, sale: Sale, price: Price, now: datetime) -> None:
        self._made += 1
        order_id = OrderId(f"panic-{now:%Y%m%d%H%M%S}-{self._made:03d}")
        order = Order(order_id, sale_intent(sale, price, Reason.FLATTEN, now))
        order = order.apply(OrderSubmitted(order_id, now))
        # Known before it is sent: an inline broker answers before `submit` returns.
        self._sent[order_id] = order, self._ticks
        if not self._try(partial(self._context.broker.submit, order)):
            del self._sent[order_id]

    def _try(self, call: Callable[[], None]) -> bool:
        try:
            call()
        except BrokerError as error:
            logger.error("flatten without the engine: %s", error)
            self._say(REFUSED.format(error))
            return False
        return True

    def _say(self, note: Text) -> None:
        assert self._progress is not None
        self._progress = replace(self._progress, now=self._context.clock.now(), note=note)
        self.progressed.emit(self._progress)
