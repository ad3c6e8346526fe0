"""Orders that nobody answers: unknown, never failed, until the broker's own word resolves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.schema import Options, option, section
from config.text import Text
from core.domain.messages import AccountReported, Severity
from core.domain.order import (
    AmendRejected,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderId,
    OrderLost,
    OrderReport,
    OrderStatus,
    Refusal,
)
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.execution import unlisted
from core.execution.silence import Silence


@section("orders")
class AnswerOptions(Options):
    answer_timeout_s: float = option(
        10.0,
        ge=3,
        le=120,
        unit=Text("초", "s"),
        title=Text("주문 응답 대기", "Wait for an answer"),
        help=Text(
            "주문·정정·취소에 이 시간 동안 응답이 없으면 '확인 중'으로 두고 증권사에 묻습니다. "
            "확인될 때까지 그 종목은 새로 사지 않고, 주문을 다시 보내지 않습니다.",
            "An order, amendment or cancel without an answer for this long counts as unknown and "
            "the broker is asked; until it is resolved nothing new is bought of the symbol, and "
            "nothing is sent again.",
        ),
    )


_AWAITED = frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_AMEND})
_UNSURE = frozenset({OrderStatus.CREATED, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})
"""In an adapter's list: it does not know either, or holds the order back; its own word comes."""
_LONGEST_S = 30.0  # between two questions


@dataclass(slots=True)
class _Doubt:
    """One order of unknown fate."""

    awaited: OrderStatus  # what nobody answered: the order, its cancel or its amendment
    silence: Silence


