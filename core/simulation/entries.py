"""What a book is made of: the day's valid prices, waiting orders, and executions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from core.domain.errors import DataError
from core.domain.instrument import Instrument


class Ladder:
    """Every valid price of one day in won, ascending; a rung is the index of a price."""

    def __init__(self, prices: Sequence[int], base: int | None = None) -> None:
        """`base` is the price the day's limits lie round; by default the middle one."""
        self.prices = tuple(prices)
        self._rungs = {price: rung for rung, price in enumerate(self.prices)}
        self.base = len(self.prices) // 2 if base is None else self.nearest(base)  # rung

    @classmethod
    def of(cls, instrument: Instrument) -> Ladder:
        """Return the prices between the daily limits.

        Raises:
            DataError: The instrument has no previous close, hence no limits.
        """
        limits = instrument.price_limits()
        if limits is None:
            raise DataError(f"{instrument.symbol}: no previous close, so no price limits are known")
        prices, price = [], int(instrument.grid.ceil(limits[0]))
        while price <= limits[1]:
            prices.append(price)
            price = int(instrument.grid.next_up(price))
        return cls(prices, int(instrument.previous_close or 0))

    def __len__(self) -> int:
        return len(self.prices)

    def rung(self, price: float) -> int | None:
        """Return the rung of `price`, or None where it is off the grid or outside the limits."""
        return self._rungs.get(price)  # type: ignore[call-overload, no-any-return]

    def far(self, is_buy: bool) -> int:
        """Return the rung of the worst price there is for a buyer or a seller."""
        return len(self.prices) - 1 if is_buy else 0

    def nearest(self, price: float) -> int:
        """Return the rung at `price`, or else the next one above; the last one beyond the top."""
        return min(bisect_left(self.prices, price), len(self.prices) - 1)


class Entry:
    """One order in, or on its way into, the book; `quantity` is what is left of it in shares."""

    __slots__ = ("is_buy", "is_market", "owner", "quantity", "rung")

    def __init__(
        self, is_buy: bool, rung: int, quantity: int, owner: Any = None, is_market: bool = False
    ) -> None:
        """A market order names the far daily limit's rung (`Ladder.far`)."""
        self.is_buy = is_buy
        self.rung = rung  # the worst price it accepts
        self.quantity = quantity
        self.owner = owner  # None: the background
        self.is_market = is_market  # only auctions look at it


class Match(NamedTuple):
    """One execution, at the price of the resting order."""

    price: int  # won
    quantity: int  # shares
    maker: Entry


class Cross(NamedTuple):
    """One execution of a call auction; all of one auction have the same price."""

    price: int  # won
    quantity: int  # shares
    buyer: Entry
    seller: Entry
