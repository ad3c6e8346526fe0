"""What sessions of the journal really traded: round trips with their orders, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.text import Text
from core.domain.order import Reason, Side
from core.domain.price import Price
from core.domain.risk import TradingState
from core.journal.reader import StoredRecord, read

_MINUTE = timedelta(minutes=1)
_KINDS = ("session", "order", "fill", "decision", "denied", "state", "account", "end")
_BEGINNINGS = frozenset({"ADOPTED", "RESTORED"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a round trip; times as they were told.

    Attributes:
        bar_end: When the bar of its signal closed; None: no bar decided it.
        decided: When its first order was decided on, None: not known.
        time: Of its first fill.
        price: Average, won.
    """

    time: datetime
    price: float
    quantity: int
    reason: Reason
    bar_end: datetime | None = None
    decided: datetime | None = None

    @property
    def decide_ms(self) -> float | None:
        """From the signal bar's end to the decision."""
        return _ms(self.bar_end, self.decided)

    @property
    def fill_ms(self) -> float | None:
        """From the decision to the first fill."""
        return _ms(self.decided, self.time)


@dataclass(frozen=True, slots=True)
class RealTrade:
    """Shares bought and, as far as they were, sold again; money in won."""

    symbol: str
    entry: Leg
    exit: Leg | None  # None: still held when the session ended
    costs: Price

    @property
    def net_pnl(self) -> float | None:
        if self.exit is None:
            return None
        return (self.exit.price - self.entry.price) * self.entry.quantity - self.costs


@dataclass(frozen=True, slots=True)
class Denial:
    """A BUY that the checks refused; `checks` are the titles of those that did."""

    symbol: str
    time: datetime
    checks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class RealDay:
    """One trading day, of one session or of several.

    Attributes:
        states: When the trading state changed, and to what, oldest first.
        spans: When the program ran: from each session's first to its last record; empty: not known.
        start_capital: Cash and holdings at cost when the day began; None: never told.
    """

    trades: tuple[RealTrade, ...]
    denials: tuple[Denial, ...]
    states: tuple[tuple[datetime, TradingState], ...]
    spans: tuple[tuple[datetime, datetime], ...] = ()
    start_capital: int | float | None = None

    def is_up(self, moment: datetime) -> bool:
        """Return whether the program ran, or can't be known not to have."""
        return not self.spans or any(first <= moment <= last for first, last in self.spans)

    def state_at(self, moment: datetime) -> TradingState:
        """Return the state that trading was in."""
        found = [state for since, state in self.states if since <= moment]
        return found[-1] if found else TradingState.STOPPED


def read_real_day(target: str | Path, sessions: Sequence[int]) -> RealDay:
    """Read the sessions of one account's day, in their order, as one.

    What one of them bought and a later one sold is one round trip.

    Raises:
        JournalError: The journal can't be read.
    """
    read_ = _Reading()
    for session in sessions:
        for record in read(target, _KINDS, session):
            read_.take(record)
    return RealDay(
        tuple(read_.trades()),
        tuple(read_.denials),
        tuple(read_.states),
        tuple(read_.spans.values()),
        read_.start_capital,
    )


@dataclass(slots=True)
class _Open:
    """A round trip under way."""

    fills: list[dict[str, Any]] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(_sign(fill) * int(fill["quantity"]) for fill in self.fills)


class _Reading:
    """Takes records in their order."""

    def __init__(self) -> None:
        self.denials: list[Denial] = []
        self.states: list[tuple[datetime, TradingState]] = []
        self._orders: dict[str, dict[str, Any]] = {}
        self._bars: dict[str, datetime] = {}  # of orders: the end of the bar that decided them
        self._open: dict[str, _Open] = {}
        self._trades: list[tuple[str, list[dict[str, Any]]]] = []
        self.spans: dict[int, tuple[datetime, datetime]] = {}  # by session
        self.start_capital: int | float | None = None
        self._takers: dict[str, Callable[[StoredRecord], None]] = {
            "order": self._order,
            "fill": self._fill,
            "decision": self._decision,
            "denied": self._denied,
            "state": self._state,
            "account": self._account,
        }

    def take(self, record: StoredRecord) -> None:
        first, last = self.spans.get(record.session, (record.time, record.time))
        self.spans[record.session] = first, max(last, record.time)
        if record.kind in self._takers:
            self._takers[record.kind](record)

    def trades(self) -> Iterator[RealTrade]:
        """Yield round trips by the time of their first fill; those still open too."""
        left = [(symbol, trip.fills) for symbol, trip in self._open.items() if trip.held]
        trips = sorted([*self._trades, *left], key=lambda trip: str(trip[1][0]["time"]))
        for symbol, fills in trips:
            bought = [fill for fill in fills if _sign(fill) > 0]
            sold = [fill for fill in fills if _sign(fill) < 0]
            is_closed = sum(_sign(fill) * int(fill["quantity"]) for fill in fills) == 0
            if bought:
                costs = sum(fill["commission"] + fill["tax"] for fill in fills)
                exit_ = self._leg(sold) if is_closed else None
                yield RealTrade(symbol, self._leg(bought), exit_, costs)

    def _order(self, record: StoredRecord) -> None:
        self._orders[record.body["order_id"]] = record.body["intent"]

    def _denied(self, record: StoredRecord) -> None:
        intent, checks = record.body["intent"], record.body["checks"]
        failed = tuple(Text(**check["title"]) for check in checks if not check["passed"])
        self.denials.append(Denial(intent["symbol"], _time(intent["time"]), failed))

    def _state(self, record: StoredRecord) -> None:
        self.states.append((record.time, TradingState(record.body["state"])))

    def _account(self, record: StoredRecord) -> None:
        """Take what the day begins with as the capital: the engine sizes its orders by it."""
        body = record.body
        if self.start_capital is not None or body["source"] not in _BEGINNINGS:
            return
        self.start_capital = body["cash"] + sum(
            held["bought_value"] - held["sold_value"] + held["commission"] + held["tax"]
            for held in body["positions"] or ()
        )

    def _fill(self, record: StoredRecord) -> None:
        fill = record.body["fill"] | {"reason": record.body["reason"]}
        trip = self._open.setdefault(fill["symbol"], _Open())
        trip.fills.append(fill)
        if trip.held == 0:
            self._trades.append((fill["symbol"], trip.fills))
            del self._open[fill["symbol"]]

    def _decision(self, record: StoredRecord) -> None:
        """Remember by which bar the symbol's last order was decided."""
        decision = record.body["decision"]
        if decision["score"] is None:
            return
        bar_end = _time(decision["score"]["time"]) + _MINUTE
        for order_id, intent in reversed(self._orders.items()):
            if intent["symbol"] == decision["symbol"]:
                self._bars.setdefault(order_id, bar_end)
                return

    def _leg(self, fills: list[dict[str, Any]]) -> Leg:
        quantity = sum(fill["quantity"] for fill in fills)
        value = sum(fill["quantity"] * fill["price"] for fill in fills)
        first = fills[0]
        intent = self._orders.get(first["order_id"])
        return Leg(
            _time(first["time"]),
            value / quantity,
            quantity,
            Reason(first["reason"]),
            self._bars.get(first["order_id"]),
            None if intent is None else _time(intent["time"]),
        )


def _sign(fill: dict[str, Any]) -> int:
    return Side(fill["side"]).sign


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ms(first: datetime | None, last: datetime | None) -> float | None:
    if first is None or last is None:
        return None
    return (last - first).total_seconds() * 1000
