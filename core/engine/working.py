"""Orders that wait for their price: at which kind they go out, re-pricing, and their rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Severity
from core.domain.order import (
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Refusal,
    Side,
)
from core.domain.price import Price
from core.domain.session import Phase
from core.engine.entry_blocks import EntryBlocks
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.execution.amendments import refusal
from core.execution.policy import (
    PATIENT,
    OrderPolicyOptions,
    Quotes,
    at_limit,
    at_market,
    fixed,
    limit_price,
    style_of,
)
from core.execution.refusals import NextStep, goes_on_at_once, step_of
from core.risk.checks.price_collar import PriceCollarOptions

_OPEN = frozenset({OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED})
_KINDS = frozenset({OrderKind.LIMIT, OrderKind.BEST})
_UNTAKEN = Text(
    "서버가 {} 주문을 받지 않아 앞으로 시장가로 보냅니다",
    "the server does not take {} orders: they go at market from now on",
)
_NAMES = {
    OrderKind.LIMIT: Text("지정가", "limit"),
    OrderKind.BEST: Text("최유리지정가", "best limit"),
}


@dataclass(slots=True)
class _Work:
    """One order that waits for its price."""

    due: datetime
    repriced: int = 0
    is_leaving: bool = False  # its cancel was asked for here, to deal with the rest


class Working:
    """Owned by the engine thread; at most one order of an intent works at any time."""

    def __init__(
        self, parts: Parts, blocks: EntryBlocks, is_leaving: Callable[[str], bool]
    ) -> None:
        """`is_leaving` tells whether a symbol is being sold: nothing more is bought of it then."""
        self._parts, self._blocks, self._is_leaving = parts, blocks, is_leaving
        self._works: dict[OrderId, _Work] = {}
        self._untaken: set[OrderKind] = set()  # kinds that the server refused
        self._second_tries: set[OrderIntent] = set()  # after a wrong price; there is no third
        parts.desk.shaped = self._shaped

    def release(self, order_id: OrderId) -> None:
        """A person takes this order over: it is neither moved nor replaced any more."""
        self._works.pop(order_id, None)

    @property
    def is_idle(self) -> bool:
        return not self._works

    @property
    def wakeup(self) -> datetime | None:
        return min((work.due for work in self._works.values()), default=None)

    def advance(self, now: datetime) -> None:
        for order_id, work in tuple(self._works.items()):
            if now >= work.due and order_id in self._works:
                work.due = now + self._patience
                self._go_on(self._parts.orders[order_id], work, now)

    # -- which order an intent becomes --------------------------------------------------------

    def _shaped(self, intent: OrderIntent, market: SymbolMarket) -> OrderIntent:
        parts = self._parts
        style = style_of(intent, self._options)
        symbol, now = intent.symbol, parts.clock.now()
        is_trading = parts.day.phase is Phase.CONTINUOUS
        if style == "market" or not is_trading or parts.interruptions.of(symbol, now) is not None:
            return intent
        kind = OrderKind.BEST if style == "best" else OrderKind.LIMIT
        if kind in self._untaken:
            return intent
        if kind is OrderKind.BEST:
            return replace(intent, kind=kind)
        price = self._price(intent, market)
        return intent if price is None else at_limit(intent, price)

    def _price(self, intent: OrderIntent, market: SymbolMarket) -> Price | None:
        tick, collar = market.last_tick, self._parts.settings[PriceCollarOptions].price_collar_pct
        quotes = Quotes(tick.bid if tick else None, tick.ask if tick else None, market.last_price)
        return limit_price(intent, quotes, market.instrument, self._options, collar)

    @property
    def _options(self) -> OrderPolicyOptions:
        return self._parts.settings[OrderPolicyOptions]

    @property
    def _patience(self) -> timedelta:
        return timedelta(seconds=self._options.reprice_after_s)

    # -- while it waits -----------------------------------------------------------------------

    def _go_on(self, order: Order, work: _Work, now: datetime) -> None:
        """Move it, or take it back; nothing while an answer is awaited or trading has stopped."""
        symbol = order.intent.symbol
        if order.status not in _OPEN or self._parts.interruptions.of(symbol, now) is not None:
            return
        is_movable = order.intent.kind is OrderKind.LIMIT and not work.is_leaving
        if is_movable and work.repriced < self._options.reprice_times:
            work.repriced += 1
            self._reprice(order, now)
            return
        work.is_leaving = True
        self._parts.desk.try_cancel(order.id, now)

    def _reprice(self, order: Order, now: datetime) -> None:
        parts, intent = self._parts, order.intent
        market = parts.markets.get(intent.symbol)
        price = self._price(intent, market) if market is not None else None
        if market is None or price is None or price == intent.limit_price:
            return
        terms = price, intent.quantity, market.instrument, parts.account.available
        if refusal(order, *terms) is not None:
            return
        try:
            parts.desk.amend(order.id, price, intent.quantity, now)
        except JournalError:
            parts.outbox.commit(now)  # says so; the order works on as it is

    # -- what becomes of it -------------------------------------------------------------------

    def on_order(self, order: Order, report: OrderReport | None) -> None:
        intent = order.intent
        if order.status is OrderStatus.SUBMITTED and intent.kind in _KINDS:
            if intent.reason in PATIENT and order.id not in self._works:
                self._works[order.id] = _Work(self._parts.clock.now() + self._patience)
        elif not order.is_working:
            work = self._works.pop(order.id, None)
            if work is not None:
                self._ended(order, work, report)

    def _ended(self, order: Order, work: _Work, report: OrderReport | None) -> None:
        now = self._parts.clock.now()
        if order.status is OrderStatus.REJECTED:
            code = report.code if isinstance(report, OrderRejected) else Refusal.OTHER
            self._refused(order, code, now)
        elif order.status is OrderStatus.CANCELED and work.is_leaving:
            self._buy_rest(order, now)

    def _refused(self, order: Order, code: Refusal, now: datetime) -> None:
        if not goes_on_at_once(order, code):
            return
        if step_of(code) is NextStep.GO_TO_MARKET:
            self._never_again(order.intent.kind, now)
            self._buy_rest(order, now)
        else:
            self._send_fixed(order, now)

    def _never_again(self, kind: OrderKind, now: datetime) -> None:
        if kind not in self._untaken:
            self._untaken.add(kind)
            self._parts.outbox.note(now, Severity.WARNING, _UNTAKEN.format(_NAMES[kind]))

    def _send_fixed(self, order: Order, now: datetime) -> None:
        """Send a refused limit order once more, at a price that the exchange takes."""
        intent, market = order.intent, self._parts.markets.get(order.intent.symbol)
        if market is None or intent.limit_price is None or intent in self._second_tries:
            return
        price = fixed(intent.side, intent.limit_price, market.instrument)
        if price == intent.limit_price:
            return
        again = replace(at_limit(intent, price), time=now)
        self._second_tries.add(again)
        if intent.side is Side.BUY:
            self._buy(again, now)
        else:
            self._parts.desk.sell_exactly(again, now)

    def _buy_rest(self, order: Order, now: datetime) -> None:
        rest = order.intent.quantity - order.filled
        is_wanted = order.status is OrderStatus.REJECTED or self._options.entry_rest == "market"
        if order.intent.side is Side.BUY and rest > 0 and is_wanted:
            self._buy(replace(at_market(order.intent, rest), time=now), now)

    def _buy(self, intent: OrderIntent, now: datetime) -> None:
        """Buy through every check again, unless the symbol is being sold."""
        parts, market = self._parts, self._parts.markets.get(intent.symbol)
        if market is not None and not self._is_leaving(intent.symbol):
            moment = self._blocks.moment(market, now)
            parts.desk.buy_exactly(intent, market, moment, parts.settings)
