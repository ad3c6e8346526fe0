"""What a certificate says: every line with both sides, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from config.text import Text
from core.domain.order import BrokerOrderId, OrderId, Side
from core.domain.price import Price


class Verdict(Enum):
    """Of a line, and of the whole: agreement is never claimed where the broker did not say."""

    AGREES = "AGREES"
    DIFFERS = "DIFFERS"
    NOT_COMPARED = "NOT_COMPARED"


@dataclass(frozen=True, slots=True)
class Figures:
    """One side's word on one order; shares and won, of all its fills."""

    quantity: int
    filled: int
    value: Price
    commission: Price
    tax: Price
    remaining: int  # shares that may still be filled

    @property
    def is_empty(self) -> bool:
        """Whether nothing came of the order, and nothing may."""
        return not any((self.filled, self.value, self.commission, self.tax, self.remaining))

    def cash(self, side: Side) -> Price:
        """Return what the order has brought in cash, below 0 where it cost some."""
        return -side.sign * self.value - self.commission - self.tax


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order as both sides have it; None: that side does not have it."""

    symbol: str
    side: Side
    time: datetime
    order_id: OrderId | None  # ours
    numbers: tuple[BrokerOrderId, ...]
    ours: Figures | None
    theirs: Figures | None
    verdict: Verdict
    difference: Price  # theirs less ours, in won of cash
    note: Text  # what differs, or why it was not compared; empty where it agrees


@dataclass(frozen=True, slots=True)
class AmountLine:
    """One amount as both sides have it: won, or shares of a symbol."""

    name: str  # stable code, or the symbol
    title: Text
    ours: Price | None
    theirs: Price | None
    verdict: Verdict
    difference: Price  # theirs less ours
    note: Text


@dataclass(frozen=True, slots=True)
class Range:
    """The records that the certificate stands on."""

    sessions: tuple[int, ...]
    first: int
    last: int
    last_hash: str
    is_chain_good: bool  # each of them follows the one before by its hash


@dataclass(frozen=True, slots=True)
class Certificate:
    day: date
    made: datetime
    mode: str
    account: str  # masked, with its server: "real:80******11"; "" where it was not told
    version: str
    verdict: Verdict
    note: Text  # why it is not more, or how much differs
    reported: datetime | None  # when the broker gave its word
    orders: tuple[OrderLine, ...]  # made here
    foreign: tuple[OrderLine, ...]  # made elsewhere, e.g. in the HTS
    money: tuple[AmountLine, ...]
    shares: tuple[AmountLine, ...]  # held at the end, by symbol
    realized: tuple[AmountLine, ...]  # net, of what was bought and sold on the day, by symbol
    fills: int  # in our journal on the day
    records: Range
    notes: tuple[Text, ...]  # worth knowing, and no difference

    @property
    def differing(self) -> int:
        """How many lines differ."""
        orders = [line.verdict for line in (*self.orders, *self.foreign)]
        amounts = [line.verdict for line in (*self.money, *self.shares, *self.realized)]
        return [*orders, *amounts].count(Verdict.DIFFERS)

    @property
    def working(self) -> tuple[OrderLine, ...]:
        """Orders that one side or both think may still be filled."""
        both = (*self.orders, *self.foreign)
        return tuple(
            line for line in both if any(s and s.remaining for s in (line.ours, line.theirs))
        )

    @property
    def cash_difference(self) -> Price | None:
        """The broker's cash less ours; None where it was not compared."""
        cash = next((line for line in self.money if line.name == "cash"), None)
        return None if cash is None or cash.verdict is Verdict.NOT_COMPARED else cash.difference
