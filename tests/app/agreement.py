"""The terminal's journal against the exchange's own books: every order, fill, share and won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from core.domain.order import WORKING, Fill, OrderStatus, Reason, Side
from core.domain.price import Price
from core.journal import StoredRecord, read
from core.journal.encoding import from_json
from core.simulation.state import ExchangeState, Restored

_SEOUL = timezone(timedelta(hours=9))
_UNSENT = frozenset({"REJECTED", "DENIED"})
_OPEN = frozenset(status.value for status in WORKING)


@dataclass(slots=True)
class Money:
    """What the fills of one order came to; shares and won."""

    shares: int = 0
    value: Price = 0
    commission: Price = 0
    tax: Price = 0

    def add(self, fill: Fill) -> None:
        self.shares += fill.quantity
        self.value += fill.price * fill.quantity
        self.commission += fill.commission
        self.tax += fill.tax


@dataclass(slots=True)
class Line:
    """One order as one side knows it."""

    symbol: str = ""
    side: str = ""
    ordered: int = 0
    status: str = ""
    money: Money = field(default_factory=Money)
    is_foreign: bool = False


@dataclass(slots=True)
class Told:
    """What a journal says of the day's orders and of the account at its end."""

    by_id: dict[str, Line] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # broker's number: our order id
    fills: list[Fill] = field(default_factory=list)
    trades: list[Mapping[str, Any]] = field(default_factory=list)
    starts: list[Price] = field(default_factory=list)  # cash and shares at cost, when taken over
    end: Mapping[str, Any] | None = None
    sessions: dict[int, bool] = field(default_factory=dict)  # whether each one came to its end
    last_heard: dict[str, int] = field(default_factory=dict)  # session, by order id

    def take(self, record: StoredRecord) -> None:
        self.sessions[record.session] = record.kind == "end"
        if "order_id" in record.body:
            self.last_heard[record.body["order_id"]] = record.session
        handler = getattr(self, f"_{record.kind}", None)
        if handler is not None:
            handler(record.body)

    def was_killed(self) -> bool:
        return not all(self.sessions.values())

    def died_with(self, order_id: str) -> bool:
        """Whether the terminal was killed before it could hear what became of an order."""
        is_open = self.by_id[order_id].status in _OPEN
        heard = self.last_heard.get(order_id)
        return is_open and heard is not None and not self.sessions[heard]

    def _order(self, body: Mapping[str, Any]) -> None:
        intent = body["intent"]
        line = self.by_id.setdefault(body["order_id"], Line(status="CREATED"))
        line.symbol, line.side, line.ordered = intent["symbol"], intent["side"], intent["quantity"]
        line.is_foreign = intent["reason"] == "FOREIGN"
        if body.get("broker_id"):
            line.status = "ACCEPTED"  # somebody else's, which is first seen at work
            self.numbers[body["broker_id"]] = body["order_id"]

    def _report(self, body: Mapping[str, Any]) -> None:
        line = self.by_id[body["order_id"]]
        line.status = body["status"]
        if body["event"] == "OrderAmended":
            line.ordered = body["quantity"]
        if body["broker_id"]:
            self.numbers[body["broker_id"]] = body["order_id"]

    def _fill(self, body: Mapping[str, Any]) -> None:
        fill = from_json(Fill, body["fill"])
        self.fills.append(fill)
        line = self.by_id[fill.order_id]
        line.money.add(fill)
        if line.money.shares >= line.ordered:
            line.status = OrderStatus.FILLED.value

    def _trade(self, body: Mapping[str, Any]) -> None:
        self.trades.append(body)

    def _account(self, body: Mapping[str, Any]) -> None:
        if body["source"] != "ADOPTED":
            return
        held = sum(each["bought_value"] - each["sold_value"] for each in body["positions"])
        self.starts.append(body["cash"] + held)
        for order in body["orders"]:
            self._order({"order_id": order["id"], **order})
            line = self.by_id[order["id"]]
            line.status = order["status"]

    def _end(self, body: Mapping[str, Any]) -> None:
        self.end = body


def told_by(journal: Path) -> Told:
    told = Told()
    for record in read(journal):
        told.take(record)
    return told