class Unanswered:
    """Owned by the engine thread; what a broker's adapter finds out by itself always wins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._since: dict[OrderId, tuple[OrderStatus, datetime]] = {}  # waits for its answer
        self._doubts: dict[OrderId, _Doubt] = {}
        self._requests: dict[str, float] = {}  # for the account: when asked, seconds; oldest first
        self._asked, self._wait_s = 0, 1.0
        self._ask_at: datetime | None = None
        self.wakeup: datetime | None = None
        parts.desk.watchers.append(self._on_order)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        symbol = market.instrument.symbol
        orders = (self._parts.orders[order_id] for order_id in self._doubts)
        return "unanswered" if any(order.intent.symbol == symbol for order in orders) else ""

    def advance(self, now: datetime) -> None:
        """Declare unknown what has waited too long, and ask for the account while any is."""
        for order_id, (_, since) in tuple(self._since.items()):
            if now >= since + self._timeout:
                self._take(OrderLost(order_id, now, _NO_ANSWER.format(self._timeout.seconds).ko))
        if self._ask_at is not None and now >= self._ask_at:
            self._ask(now)
        self._plan()

    def take(self, account: AccountReported, now: datetime) -> None:
        """Resolve what a report that was asked for here makes sure."""
        asked_s = self._requests.pop(account.request_id, None)
        if asked_s is None:
            return
        self._requests = {key: at_s for key, at_s in self._requests.items() if at_s >= asked_s}
        for order_id, doubt in tuple(self._doubts.items()):
            self._examine(self._parts.orders[order_id], doubt, account, asked_s, now)
        self._plan()

    # -- what becomes of an order -------------------------------------------------------------

    def _on_order(self, order: Order, report: OrderReport | None) -> None:
        awaited, since = self._since.pop(order.id, (OrderStatus.SUBMITTED, order.changed))
        if order.status in _AWAITED and order.changed is not None:
            self._since[order.id] = order.status, order.changed
        if order.status is not OrderStatus.UNKNOWN:
            self._doubts.pop(order.id, None)
        elif order.id not in self._doubts and since is not None:
            self._doubts[order.id] = _Doubt(awaited, Silence(since.timestamp()))
            self._wait_s, self._ask_at = 1.0, self._parts.clock.now()
        self._plan()

    def _examine(
        self, order: Order, doubt: _Doubt, account: AccountReported, asked_s: float, now: datetime
    ) -> None:
        listed = unlisted.find(order, account.orders)
        if listed is not None:
            doubt.silence = doubt.silence.broken()
            if listed.status not in _UNSURE and listed.broker_id is not None:
                self._found(order, doubt, listed, now)
            return
        doubt.silence = doubt.silence.after(asked_s)
        symbol = order.intent.symbol
        held = self._parts.account.portfolio.held(symbol)
        if symbol in self._parts.desk.frozen or not unlisted.agrees(order, held, account):
            return  # it may have been filled without a word: that is for the fills to say
        if ended := unlisted.ended(order, account, now):
            self._resolve(order, ended, _ENDED)
        elif doubt.silence.is_lost(asked_s):
            is_cancel = doubt.awaited is OrderStatus.PENDING_CANCEL
            self._resolve(order, unlisted.gone(order, now, is_cancel), _GONE)

    def _found(self, order: Order, doubt: _Doubt, listed: Order, now: datetime) -> None:
        """It works at the broker; what was asked of it and not done is asked again, if harmless."""
        number, terms = listed.broker_id, listed.intent
        assert number is not None
        self._resolve(order, OrderAccepted(order.id, number, now), _FOUND)
        is_other = terms.quantity < order.intent.quantity
        if is_other or terms.limit_price != order.intent.limit_price:
            price = terms.limit_price or order.intent.worst_price
            self._take(OrderAmended(order.id, number, price, terms.quantity, now))
        elif doubt.awaited is OrderStatus.PENDING_AMEND:
            self._take(AmendRejected(order.id, now, _AS_BEFORE.ko, Refusal.NOT_ARRIVED))
        if doubt.awaited is OrderStatus.PENDING_CANCEL:
            self._parts.desk.try_cancel(order.id, now)

    def _resolve(self, order: Order, report: OrderReport, text: Text) -> None:
        symbol = order.intent.symbol
        self._parts.outbox.note(report.time, Severity.WARNING, text, symbol, order_id=order.id)
        self._take(report)

    def _take(self, report: OrderReport) -> None:
        parts = self._parts
        symbol = parts.orders[report.order_id].intent.symbol
        parts.desk.take(report, parts.markets.get(symbol), parts.settings)

    # -- time ---------------------------------------------------------------------------------

    @property
    def _timeout(self) -> timedelta:
        return timedelta(seconds=self._parts.settings[AnswerOptions].answer_timeout_s)

    def _ask(self, now: datetime) -> None:
        self._asked += 1
        request_id = f"answers-{self._asked}"
        self._requests[request_id] = now.timestamp()
        self._ask_at = now + timedelta(seconds=self._wait_s)
        self._wait_s = min(self._wait_s * 2, _LONGEST_S)
        self._parts.broker.request_account(request_id)

    def _plan(self) -> None:
        if not self._doubts:
            self._ask_at = None
        dues = [since + self._timeout for _, since in self._since.values()]
        if self._ask_at is not None:
            dues.append(self._ask_at)
        self.wakeup = min(dues, default=None)


_NO_ANSWER = Text("{}초 동안 응답이 없습니다", "no answer for {} s")
_FOUND = Text(
    "응답이 없던 주문이 증권사에 접수되어 있습니다",
    "the order that nobody answered works at the broker",
)
_AS_BEFORE = Text("응답이 없고, 조건이 그대로입니다", "no answer, and its terms are as before")
_ENDED = Text(
    "응답이 없던 주문이 증권사에서 이미 끝났습니다",
    "the order that nobody answered has ended at the broker",
)
_GONE = Text(
    "응답이 없던 주문이 증권사의 미체결에 거듭 없고 잔고도 같아 끝난 것으로 봅니다. "
    "나중에 체결이 오면 그대로 반영합니다",
    "the order that nobody answered is repeatedly not among the broker's and the holdings agree: "
    "it counts as gone; a fill that comes later still counts",
)
