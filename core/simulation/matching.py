"""One symbol's order book: price-time priority, market and limit orders, partial fills, cancels.

Pure: no clock, no money, no accounts. Background orders and ours are the same kind of `Entry`.
Prices are rungs of the day's `Ladder`: an order off the grid or outside the limits can't be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from core.domain.errors import DataError
from core.domain.instrument import Instrument
from core.domain.market import Level

DEPTH = 10  # levels a side the exchange publishes


class Ladder:
    """Every valid price of one day in won, ascending; a rung is the index of a price."""

    def __init__(self, prices: Sequence[int]) -> None:
        self.prices = tuple(prices)
        self._rungs = {price: rung for rung, price in enumerate(self.prices)}

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
        return cls(prices)

    def __len__(self) -> int:
        return len(self.prices)

    def rung(self, price: float) -> int | None:
        """Return the rung of `price`, or None where it is off the grid or outside the limits."""
        return self._rungs.get(price)  # type: ignore[call-overload, no-any-return]


class Entry:
    """One order in, or on its way into, the book; `quantity` is what is left of it in shares."""

    __slots__ = ("is_buy", "owner", "quantity", "rung")

    def __init__(self, is_buy: bool, rung: int, quantity: int, owner: Any = None) -> None:
        self.is_buy = is_buy
        self.rung = rung  # the worst price it accepts
        self.quantity = quantity
        self.owner = owner  # None: the background


class Match(NamedTuple):
    """One execution, at the price of the resting order."""

    price: int  # won
    quantity: int  # shares
    maker: Entry


_NO_MATCHES: tuple[Match, ...] = ()


class Book:
    """The waiting orders of one symbol; never crossed. Each rung is a first-in-first-out queue."""

    __slots__ = ("_queues", "best_ask", "best_bid", "ladder", "sizes")

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self.sizes = [0] * len(ladder)  # shares waiting at each rung; read only for others
        # A dict keeps the order of arrival and forgets a cancelled entry at once.
        self._queues: list[dict[Entry, None]] = [{} for _ in ladder.prices]
        self.best_bid = -1  # rung; -1: nobody buys
        self.best_ask = len(ladder)  # rung; len(ladder): nobody sells

    @property
    def bid(self) -> int | None:
        """The best bid in won."""
        return self.ladder.prices[self.best_bid] if self.best_bid >= 0 else None

    @property
    def ask(self) -> int | None:
        """The best ask in won."""
        return self.ladder.prices[self.best_ask] if self.best_ask < len(self.sizes) else None

    def place(self, entry: Entry) -> Sequence[Match]:
        """Match a limit order as far as it crosses; the rest waits at its price, last in line."""
        matches = self.take(entry)
        if entry.quantity:
            rung = entry.rung
            self._queues[rung][entry] = None
            self.sizes[rung] += entry.quantity
            if entry.is_buy:
                self.best_bid = max(self.best_bid, rung)
            else:
                self.best_ask = min(self.best_ask, rung)
        return matches

    def take(self, entry: Entry) -> Sequence[Match]:
        """Match an order as far as it crosses and leave no rest in the book.

        A market order is one whose rung is the far daily limit.
        """
        if entry.is_buy:
            if entry.rung < self.best_ask:
                return _NO_MATCHES
        elif entry.rung > self.best_bid:
            return _NO_MATCHES
        return self._cross(entry)

    def cancel(self, entry: Entry) -> int:
        """Take `entry` out of the book; return its shares, 0 if it does not wait here any more."""
        rung = entry.rung
        if entry not in self._queues[rung]:
            return 0
        del self._queues[rung][entry]
        self.sizes[rung] -= entry.quantity
        if not self.sizes[rung]:
            self._move_best(rung)
        return entry.quantity

    def newest(self, rung: int) -> Entry | None:
        """Return the background order that came last to `rung`, or None."""
        for entry in reversed(self._queues[rung]):
            if entry.owner is None:
                return entry
        return None

    def asks(self) -> tuple[Level, ...]:
        """Return up to ten levels, best first."""
        return self._levels(range(self.best_ask, len(self.sizes)))

    def bids(self) -> tuple[Level, ...]:
        """Return up to ten levels, best first."""
        return self._levels(range(self.best_bid, -1, -1))

    def _cross(self, entry: Entry) -> list[Match]:
        matches: list[Match] = []
        while entry.quantity:
            # An empty side's best rung lies beyond every price, so it ends the loop too.
            rung = self.best_ask if entry.is_buy else self.best_bid
            if rung > entry.rung if entry.is_buy else rung < entry.rung:
                break
            self._meet(entry, rung, matches)
            if not self.sizes[rung]:
                self._move_best(rung)
        return matches

    def _meet(self, entry: Entry, rung: int, matches: list[Match]) -> None:
        """Fill `entry` from the queue at `rung`, oldest first."""
        queue, price = self._queues[rung], self.ladder.prices[rung]
        while entry.quantity and queue:
            maker = next(iter(queue))
            quantity = min(entry.quantity, maker.quantity)
            entry.quantity -= quantity
            maker.quantity -= quantity
            self.sizes[rung] -= quantity
            if not maker.quantity:
                del queue[maker]
            matches.append(Match(price, quantity, maker))

    def _move_best(self, emptied: int) -> None:
        """Find the next waiting rung where the best one has just emptied."""
        sizes = self.sizes
        if emptied == self.best_bid:
            rung = emptied - 1
            while rung >= 0 and not sizes[rung]:
                rung -= 1
            self.best_bid = rung
        elif emptied == self.best_ask:
            rung, end = emptied + 1, len(sizes)
            while rung < end and not sizes[rung]:
                rung += 1
            self.best_ask = rung

    def _levels(self, rungs: range) -> tuple[Level, ...]:
        levels: list[Level] = []
        for rung in rungs:
            if self.sizes[rung]:
                levels.append(Level(self.ladder.prices[rung], self.sizes[rung]))
                if len(levels) == DEPTH:
                    break
        return tuple(levels)
