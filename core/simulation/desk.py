"""Between the exchange's books and the market: our order as both see it, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from core.domain.instrument import Instrument
from core.domain.order import BrokerOrderId, Order, OrderId
from core.domain.price import Price


class Booked:
    """One of our orders in the exchange's books."""

    __slots__ = ("arrived", "canceled_by", "commission", "order", "original", "slot", "tax")

    def __init__(self, order: Order, arrived: datetime) -> None:
        self.order = order  # as the exchange knows it; replaced after every report
        self.arrived = arrived
        self.slot: Any = None  # the floor's own note of where it waits
        self.commission: Price = 0  # won, of its fills so far
        self.tax: Price = 0
        self.original: BrokerOrderId | None = None  # its number before the last amendment
        self.canceled_by: BrokerOrderId | None = None  # the number of the confirmed cancel

    @property
    def id(self) -> OrderId:
        return self.order.id

    @property
    def remaining(self) -> int:
        return self.order.remaining


class Desk(Protocol):
    """What a floor may tell the exchange about our orders."""

    def affordable(self, booked: Booked, price: Price) -> int:
        """Return how many shares of a buy the account can still pay at `price` (sells: all)."""
        ...

    def filled(self, booked: Booked, price: Price, quantity: int, now: datetime) -> None: ...

    def canceled(self, booked: Booked, now: datetime, note: str) -> None:
        """The floor gives the rest of the order back."""
        ...

    def expire(self, now: datetime) -> None:
        """The trading day is over for every order still working."""
        ...


class Floor(Protocol):
    """Where our orders meet the market; calls back through the desk it was opened with."""

    def instrument(self, symbol: str) -> Instrument | None: ...

    def refusal(self, order: Order, now: datetime) -> str:
        """Return why the market takes no such order at this moment, "" if it does.

        The place where auctions, VI and other order kinds will say what they allow.
        """
        ...

    def asking_price(self, symbol: str, now: datetime) -> Price | None:
        """Return what a buyer would pay for one share now, None where nobody knows."""
        ...

    def enter(self, booked: Booked, now: datetime) -> None:
        """Fill what can be filled; keep the rest, or give it back through the desk."""
        ...

    def withdraw(self, booked: Booked, now: datetime) -> None:
        """Forget an order."""
        ...
