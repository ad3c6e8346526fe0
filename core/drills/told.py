"""What a terminal's journal says of a day's orders and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from core.domain.order import WORKING, Fill, OrderStatus
from core.domain.price import Price
from core.journal import StoredRecord, read
from core.journal.encoding import from_json

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
class Sitting:
    """One run of the terminal: its books after each thing that changed them."""

    session: int
    began: datetime
    books: list[tuple[Price, dict[str, int]]] = field(default_factory=list)
    answered: datetime | None = None  # when the broker's report had come, and was worked on


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
    sittings: list[Sitting] = field(default_factory=list)
    _held: dict[str, int] = field(default_factory=dict)

    def take(self, record: StoredRecord) -> None:
        self.sessions[record.session] = record.kind == "end"
        if record.kind == "session":
            self.sittings.append(Sitting(record.session, record.time))
        if "order_id" in record.body:
            self.last_heard[record.body["order_id"]] = record.session
        handler = getattr(self, f"_{record.kind}", None)
        if handler is not None:
            handler(record.body, record.time)

    def was_killed(self) -> bool:
        return not all(self.sessions.values())

    def died_with(self, order_id: str) -> bool:
        """Whether the terminal was killed before it could hear what became of an order."""
        is_open = self.by_id[order_id].status in _OPEN
        heard = self.last_heard.get(order_id)
        return is_open and heard is not None and not self.sessions[heard]

    def _order(self, body: Mapping[str, Any], _: datetime) -> None:
        intent = body["intent"]
        line = self.by_id.setdefault(body["order_id"], Line(status="CREATED"))
        line.symbol, line.side, line.ordered = intent["symbol"], intent["side"], intent["quantity"]
        line.is_foreign = intent["reason"] == "FOREIGN"
        if body.get("broker_id"):
            line.status = "ACCEPTED"  # somebody else's, which is first seen at work
            self.numbers[body["broker_id"]] = body["order_id"]

    def _report(self, body: Mapping[str, Any], _: datetime) -> None:
        line = self.by_id[body["order_id"]]
        line.status = body["status"]
        if body["event"] == "OrderAmended":
            line.ordered = body["quantity"]
        if body["broker_id"]:
            self.numbers[body["broker_id"]] = body["order_id"]

    def _fill(self, body: Mapping[str, Any], _: datetime) -> None:
        fill = from_json(Fill, body["fill"])
        self.fills.append(fill)
        line = self.by_id[fill.order_id]
        line.money.add(fill)
        if line.money.shares >= line.ordered:
            line.status = OrderStatus.FILLED.value
        self._held[fill.symbol] = body["position_after"]
        self._keep(body["cash_after"])

    def _keep(self, cash: Price) -> None:
        held = {symbol: shares for symbol, shares in self._held.items() if shares}
        self.sittings[-1].books.append((cash, held))

    def _trade(self, body: Mapping[str, Any], _: datetime) -> None:
        self.trades.append(body)

    def _account(self, body: Mapping[str, Any], time: datetime) -> None:
        source = body["source"]
        if source in ("ADOPTED", "RESTORED"):
            self._held = {each["symbol"]: _shares(each) for each in body["positions"]}
            self._keep(body["cash"])
        if source in ("ADOPTED", "BROKER") and self.sittings[-1].answered is None:
            self.sittings[-1].answered = time
        if source != "ADOPTED":
            return
        held = sum(each["bought_value"] - each["sold_value"] for each in body["positions"])
        self.starts.append(body["cash"] + held)
        for order in body["orders"]:
            if order["broker_id"] in self.numbers:
                continue  # one of ours, under the name that the adapter has for it now
            self._order({"order_id": order["id"], **order}, time)
            line = self.by_id[order["id"]]
            line.status = order["status"]

    def _end(self, body: Mapping[str, Any], _: datetime) -> None:
        self.end = body


def _shares(position: Mapping[str, Any]) -> int:
    return int(position["bought"]) - int(position["sold"])


def told_by(journal: Path) -> Told:
    """Read a whole journal."""
    told = Told()
    for record in read(journal):
        told.take(record)
    return told