def books_of(state: Path) -> Restored:
    """Return the exchange's books; whoever still runs on them loses them."""
    opened = ExchangeState(state, _SEOUL)
    try:
        books = opened.load()
    finally:
        opened.close()
    assert books is not None
    return books


def disagreements(journal: Path, state: Path) -> list[str]:
    """Return everything in which the two differ; empty: they agree to the won.

    What a killed terminal had on its way, and what happened while none ran, it can't tell order by
    order: there the account that the next one took over counts.
    """
    return list(_disagreements(told_by(journal), books_of(state)))


def _disagreements(told: Told, books: Restored) -> Iterator[str]:
    yield from _of_orders(told, books)
    yield from _of_fills(told.fills, [fill for fill, _ in books.fills])
    yield from _of_account(told, books)


def _of_orders(told: Told, books: Restored) -> Iterator[str]:
    theirs = _lines(books)
    met: set[str] = set()
    for number, line in theirs.items():
        ours_id = told.numbers.get(number)
        if ours_id is None and told.was_killed():
            continue  # its number was never heard: filled while nobody was there
        if ours_id is None:
            yield f"{number} {line}: unknown to the terminal"
            continue
        if ours_id in met:
            yield f"{ours_id}: is a second order at the exchange, {number}"
        met.add(ours_id)
        ours = told.by_id[ours_id]
        if ours != line and not told.died_with(ours_id):
            yield f"{number} {ours_id}:\n  terminal {ours}\n  exchange {line}"
    for order_id, ours in told.by_id.items():
        if order_id not in met and ours.status not in _UNSENT and not told.died_with(order_id):
            yield f"{order_id} {ours}: unknown to the exchange"


def _lines(books: Restored) -> dict[str, Line]:
    money: defaultdict[str, Money] = defaultdict(Money)
    for fill, _ in books.fills:
        money[fill.order_id].add(fill)
    return {
        str(order.broker_id): Line(
            order.intent.symbol,
            order.intent.side.value,
            order.intent.quantity,
            order.status.value,
            money[order.id],
            order.intent.reason is Reason.FOREIGN,
        )
        for order in books.orders
        if order.broker_id is not None
    }


def _of_fills(ours: Iterable[Fill], theirs: Iterable[Fill]) -> Iterator[str]:
    """Fills that were told carry the exchange's execution number; made up ones none."""
    known = {fill.id: fill for fill in theirs}
    seen: set[str] = set()
    for fill in ours:
        execution = fill.id.partition("-")[2]
        match = known.get(execution)
        if match is None or "@" in fill.id:
            continue
        if execution in seen:
            yield f"fill {fill.id} is booked twice"
        seen.add(execution)
        if (fill.price, fill.quantity) != (match.price, match.quantity):
            yield f"fill {fill.id}: {fill.quantity} at {fill.price}, was {match}"


def _of_account(told: Told, books: Restored) -> Iterator[str]:
    held = {symbol: lot.quantity for symbol, lot in books.account.lots.items() if lot.quantity}
    if told.end is None:
        yield "the journal has no end"
        return
    if told.end["cash"] != books.account.cash:
        yield f"cash: terminal {told.end['cash']:,}, exchange {books.account.cash:,}"
    if told.end["holdings"] != held:
        yield f"holdings: terminal {told.end['holdings']}, exchange {held}"
    if not held and len(told.starts) == 1:
        profit = sum(each["net_pnl"] for each in told.trades)
        gained = books.account.cash - told.starts[0]
        if profit != gained:
            yield f"realized: terminal {profit:,}, exchange {gained:,}"
    yield from _of_flow(books)


def _of_flow(books: Restored) -> Iterator[str]:
    """The exchange itself conserves shares."""
    flow: defaultdict[str, int] = defaultdict(int)
    for fill, _ in books.fills:
        flow[fill.symbol] += fill.quantity if fill.side is Side.BUY else -fill.quantity
    for symbol, lot in books.account.lots.items():
        if lot.quantity < flow[symbol]:
            yield f"{symbol}: {lot.quantity} held, {flow[symbol]} bought and not sold"
