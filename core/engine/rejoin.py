"""Brings orders of earlier sessions and of others up to what the broker's list says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from config.text import Text
from core.domain.messages import DayOrder, OrderUpdated, Severity
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderId,
    OrderRejected,
    OrderReport,
    OrderStatus,
)
from core.domain.own_words import own
from core.domain.past import PastOrder
from core.engine.parts import Parts
from core.execution.recovery import Matches, foreign_order, match, unbooked

_SETTLED = timedelta(seconds=5)  # how old a sending must be before the list must show it
_MISSES = 2  # lists in a row without an order before it is given up
_NEVER_ARRIVED = own(
    "증권사 주문 목록에 없습니다. 접수되지 않았습니다.",
    "the broker's list of orders does not have it: it never arrived.",
)
_NOT_LISTED = own(
    "증권사 당일 주문 목록에 없는 주문입니다.",
    "the broker's list of the day has no such order.",
)
_ENDED = own(
    "프로그램이 꺼져 있는 동안 끝났습니다.",
    "it ended while the program was off.",
)
_UNCLEAR = own(
    "증권사의 어느 주문인지 가릴 수 없습니다. 그 주문은 외부 주문으로 봅니다.",
    "it can't be told which of the broker's orders it is; that one counts as made elsewhere.",
)
_FILLED_MEANWHILE = Text(
    "꺼져 있는 동안 체결: 주문 {} {}주 (증권사 체결 내역으로 기록)",
    "filled while the program was down: order {}, {} shares (booked from the broker's own list)",
)
_NEVER = Text(
    "주문 {}은(는) 증권사에 도착하지 않았습니다. 다시 보내지 않습니다",
    "order {} never arrived at the broker; it is not sent again",
)


class Rejoining:
    """Of one restart; owned by the engine thread. Sends nothing, and books no share twice."""

    def __init__(self, parts: Parts, past: Sequence[PastOrder]) -> None:
        self._parts, self._orders = parts, parts.orders
        self._known = {each.order.id: each for each in past}
        self._misses: dict[OrderId, int] = {}
        self.doubtful: frozenset[str] = frozenset()  # symbols of which orders are not clear yet
        self.unclear: frozenset[str] = frozenset()  # symbols where that is past help

    def begin(self) -> tuple[Order, ...]:
        """Take the orders over, UNKNOWN where they may still work; return those."""
        for known in self._known.values():
            order = known.order
            if order.is_working:
                order = replace(order, status=OrderStatus.UNKNOWN)
            self._orders.adopt(order)
            self._parts.outbox.publish(OrderUpdated(order))
        self._refresh()
        return tuple(each.order for each in self._known.values() if each.order.is_working)

    def hear(self, report: OrderReport) -> None:
        """Count the costs of a fill that the adapter has told by itself."""
        known = self._known.get(report.order_id)
        if known is not None and isinstance(report, OrderFilled):
            fill = report.fill
            self._known[report.order_id] = replace(
                known, commission=known.commission + fill.commission, tax=known.tax + fill.tax
            )

    def step(self, listed: Sequence[DayOrder], now: datetime) -> None:
        """Do what the broker's list proves; `doubtful` says where another list is needed."""
        self._refresh()
        found = match(tuple(self._known.values()), listed)
        fewer = {
            ours.order.intent.symbol for ours, theirs in found.pairs if _is_behind(ours, theirs)
        }
        for ours, theirs in found.pairs:
            self._join(ours, theirs, now)
        self.doubtful = frozenset(fewer) | self._miss(found, now)
        for stranger in found.strangers:
            is_suspect = stranger.broker_id in found.suspects
            if not is_suspect or stranger.symbol in self.unclear:
                self._meet(stranger, is_suspect, now)

    def _refresh(self) -> None:
        self._known = {
            order_id: replace(known, order=self._orders[order_id])
            for order_id, known in self._known.items()
        }

    # -- orders that the list has -------------------------------------------------------------

    def _join(self, ours: PastOrder, theirs: DayOrder, now: datetime) -> None:
        order_id = ours.order.id
        self._misses.pop(order_id, None)
        if theirs.order_id is not None:
            self._orders.aliases.join(order_id, theirs.order_id)
        self._accept(ours, theirs, now)
        self._fill(ours, theirs, now)
        self._close(order_id, theirs, now)
        numbers = tuple(dict.fromkeys((*ours.numbers, *theirs.numbers, theirs.broker_id)))
        self._known[order_id] = replace(
            self._known[order_id], order=self._orders[order_id], numbers=numbers
        )

    def _accept(self, ours: PastOrder, theirs: DayOrder, now: datetime) -> None:
        order = ours.order
        if order.status is OrderStatus.UNKNOWN or order.broker_id is None:
            number = ours.numbers[0] if ours.numbers else _first(theirs)
            self._apply(OrderAccepted(order.id, number, now))
        is_renumbered = bool(ours.numbers) and theirs.broker_id not in ours.numbers
        is_smaller = theirs.remaining > 0 and theirs.quantity < order.intent.quantity
        if (is_renumbered or is_smaller) and order.is_working and theirs.quantity > 0:
            price = theirs.limit_price or order.intent.worst_price
            quantity = min(theirs.quantity, order.intent.quantity)
            self._apply(OrderAmended(order.id, theirs.broker_id, price, quantity, now))

    def _fill(self, ours: PastOrder, theirs: DayOrder, now: datetime) -> None:
        parts, reports = self._parts, unbooked(ours, theirs, now)
        for report in reports:
            parts.desk.take(report, parts.markets.get(theirs.symbol), parts.settings)
        if reports:
            shares = theirs.filled - ours.order.filled
            text = _FILLED_MEANWHILE.format(ours.order.id, f"{shares:,}")
            parts.outbox.note(now, Severity.WARNING, text, theirs.symbol)
            self._known[ours.order.id] = replace(ours, commission=theirs.commission, tax=theirs.tax)

    def _close(self, order_id: OrderId, theirs: DayOrder, now: datetime) -> None:
        if theirs.remaining or not self._orders[order_id].is_working:
            return
        if theirs.status is OrderStatus.REJECTED:
            self._apply(OrderRejected(order_id, now, _ENDED))
        elif theirs.status is OrderStatus.EXPIRED:
            self._apply(OrderExpired(order_id, now))
        else:
            self._apply(OrderCanceled(order_id, now, _ENDED))

    def _meet(self, stranger: DayOrder, is_suspect: bool, now: datetime) -> None:
        """Take in an order of others; of one that may be ours no fill is booked."""
        if not (stranger.filled or stranger.remaining):
            return
        met = foreign_order(stranger)
        booked = stranger.filled if is_suspect else 0
        value = stranger.filled_value if is_suspect else 0
        order = replace(met.order, status=OrderStatus.ACCEPTED, filled=booked, filled_value=value)
        if not self._parts.desk.adopt(order, now):
            return
        self._known[order.id] = replace(met, order=order)
        self._join(self._known[order.id], stranger, now)

    # -- orders that it has not ---------------------------------------------------------------

    def _miss(self, found: Matches, now: datetime) -> frozenset[str]:
        """Give up what two lists in a row do not have; return symbols that need another list."""
        awaited: set[str] = set()
        unclear = {each.order.id for each in found.unclear}
        for each in (*found.missing, *found.unclear):
            order_id, symbol = each.order.id, each.order.intent.symbol
            if now >= each.sent + _SETTLED:
                self._misses[order_id] = self._misses.get(order_id, 0) + 1
            if self._misses.get(order_id, 0) < _MISSES:
                awaited.add(symbol)
            elif order_id in unclear:
                self.unclear |= {symbol}
                self._apply(OrderCanceled(order_id, now, _UNCLEAR))
            elif each.numbers:
                self._apply(OrderCanceled(order_id, now, _NOT_LISTED))
            else:
                self._apply(OrderRejected(order_id, now, _NEVER_ARRIVED))
                text = _NEVER.format(order_id)
                self._parts.outbox.note(now, Severity.WARNING, text, symbol)
        return frozenset(awaited)

    def _apply(self, report: OrderReport) -> None:
        """Bring it to the order, past the desk: a refusal of long ago is no trouble of today."""
        order = self._orders.apply(report)
        self._parts.outbox.publish(OrderUpdated(order))
        for watcher in self._parts.desk.watchers:
            watcher(order, report)


def _is_behind(ours: PastOrder, theirs: DayOrder) -> bool:
    """Whether the list counts fewer shares than are booked: it is old, or wrong."""
    return theirs.filled < ours.order.filled


def _first(theirs: DayOrder) -> BrokerOrderId:
    return theirs.numbers[0] if theirs.numbers else theirs.broker_id
