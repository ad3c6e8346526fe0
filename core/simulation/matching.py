"""One symbol's order book: price-time priority, continuous trading and call auctions.

Pure: no clock, no money, no accounts. Background orders and ours are the same kind of `Entry`.
Prices are rungs of the day's `Ladder`: an order off the grid or outside the limits can't be said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from core.domain.errors import OrderError
from core.domain.market import Level
from core.simulation.auction import CallAuction
from core.simulation.entries import Cross, Entry, Ladder, Match

__all__ = ["DEPTH", "Book", "Cross", "Entry", "Ladder", "Match"]

DEPTH = 10  # levels a side the exchange publishes


_NO_MATCHES: tuple[Match, ...] = ()


class Book:
    """The waiting orders of one symbol. Each rung is a first-in-first-out queue.

    In continuous trading the book is never crossed. While `auction` is set nothing trades: orders
    are collected, and the best bid may lie above the best ask, until `uncross`.
    """

    __slots__ = (
        "_highest",
        "_lowest",
        "_queues",
        "auction",
        "best_ask",
        "best_bid",
        "ladder",
        "last",
        "sizes",
        "tripped",
    )

    def __init__(self, ladder: Ladder) -> None:
        self.ladder = ladder
        self.sizes = [0] * len(ladder)  # shares waiting at each rung; read only for others
        # A dict keeps the order of arrival and forgets a cancelled entry at once. In an auction a
        # queue holds buyers and sellers; market orders wait in the far limit's queue, because the
        # KRX ranks them with the limit orders there, but are not among its `sizes`.
        self._queues: list[dict[Entry, None]] = [{} for _ in ladder.prices]
        self.best_bid = -1  # rung; -1: nobody buys
        self.best_ask = len(ladder)  # rung; len(ladder): nobody sells
        self.last = ladder.base  # rung of the last trade, before the first of the base price
        self.auction: CallAuction | None = None
        self.tripped: int | None = None  # won: the trade that `guard` held back
        self._lowest, self._highest = 0, len(ladder) - 1  # rungs that may trade

    @property
    def bid(self) -> int | None:
        """The best bid in won."""
        return self.ladder.prices[self.best_bid] if self.best_bid >= 0 else None

    @property
    def ask(self) -> int | None:
        """The best ask in won."""
        return self.ladder.prices[self.best_ask] if self.best_ask < len(self.sizes) else None

    def place(self, entry: Entry) -> Sequence[Match]:
        """Match an order as far as it crosses; the rest waits at its price, last in line.

        In continuous trading a market order is taken, not placed: the rest has no price to wait at.
        """
        matches = self.take(entry)
        if entry.quantity:
            if self.auction is not None:
                self._collect(entry)
                return matches
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
        return _NO_MATCHES if self.auction is not None else self._cross(entry)

    def cancel(self, entry: Entry) -> int:
        """Take `entry` out of the book; return its shares, 0 if it does not wait here any more."""
        rung = entry.rung
        if entry not in self._queues[rung]:
            return 0
        del self._queues[rung][entry]
        if self.auction is not None:
            self._count(entry, -entry.quantity)
            return entry.quantity
        self.sizes[rung] -= entry.quantity
        if not self.sizes[rung]:
            self._move_best(rung)
        return entry.quantity

    def amend(self, entry: Entry, rung: int, quantity: int) -> Sequence[Match]:
        """Let the waiting `entry` go on with another price or rest; it may trade at once.

        Fewer shares at the same price keep their place in line; anything else goes last.
        `quantity` is what is to be left of it, in shares, at least 1.

        Raises:
            OrderError: The entry does not wait here any more, or there is nothing to be left.
        """
        if quantity < 1 or entry not in self._queues[entry.rung]:
            raise OrderError(f"an entry of {entry.quantity} shares can't become {quantity} shares")
        if rung == entry.rung and quantity <= entry.quantity:
            self._count(entry, quantity - entry.quantity)
            entry.quantity = quantity
            return _NO_MATCHES
        self.cancel(entry)
        entry.rung, entry.quantity, entry.is_market = rung, quantity, False
        return self.place(entry)

    def can_fill(self, entry: Entry) -> bool:
        """Return whether an arriving order would be filled in full at once (FOK)."""
        best = self.best_ask if entry.is_buy else self.best_bid
        if self.auction is not None or not self._lowest <= best <= self._highest:
            return False
        if entry.is_buy:
            reachable = range(best, min(entry.rung, self._highest) + 1)
        else:
            reachable = range(best, max(entry.rung, self._lowest) - 1, -1)
        missing = entry.quantity
        for rung in reachable:
            missing -= self.sizes[rung]
            if missing <= 0:
                return True
        return False

    def ahead_of(self, entry: Entry) -> int:
        """Return the shares that wait before `entry` at its price, 0 if it does not wait here."""
        queue = self._queues[entry.rung]
        if entry not in queue:
            return 0
        ahead = 0
        for other in queue:
            if other is entry:
                break
            if other.is_buy is entry.is_buy:
                ahead += other.quantity
        return ahead

    def newest(self, rung: int) -> Entry | None:
        """Return the background order that came last to `rung`, or None."""
        for entry in reversed(self._queues[rung]):
            if entry.owner is None:
                return entry
        return None

    def asks(self) -> tuple[Level, ...]:
        """Return up to ten levels, best first; in an auction what it would leave of the best three.

        There market orders show at the price they count as.
        """
        if self.auction is not None:
            return self._left_over(is_buy=False)
        return self._levels(range(self.best_ask, len(self.sizes)))

    def bids(self) -> tuple[Level, ...]:
        """Return up to ten levels, best first; in an auction like `asks`."""
        if self.auction is not None:
            return self._left_over(is_buy=True)
        return self._levels(range(self.best_bid, -1, -1))

    # -- auctions -----------------------------------------------------------------------------

    def guard(self, lowest: float, highest: float) -> None:
        """Let nothing trade in continuous trading below `lowest` or above `highest` won.

        The first trade that would sets `tripped` to its price instead and starts an auction. Tell
        it anew after every trade, and after `uncross`, which takes the guard away.
        """
        self._lowest = bisect_left(self.ladder.prices, lowest)
        self._highest = bisect_right(self.ladder.prices, highest) - 1

    def start_auction(self) -> None:
        """Collect orders from now on; those that wait take part and keep their places."""
        if self.auction is not None:
            return
        self.auction = CallAuction(len(self.ladder), self.last)
        for queue in self._queues:
            for entry in queue:
                self.auction.count(entry.is_buy, entry.rung, entry.quantity)

    def turn_to_market(self, entry: Entry) -> None:
        """Let an entry that waits in an auction take part at any price, last of such orders."""
        if self.auction is not None and (quantity := self.cancel(entry)):
            entry.rung, entry.is_market = self.ladder.far(entry.is_buy), True
            entry.quantity = quantity
            self._collect(entry)

    def indicated(self) -> tuple[int | None, int]:
        """Return the price in won and the shares the auction would trade now; (None, 0): nothing.

        Also outside an auction, where it is always nothing.
        """
        if self.auction is None:
            return None, 0
        rung, quantity = self.auction.indicated()
        return (None if rung is None else self.ladder.prices[rung]), quantity

    def uncross(self) -> list[Cross]:
        """End the auction: trade at its one price by price and time, then go on continuously.

        What is left of market orders waits as a limit order: at that price, or without a trade at
        the price it counted as.
        """
        auction = self.auction
        if auction is None:
            return []
        rung, quantity = auction.indicated()
        crosses: list[Cross] = []
        if rung is not None:
            self.last = rung
            crosses = self._execute(rung, quantity)
        market_rungs = {is_buy: auction.market_rung(is_buy) for is_buy in (True, False)}
        self.auction = self.tripped = None
        self._lowest, self._highest = 0, len(self.sizes) - 1
        self._price_market_orders(market_rungs if rung is None else {True: rung, False: rung})
        return crosses

    # -- inside -------------------------------------------------------------------------------

    def _cross(self, entry: Entry) -> list[Match]:
        matches: list[Match] = []
        while entry.quantity:
            # An empty side's best rung lies beyond every price, so it ends the loop too.
            rung = self.best_ask if entry.is_buy else self.best_bid
            if rung > entry.rung if entry.is_buy else rung < entry.rung:
                break
            if not self._lowest <= rung <= self._highest:
                self._trip(rung)
                break
            self._meet(entry, rung, matches)
            if not self.sizes[rung]:
                self._move_best(rung)
            self.last = rung
        return matches

    def _trip(self, rung: int) -> None:
        # A side that is empty has no price, and its best rung is no rung.
        if 0 <= rung < len(self.sizes):
            self.tripped = self.ladder.prices[rung]
            self.start_auction()

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

    def _left_over(self, is_buy: bool) -> tuple[Level, ...]:
        assert self.auction is not None
        prices = self.ladder.prices
        return tuple(Level(prices[rung], shares) for rung, shares in self.auction.rest(is_buy))

    def _collect(self, entry: Entry) -> None:
        self._queues[entry.rung][entry] = None
        self._count(entry, entry.quantity)

    def _count(self, entry: Entry, shares: int) -> None:
        """Note that `shares` of a waiting entry came, or went where below 0."""
        auction = self.auction
        if auction is not None and entry.is_market:
            auction.count(entry.is_buy, None, shares)
            return
        self.sizes[entry.rung] += shares
        if auction is not None:
            auction.count(entry.is_buy, entry.rung, shares)
            self.best_bid, self.best_ask = auction.best_bid, auction.best_ask

    def _execute(self, rung: int, quantity: int) -> list[Cross]:
        """Trade `quantity` shares at `rung`, the best and oldest orders of both sides first."""
        price, crosses = self.ladder.prices[rung], []
        buyers = self._in_line(True, range(len(self.sizes) - 1, rung - 1, -1))
        sellers = self._in_line(False, range(rung + 1))
        buyer, seller = next(buyers), next(sellers)
        while quantity:
            shares = min(quantity, buyer.quantity, seller.quantity)
            quantity -= shares
            for entry in (buyer, seller):
                self._count(entry, -shares)
                entry.quantity -= shares
                if not entry.quantity:
                    del self._queues[entry.rung][entry]
            crosses.append(Cross(price, shares, buyer, seller))
            if quantity:
                buyer = buyer if buyer.quantity else next(buyers)
                seller = seller if seller.quantity else next(sellers)
        return crosses

    def _in_line(self, is_buy: bool, rungs: range) -> Iterator[Entry]:
        """Yield the waiting entries of one side by price, then by time."""
        for rung in rungs:
            for entry in tuple(self._queues[rung]):
                if entry.is_buy is is_buy:
                    yield entry

    def _price_market_orders(self, rungs: dict[bool, int]) -> None:
        """Let what is left of market orders wait at the rungs of their sides."""
        for is_buy, rung in rungs.items():
            far = self.ladder.far(is_buy)
            queue = self._queues[far]
            left = [entry for entry in queue if entry.is_market and entry.is_buy is is_buy]
            for entry in left:
                if rung != far:  # there they keep their places among the limit orders
                    del queue[entry]
                    self._queues[rung][entry] = None
                entry.rung, entry.is_market = rung, False
                self.sizes[rung] += entry.quantity
            if left and is_buy:
                self.best_bid = max(self.best_bid, rung)
            elif left:
                self.best_ask = min(self.best_ask, rung)
