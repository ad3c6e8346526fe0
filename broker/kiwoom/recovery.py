"""What we know of orders against the servers' list of the day's (opt10075); gaps are made up for.

The list shows a moment a little before it arrives. What it has counts, being done for good: fills,
ends, numbers. What it has not counts only against orders that were sent well before, and only twice
in a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from broker.kiwoom import chejan, hoga
from broker.kiwoom.chejan import Verb
from broker.kiwoom.joining import Joining, Request, Tracked, new_order_id
from broker.kiwoom.notes import Notes
from broker.kiwoom.order_events import OrderEvents
from broker.kiwoom.order_rows import CLOCK_ERROR, Row, day_orders, row_of
from broker.kiwoom.reports import Reports
from broker.kiwoom.tr_reading import Values
from config.text import Text
from core.domain.messages import DayOrder, ForeignOrderSeen
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderId,
    OrderIntent,
    OrderStatus,
    Reason,
)
from core.domain.own_words import own
from core.ports import Clock, Post

_SETTLED = timedelta(seconds=5)  # how old a sending must be before a list must show it
_MISSES = 2  # lists in a row without an order before it is given up
_NOT_LISTED = own(
    "서버의 당일 주문 목록에 없는 주문입니다.",
    "the server's list of the day has no such order.",
)
_STILL_WORKING = own(
    "응답이 없었고, 주문이 그대로 남아 있습니다.",
    "there was no answer, and the order stands as it was.",
)
_UNREADABLE = Text(
    "주문 목록의 {}번을 읽을 수 없습니다: {}", "order {} of the list can't be read: {}"
)
_ENDED = own(
    "미체결 수량이 없습니다. (당일 주문 조회)",
    "no shares are left open (by the day's list of orders).",
)


class Recovery:
    """Brings orders and the servers' list together; the reports it makes come in any case first."""

    def __init__(
        self,
        joining: Joining,
        reports: Reports,
        events: OrderEvents,
        post: Post,
        clock: Clock,
        notes: Notes,
    ) -> None:
        self._joining, self._reports, self._events = joining, reports, events
        self._post, self._clock, self._notes = post, clock, notes
        self._is_first = True
        self.day_orders: tuple[DayOrder, ...] = ()  # as last read
        self._settled: set[OrderId] = set()  # nothing was sent or heard lately: a list shows it

    def run(self, listed: Sequence[Values]) -> bool:
        """Take the whole list; return whether another one is needed soon."""
        now = self._clock.now()
        rows = sorted(self._read(listed, now), key=lambda row: row.number)
        self._settled = {
            tracked.order.id
            for tracked in self._joining
            if tracked.moved is None or tracked.moved <= now - _SETTLED
        }
        for row in rows:
            self._enter(row)
        for row in rows:
            self._close(row)
        self._miss({row.number for row in rows})
        self._forget_answers()
        self._is_first = False
        self.day_orders = day_orders(rows, self._id_of)
        return any(tracked.order.is_working and tracked.missed for tracked in self._joining) or any(
            request.is_lost for request in self._joining.in_flight
        )

    def _read(self, listed: Sequence[Values], now: datetime) -> Iterator[Row]:
        """Yield orders and amendments; a cancel shows in what is left of its original."""
        for values in listed:
            try:
                row = row_of(values, now)
            except ValueError as error:
                self._notes.error(_UNREADABLE.format(values["주문번호"], error))
                continue
            if row.number and row.verb is not Verb.CANCEL:
                yield row

    def _id_of(self, number: str) -> OrderId | None:
        tracked = self._joining.by_number(number)
        return None if tracked is None else tracked.order.id

    # -- what the list has --------------------------------------------------------------------

    def _enter(self, row: Row) -> None:
        tracked = self._joining.by_number(row.number)
        if tracked is None and row.verb is Verb.AMEND:
            tracked = self._joining.original(row.original)
        if tracked is None:
            if self._is_under_way(row):
                return
            asking = self._asking(row)
            tracked = self._claim(asking, row) if asking is not None else self._adopt(row)
        if tracked.is_history:
            return
        if row.number not in tracked.ledgers:
            self._events.amend(tracked, row.number, row.original, row.price, row.ordered)
        tracked.missed = 0
        self._reports.accepted(tracked)
        self._fill(tracked, row)

    def _is_under_way(self, row: Row) -> bool:
        """Whether an answer will soon say which of our orders it is, or which it amends."""
        if row.verb is Verb.AMEND:
            return self._joining.is_awaiting(row.code, row.side)
        asking = self._asking(row)
        return asking is not None and not asking.is_lost

    def _asking(self, row: Row) -> Request | None:
        """Return the oldest of our orders without an answer that may be this one."""
        if row.verb is not Verb.NEW:
            return None
        return next((r for r in self._joining.numberless if _is_of(row, r)), None)

    def _claim(self, request: Request, row: Row) -> Tracked:
        request.number, request.is_claimed = row.number, True
        self._events.take_number(request.tracked, row.number)
        return request.tracked

    def _fill(self, tracked: Tracked, row: Row) -> None:
        ledger = tracked.ledgers[row.number]
        shares, value = ledger.catch_up(row.filled, row.value)
        if not shares:
            return
        if value < shares:  # the list names no sum: the price is the best we have
            value = shares * (row.price or row.last_price)
        fees = ledger.fees_since(*row.fees)
        fill_id = f"{row.number}-{row.filled}"
        self._reports.made_up(tracked, fill_id, shares, value, fees, row.time)

    def _close(self, row: Row) -> None:
        """Take what a row says of the rest, once all rows have told their numbers and fills."""
        tracked = self._joining.by_number(row.number)
        if tracked is None or tracked.number != row.number or not tracked.order.is_working:
            return
        if not row.remaining:
            self._end(tracked, row)
        elif tracked.order.id in self._settled:
            self._keep_working(tracked, row)

    def _end(self, tracked: Tracked, row: Row) -> None:
        if row.state == chejan.REFUSED:
            self._reports.rejected(tracked, "")
        else:
            self._reports.canceled(tracked, _ENDED)
        if tracked.request is not None:
            self._events.drop(tracked.request)

    def _keep_working(self, tracked: Tracked, row: Row) -> None:
        """Nothing was heard of it lately, so the row is newer than what we believe."""
        gone = max(tracked.order.remaining - row.remaining, 0)
        request = tracked.request
        if gone:
            self._events.shrink_to(tracked, row.remaining, gone)
        if request is None or request.verb is Verb.NEW or not request.is_lost:
            return
        if request.is_partial and gone >= request.quantity:
            self._events.drop(request)
        else:
            self._events.refuse(request, _STILL_WORKING)

    def _adopt(self, row: Row) -> Tracked:
        """Take over an order that this program did not make.

        When the day's orders are read for the first time what has been filled is history, part of
        the holdings that are read with it, and so is all that has ended. Later it is news.
        """
        order = _foreign(row, row.filled if self._is_first else 0, self._clock.now())
        tracked = Tracked(order)
        self._joining.add(tracked)
        self._joining.number_order(tracked, row.number, row.ordered)
        if self._is_first:
            tracked.ledger.catch_up(row.filled, row.value)
            tracked.ledger.fees_since(*row.fees)
            tracked.is_history = not row.remaining
        if tracked.is_history:
            ended = OrderStatus.FILLED if row.filled == row.ordered else OrderStatus.CANCELED
            tracked.order = replace(order, status=ended)
        else:
            self._post(ForeignOrderSeen(order))
        return tracked

    # -- what the list has not ----------------------------------------------------------------

    def _miss(self, numbers: set[str]) -> None:
        for tracked in self._joining:
            is_sent = bool(tracked.number) or _is_numberless(tracked)
            if not tracked.order.is_working or not is_sent or tracked.number in numbers:
                continue
            if tracked.order.id in self._settled:
                tracked.missed += 1
            if tracked.missed < _MISSES:
                continue
            if tracked.number:
                self._reports.canceled(tracked, _NOT_LISTED)
            if tracked.request is not None:
                self._events.refuse(tracked.request, _NOT_LISTED)

    def _forget_answers(self) -> None:
        """Of an order that has ended no answer is waited for."""
        for request in self._joining.in_flight:
            if request.is_lost and not request.tracked.order.is_working:
                self._events.drop(request)


def _is_of(row: Row, request: Request) -> bool:
    """Whether it may be the order whose number nobody told us."""
    tracked = request.tracked
    return (
        (row.code, row.side) == (tracked.code, tracked.side)
        and request.is_for(row.ordered, row.price, row.kind_name)
        and request.sent is not None
        and row.time >= request.sent - CLOCK_ERROR
    )


def _is_numberless(tracked: Tracked) -> bool:
    request = tracked.request
    return request is not None and request.verb is Verb.NEW and request.is_lost


def _foreign(row: Row, filled: int, now: datetime) -> Order:
    kind = hoga.of_name(row.kind_name, row.price)
    return Order(
        id=new_order_id(row.number, now),
        intent=OrderIntent(
            symbol=row.code,
            side=row.side,
            quantity=row.ordered,
            reason=Reason.FOREIGN,
            time=row.time,
            reference_price=row.price or row.last_price,
            kind=kind.kind,
            limit_price=row.price if kind.kind.has_price else None,
            time_in_force=kind.time_in_force,
        ),
        status=OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.ACCEPTED,
        broker_id=BrokerOrderId(row.number),
        filled=filled,
        filled_value=row.value if filled else 0,
        changed=now,
    )
