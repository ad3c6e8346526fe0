"""Adds up a journal's money again, from its fills alone, and compares with what it says.

Per session: start with the cash and positions of its `session` record. Every fill must belong to an
order written before it, stay within what was ordered, and leave the shares written beside it. Cash
+ open positions at what they cost + costs paid - gross profit of closed rounds must stay what the
session started with at every fill, to the won. Trades must be made of their fills, and the last
account must be what all this leads to.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config.text import Text
from core.domain.order import Fill, Order, OrderAmended, OrderIntent, Reason
from core.domain.portfolio import Position, Trade
from core.domain.price import Price
from core.journal import accounts_texts as texts
from core.journal.encoding import from_json
from core.journal.problem import Problem
from core.journal.reader import StoredRecord
from core.journal.records import AccountSource

_Found = Iterator[Text]


@dataclass(slots=True)
class Books:
    """Money and shares of one session, added up from its fills."""

    number: int
    account: str = ""  # by which sessions of one account are known; "": its books end with it
    is_begun: bool = False  # they have taken over an account
    basis: Price = 0  # cash + positions at cost + costs - profit: what no fill changes
    costs: Price = 0  # commission and tax of all fills
    profit: Price = 0  # gross, of closed rounds
    positions: dict[str, Position] = field(default_factory=dict)  # open ones
    closed: dict[str, deque[Position]] = field(default_factory=dict)  # whose trade is to come
    orders: dict[str, OrderIntent] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)  # shares by order
    fill_ids: set[tuple[str, str]] = field(default_factory=set)  # day and id
    counts: Counter[str] = field(default_factory=Counter)  # records by kind
    has_ended: bool = False

    def restart(self, cash: Price, positions: Iterable[Position]) -> None:
        """Go on from this cash and these positions."""
        self.positions = {held.symbol: held for held in positions if held.quantity}
        self.basis = 0
        self.basis = cash - self.cash()

    def cash(self) -> Price:
        """Return the cash that must be there."""
        at_cost = sum(held.bought_value - held.sold_value for held in self.positions.values())
        return self.basis - at_cost - self.costs + self.profit

    def is_cash(self, cash: Price) -> bool:
        """Whether this is the cash that must be there: to the won, or within float rounding."""
        expected = self.cash()
        if isinstance(cash, int) and isinstance(expected, int):
            return cash == expected
        return abs(cash - expected) <= 1e-9 * max(1, abs(self.basis), abs(expected))

    def held(self, symbol: str) -> int:
        return self.positions[symbol].quantity if symbol in self.positions else 0

    def holdings(self) -> dict[str, int]:
        return {symbol: held.quantity for symbol, held in self.positions.items()}

    def take(self, fill: Fill) -> None:
        """Book one fill; a round that is flat again waits for its trade."""
        self.costs += fill.commission + fill.tax
        position = self.positions.pop(fill.symbol, None) or Position(fill.symbol, fill.time)
        position = position.apply(fill)
        if position.quantity:
            self.positions[fill.symbol] = position
        else:
            self.profit += position.sold_value - position.bought_value
            self.closed.setdefault(fill.symbol, deque()).append(position)


class Accounts:
    """Checks records in their order, of all sessions of a journal."""

    def __init__(self) -> None:
        self.sessions: dict[int, Books] = {}
        self.notes: list[Text] = []
        self._checks: dict[str, Callable[[Books, StoredRecord], _Found]] = {
            "session": self._session,
            "order": self._order,
            "report": self._report,
            "fill": self._fill,
            "trade": self._trade,
            "account": self._account,
            "end": self._end,
        }

    def check(self, record: StoredRecord) -> Iterator[Problem]:
        """Yield what is wrong with the next record."""
        books = self.sessions.get(record.session)
        if books is None:
            books = self.sessions[record.session] = Books(record.session)
            if record.kind != "session":
                yield Problem(record.seq, record.time.isoformat(), texts.NO_SESSION)
        books.counts[record.kind] += 1
        check = self._checks.get(record.kind)
        try:
            for text in check(books, record) if check else ():
                yield Problem(record.seq, record.time.isoformat(), text)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            text = texts.UNREADABLE.format(record.kind, repr(error))
            yield Problem(record.seq, record.time.isoformat(), text)

    def finish(self) -> None:
        """Note the sessions that did not end in good order; a crash is no fault of the journal."""
        for books in self.sessions.values():
            if not books.has_ended:
                self.notes.append(texts.NO_END.format(books.number))

    def count(self, kind: str) -> int:
        return sum(books.counts[kind] for books in self.sessions.values())

    def _session(self, books: Books, record: StoredRecord) -> _Found:
        if books.counts["session"] > 1:
            yield texts.TWO_SESSIONS
        body = record.body
        books.account = body.get("account", "")
        books.restart(body["cash"], (from_json(Position, held) for held in body["positions"]))

    def _order(self, books: Books, record: StoredRecord) -> _Found:
        order_id = record.body["order_id"]
        if order_id in books.orders:
            yield texts.ORDER_TWICE.format(order_id)
        books.orders[order_id] = from_json(OrderIntent, record.body["intent"])
        books.filled[order_id] = record.body.get("filled", 0)
        yield from _after_end(books)

    def _report(self, books: Books, record: StoredRecord) -> _Found:
        body, order_id = record.body, record.body["order_id"]
        owner = self._owner(books, order_id)
        if owner is None:
            yield texts.NO_ORDER.format(order_id)
        elif body["event"] == OrderAmended.__name__:
            yield from _amend(owner, order_id, body["limit_price"], body["quantity"])

    def _owner(self, books: Books, order_id: str) -> Books | None:
        """Return the books an order was written in; after a crash its fills come sessions later."""
        if order_id in books.orders:
            return books
        older = sorted(number for number in self.sessions if number < books.number)
        return next(
            (self.sessions[n] for n in reversed(older) if order_id in self.sessions[n].orders), None
        )

    def _fill(self, books: Books, record: StoredRecord) -> _Found:
        fill = from_json(Fill, record.body["fill"])
        yield from _after_end(books)
        yield from _check_amounts(books, fill)
        owner = self._owner(books, fill.order_id)
        if owner is not None or Reason(record.body["reason"]) is not Reason.FOREIGN:
            yield from _check_order(owner, fill)
        if owner is not None:
            yield from _check_slippage(owner.orders[fill.order_id], fill, record.body)
        books.take(fill)
        yield from _check_books(books, fill, record.body)

    def _trade(self, books: Books, record: StoredRecord) -> _Found:
        trade = from_json(Trade, record.body["trade"])
        yield from _after_end(books)
        rounds = books.closed.get(trade.symbol)
        if not rounds:
            yield texts.NO_ROUND.format(trade.symbol)
            return
        yield from _check_trade(trade, record.body["net_pnl"], rounds.popleft())

    def _account(self, books: Books, record: StoredRecord) -> _Found:
        body = record.body
        source = AccountSource(body["source"])
        if source is AccountSource.ENGINE:
            yield from _check_account(books, body)
        elif source is AccountSource.ADOPTED:
            self._adopt(books, record)
        elif source is AccountSource.RESTORED:
            yield from self._restore(books, body)

    def _restore(self, books: Books, body: Mapping[str, Any]) -> _Found:
        """Books that are gone on with must be what an earlier session of the account has left."""
        before = self._before(books)
        books.is_begun = True
        books.restart(body["cash"], [from_json(Position, each) for each in body["positions"]])
        if before is None:
            yield texts.NOTHING_BEFORE
        elif not before.is_cash(body["cash"]) or before.holdings() != books.holdings():
            yield texts.NOT_CONTINUED.format(
                f"{body['cash']:,}",
                books.holdings(),
                before.number,
                f"{before.cash():,}",
                before.holdings(),
            )

    def _before(self, books: Books) -> Books | None:
        """Return the newest earlier books of the same account."""
        older = [
            other
            for other in self.sessions.values()
            if other.number < books.number and other.account == books.account and other.is_begun
        ]
        return max(older, key=lambda other: other.number, default=None)

    def _adopt(self, books: Books, record: StoredRecord) -> None:
        body, before, held = record.body, books.cash(), books.holdings()
        books.is_begun = True
        for each in body["orders"]:
            order = from_json(Order, each)
            books.orders.setdefault(order.id, order.intent)
            books.filled[order.id] = order.filled
        books.restart(body["cash"], (from_json(Position, each) for each in body["positions"]))
        if not books.is_cash(before) or held != books.holdings():
            self.notes.append(texts.ADOPTED.format(record.seq, f"{before:,}", f"{body['cash']:,}"))

    def _end(self, books: Books, record: StoredRecord) -> _Found:
        body = record.body
        yield from _check_account(books, body)
        for symbol, rounds in books.closed.items():
            if rounds:
                yield texts.NO_TRADE.format(symbol, len(rounds))
        for name, kind in (("fills", "fill"), ("trades", "trade")):
            said = body["counts"].get(name, books.counts[kind])
            if said != books.counts[kind]:
                yield texts.COUNT.format(name, said, books.counts[kind])
        books.has_ended = True


def _after_end(books: Books) -> _Found:
    if books.has_ended:
        yield texts.AFTER_END


def _check_amounts(books: Books, fill: Fill) -> _Found:
    if fill.price <= 0 or fill.quantity <= 0 or fill.commission < 0 or fill.tax < 0:
        yield texts.AMOUNTS.format(fill.price, fill.quantity, fill.commission, fill.tax)
    key = (fill.time.date().isoformat(), fill.id)
    if key in books.fill_ids:
        yield texts.FILL_TWICE.format(fill.id)
    books.fill_ids.add(key)


def _amend(owner: Books, order_id: str, limit_price: Price, quantity: int) -> _Found:
    """From here on the order is of this price and quantity."""
    ordered = owner.orders[order_id]
    if not 0 < quantity <= ordered.quantity:
        yield texts.AMENDED.format(order_id, ordered.quantity, quantity)
    owner.orders[order_id] = replace(ordered, limit_price=limit_price, quantity=quantity)
    yield from _check_filled(owner, order_id)


def _check_order(owner: Books | None, fill: Fill) -> _Found:
    order_id = fill.order_id
    if owner is None:
        yield texts.NO_ORDER.format(order_id)
        return
    ordered = owner.orders[order_id]
    if (fill.symbol, fill.side) != (ordered.symbol, ordered.side):
        yield texts.OTHER_ORDER.format(
            order_id, ordered.side.value, ordered.symbol, fill.side.value, fill.symbol
        )
    owner.filled[order_id] += fill.quantity
    yield from _check_filled(owner, order_id)


def _check_slippage(ordered: OrderIntent, fill: Fill, body: Mapping[str, Any]) -> _Found:
    said = body.get("slippage")  # records of older versions have none
    made = ordered.side.sign * (fill.price - ordered.reference_price)
    if said is not None and not _same(said, made):
        yield texts.SLIPPAGE.format(fill.order_id, said, made)


def _check_filled(owner: Books, order_id: str) -> _Found:
    filled, ordered = owner.filled[order_id], owner.orders[order_id].quantity
    if filled > ordered:
        yield texts.OVERFILLED.format(order_id, filled, ordered)


def _check_books(books: Books, fill: Fill, body: Mapping[str, Any]) -> _Found:
    held, cash = books.held(fill.symbol), body["cash_after"]
    if body["position_after"] != held:
        yield texts.POSITION.format(fill.symbol, body["position_after"], held)
    if held < 0:
        yield texts.NEGATIVE.format(fill.symbol, held)
    if not books.is_cash(cash):
        yield texts.CASH.format(f"{cash:,}", f"{books.cash():,}")
        books.basis += cash - books.cash()  # one mistake is told once


def _check_trade(trade: Trade, net_pnl: Price, made: Position) -> _Found:
    expected = {
        "quantity": made.bought,
        "entry_price": made.entry_price,
        "exit_price": made.sold_value / made.sold if made.sold else 0,
        "gross_pnl": made.sold_value - made.bought_value,
        "commission": made.commission,
        "tax": made.tax,
    }
    for name, value in expected.items():
        said = getattr(trade, name)
        if not _same(said, value):
            yield texts.TRADE.format(trade.symbol, name, said, value)
    if not _same(net_pnl, trade.net_pnl):
        yield texts.TRADE.format(trade.symbol, "net_pnl", net_pnl, trade.net_pnl)


def _same(a: Price, b: Price) -> bool:
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)


def _check_account(books: Books, body: Mapping[str, Any]) -> _Found:
    if not books.is_cash(body["cash"]):
        yield texts.CASH.format(f"{body['cash']:,}", f"{books.cash():,}")
    said = {symbol: quantity for symbol, quantity in body["holdings"].items() if quantity}
    if said != books.holdings():
        yield texts.HOLDINGS.format(said, books.holdings())
