"""What the journal's earlier sessions of one account leave to the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.domain.messages import DayOrder
from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderAmended,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderStatus,
    Reason,
)
from core.domain.past import Mismatch, Past, PastOrder
from core.domain.portfolio import Position
from core.domain.risk import TradingState
from core.journal import tables
from core.journal.encoding import from_json
from core.journal.reader import StoredRecord, parsed, reading
from core.journal.records import AccountSource, MismatchStep
from core.portfolio import Portfolio

_OURS = frozenset({AccountSource.ADOPTED.value, AccountSource.RESTORED.value})
_OVER = frozenset({MismatchStep.TOOK_THEIRS, MismatchStep.AGREED})


def read_past(target: str | Path, account: str, today: date) -> Past | None:
    """Return what the sessions of `account` leave; None where there was none, or none of worth.

    `today` is the trading day whose orders are told.

    Raises:
        JournalError: The journal can't be read, or a record isn't what a journal holds.
    """
    recall = Recall(today)
    with reading(target) as db:
        sessions = sessions_of(db, account, today)
        if not sessions:
            return None
        records = tables.records
        query = (
            select(records)
            .where(records.c.seq >= min(sessions.values()), records.c.kind.in_(list(recall.kinds)))
            .order_by(records.c.seq)
        )
        for row in db.execute(query):
            if row.session in sessions:
                recall.take(parsed(row))
    return recall.past()


def sessions_of(db: Any, account: str, today: date) -> dict[int, int]:
    """Return the first record's number of each session that counts.

    Those are the account's of `today`, and one before them: the last whose books have a beginning.
    """
    records = tables.records
    starts = select(records).where(records.c.kind == "session").order_by(records.c.seq.desc())
    found: dict[int, int] = {}
    for row in db.execution_options(stream_results=True).execute(starts):
        record = parsed(row)
        if record.body.get("account", "") != account or record.time.date() > today:
            continue
        found[record.session] = record.seq
        if record.time.date() < today and _has_books(db, record.session, record.seq):
            break
    return found


def _has_books(db: Any, session: int, seq: int) -> bool:
    records = tables.records
    query = select(records.c.body).where(
        records.c.seq > seq, records.c.session == session, records.c.kind == "account"
    )
    return any(
        f'"source":"{source}"' in body for body in db.execute(query).scalars() for source in _OURS
    )


class Recall:
    """Takes records in their order; what they leave is `past()`."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._book = Portfolio(0)
        self._is_begun = False
        self._orders: dict[OrderId, PastOrder] = {}
        self._by_number: dict[BrokerOrderId, OrderId] = {}
        self._mismatches: dict[str, Mismatch] = {}
        self._flatten: Reason | None = None
        self._identity = ""
        self._has_ended = True
        self._takers: Mapping[str, Callable[[StoredRecord], None]] = {
            "session": self._session,
            "account": self._account,
            "order": self._order,
            "report": self._report,
            "fill": self._fill,
            "level": self._level,
            "state": self._state,
            "flatten": self._flatten_progress,
            "mismatch": self._mismatch,
            "end": self._end,
        }
        self.kinds = tuple(self._takers)

    def take(self, record: StoredRecord) -> None:
        self._takers[record.kind](record)

    def past(self) -> Past | None:
        """Return what is left; None where the broker never reported the account."""
        if not self._is_begun:
            return None
        return Past(
            cash=self._book.cash,
            positions=tuple(self._book),
            orders=tuple(each for each in self._orders.values() if self._is_of_today(each)),
            identity=self._identity,
            flatten=self._flatten,
            mismatches=tuple(self._mismatches.values()),
            claims=tuple(self._book.claims.values()),
            was_cut_off=not self._has_ended,
        )

    def _is_of_today(self, each: PastOrder) -> bool:
        return each.sent.date() == self._today

    # -- records ------------------------------------------------------------------------------

    def _session(self, record: StoredRecord) -> None:
        self._has_ended = False

    def _end(self, record: StoredRecord) -> None:
        self._has_ended, self._flatten = True, None

    def _account(self, record: StoredRecord) -> None:
        body = record.body
        if body["source"] not in _OURS:
            return
        self._is_begun = True
        positions = [from_json(Position, each) for each in body["positions"]]
        self._book.resume(body["cash"], positions, self._book.claims.values())
        self._identity = body.get("identity") or self._identity
        for each in body["orders"]:
            if each["broker_id"] not in self._by_number:
                self._know(from_json(Order, each), record.time)
        for each in body.get("day_orders") or ():
            self._absorb(from_json(DayOrder, each))

    def _absorb(self, listed: DayOrder) -> None:
        """What was filled of a listed order is in the holdings that were taken over with it."""
        order_id = self._by_number.get(listed.broker_id) or listed.order_id
        known = self._orders.get(order_id) if order_id is not None else None
        if known is None:
            known = self._know(_foreign(listed), listed.time)
        order = replace(known.order, filled=listed.filled, filled_value=listed.filled_value)
        numbers = tuple(dict.fromkeys((*known.numbers, *listed.numbers, listed.broker_id)))
        paid, tax = listed.commission, listed.tax
        self._keep(replace(known, order=order, numbers=numbers, commission=paid, tax=tax))

    def _order(self, record: StoredRecord) -> None:
        body = record.body
        intent = from_json(OrderIntent, body["intent"])
        number = body.get("broker_id")
        status = OrderStatus.ACCEPTED if number else OrderStatus.SUBMITTED
        order = Order(body["order_id"], intent, status, number, body.get("filled", 0))
        self._know(order, record.time)

    def _report(self, record: StoredRecord) -> None:
        body = record.body
        known = self._orders.get(body["order_id"])
        if known is None:
            return
        order, number = known.order, body["broker_id"]
        if body["event"] == OrderAmended.__name__:
            terms = {"limit_price": body["limit_price"], "quantity": body["quantity"]}
            order = replace(order, intent=replace(order.intent, **terms))
        status = OrderStatus(body["status"])
        order = replace(order, status=status, broker_id=number or order.broker_id)
        self._keep(replace(known, order=order, numbers=_with(known.numbers, number)))

    def _fill(self, record: StoredRecord) -> None:
        fill = from_json(Fill, record.body["fill"])
        self._book.apply(fill, Reason(record.body["reason"]))
        known = self._orders.get(fill.order_id)
        if known is None:
            return
        order = known.order
        if order.status is OrderStatus.SUBMITTED:  # it was sent, or nothing were filled of it
            order = replace(order, status=OrderStatus.ACCEPTED)
        order = order.apply(OrderFilled(order.id, fill, fill.time))
        paid, tax = known.commission + fill.commission, known.tax + fill.tax
        self._keep(replace(known, order=order, commission=paid, tax=tax))

    def _level(self, record: StoredRecord) -> None:
        body = record.body
        if self._book.position(body["symbol"]) is not None:
            self._book.set_levels(
                body["symbol"], body["stop_level"], body["target_level"], body["peak"]
            )

    def _state(self, record: StoredRecord) -> None:
        if record.body["state"] != TradingState.FLATTENING.value:
            self._flatten = None
        elif self._flatten is None:
            self._flatten = Reason.FLATTEN

    def _flatten_progress(self, record: StoredRecord) -> None:
        reason = Reason(record.body.get("reason", Reason.FLATTEN.value))
        # What closes a day is of that day; an emergency lasts until it is over.
        is_over = reason is not Reason.FLATTEN and record.time.date() != self._today
        is_over = is_over or record.body["progress"]["is_done"]
        self._flatten = None if is_over else reason

    def _mismatch(self, record: StoredRecord) -> None:
        body = record.body
        found, step = from_json(Mismatch, body["mismatch"]), MismatchStep(body["step"])
        self._book.claims.pop(found.symbol, None)
        if step in _OVER:
            self._mismatches.pop(found.symbol, None)
            return
        self._mismatches[found.symbol] = found
        if body["claim"] is not None:
            self._book.claims[found.symbol] = from_json(Position, body["claim"])

    # -- orders -------------------------------------------------------------------------------

    def _know(self, order: Order, time: datetime) -> PastOrder:
        known = self._orders.get(order.id)
        if known is None:
            known = PastOrder(order, time, _with((), order.broker_id))
            self._keep(known)
        return known

    def _keep(self, known: PastOrder) -> None:
        self._orders[known.order.id] = known
        if self._is_of_today(known):  # numbers begin anew each day
            self._by_number.update(dict.fromkeys(known.numbers, known.order.id))


def _with(
    numbers: tuple[BrokerOrderId, ...], number: BrokerOrderId | None
) -> tuple[BrokerOrderId, ...]:
    return numbers if number is None or number in numbers else (*numbers, number)


def _foreign(listed: DayOrder) -> Order:
    """Return an order that only the broker's list knows."""
    intent = OrderIntent(
        symbol=listed.symbol,
        side=listed.side,
        quantity=listed.quantity,
        reason=Reason.FOREIGN,
        time=listed.time,
        reference_price=listed.limit_price or 0,
        kind=listed.kind,
        limit_price=listed.limit_price,
    )
    order_id = listed.order_id or OrderId(f"F{listed.time:%y%m%d}-{listed.broker_id}")
    return Order(order_id, intent, listed.status, listed.broker_id)
