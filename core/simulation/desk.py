"""Between the exchange's books and the market: our order as both see it, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, Protocol

from core.domain.instrument import Instrument
from core.domain.order import BrokerOrderId, Order, OrderId
from core.domain.price import Price


class Booked:
    """One of our orders in the exchange's books."""

    __slots__ = ("arrived", "cancels", "commission", "order", "original", "rests_at", "slot", "tax")

    def __init__(self, order: Order, arrived: datetime) -> None:
        self.order = order  # as the exchange knows it; replaced after every report
        self.arrived = arrived
        self.slot: Any = None  # the floor's own note of where it waits
        self.rests_at: Price | None = None  # won: where it waits; None: nowhere, or at any price
        self.commission: Price = 0  # won, of its fills so far
        self.tax: Price = 0
        self.original: BrokerOrderId | None = None  # its number before the last amendment
        self.cancels: list[BrokerOrderId] = []  # numbers of its cancels, those of a part too

    @property
    def canceled_by(self) -> BrokerOrderId | None:
        """The number of its last cancel."""
        return self.cancels[-1] if self.cancels else None

    @property
    def id(self) -> OrderId:
        return self.order.id

    @property
    def remaining(self) -> int:
        return self.order.remaining


class Deposit(NamedTuple):
    """What a buy has to have in cash."""

    price: Price | None  # a share, won; None: nobody knows
    is_for_one: bool = False  # one share will do: the order is cut to what the cash pays


class Desk(Protocol):
    """What a floor may tell the exchange about our orders."""

    def affordable(self, booked: Booked, price: Price) -> int:
        """Return how many shares of a buy the account can still pay at `price` (sells: all)."""
        ...

    def can_pay(self, booked: Booked, value: Price) -> bool:
        """Return whether the account pays a buy of `value` won and its commission."""
        ...

    def filled(self, booked: Booked, price: Price, quantity: int, now: datetime) -> None: ...

    def waits(self, booked: Booked, now: datetime) -> None:
        """The rest of the order waits at another price than before."""
        ...

    def canceled(self, booked: Booked, now: datetime, note: str) -> None:
        """The floor gives the rest of the order back."""
        ...

    def expired(self, booked: Booked, now: datetime) -> None:
        """The part of the day that the order was for is over."""
        ...


class Floor(Protocol):
    """Where our orders meet the market; calls back through the desk it was opened with."""

    def instrument(self, symbol: str) -> Instrument | None: ...

    def refusal(self, order: Order, now: datetime) -> str:
        """Return why no such order is taken now, "" if it is; of known symbols only."""
        ...

    def deposit(self, booked: Booked, now: datetime) -> Deposit:
        """Return what a buy may have to pay for a share, on its way or working."""
        ...

    def enter(self, booked: Booked, now: datetime) -> None:
        """Fill what can be filled; keep the rest, or give it back through the desk."""
        ...

    def amend(self, booked: Booked, now: datetime) -> None:
        """Let a working order go on with the price and the quantity it has got.

        One without a price of its own has got fewer shares; it stays where it waits.
        """
        ...

    def withdraw(self, booked: Booked, now: datetime) -> None:
        """Forget an order."""
        ...
