"""The one price of a call auction (단일가매매): what was collected, and where it would trade.

Pure: counts shares at the rungs of a ladder; whose they are is the book's business.

Sources: KRX, global.krx.co.kr, "Single price auction" (GLB0606030102T1: matching prices, and the
one nearest to the price before), "Execution method of market orders at single price auctions"
(GLB0602010202T4: deemed prices), "Order book disclosure" (GLB0602020203T5: three levels a side).

A matching price is one at which every better order of both sides is filled. Such prices are
neighbours, and none gives more volume. One whose own orders would all go empty does not count
(T4's first example), unless there is no other; of several the one nearest to the price before is
taken. A market buy counts as a limit at the highest of: one rung above the best bid, the highest
ask, the price before; a market sell the other way round. Where there are nothing but market orders,
the price before moves by one rung towards the larger side.

Not done: the KRX shares out by size, not by time, where an auction ends at a daily limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

LEVELS = 3  # a side the exchange publishes in an auction


class Indication(NamedTuple):
    """What an auction would trade if it ended now; `rung` None: nothing."""

    rung: int | None
    quantity: int  # shares


NOTHING = Indication(None, 0)


class CallAuction:
    """Shares collected at each rung, and market orders without one."""

    __slots__ = ("_market", "_reference", "_waiting", "best_ask", "best_bid")

    def __init__(self, rungs: int, reference: int) -> None:
        """`reference` is the rung of the price before: the last trade, or the previous close."""
        self._reference = reference
        self._waiting = {is_buy: [0] * rungs for is_buy in (True, False)}
        self._market = {True: 0, False: 0}
        self.best_bid = -1  # of the limit orders, may lie above the best ask; -1: none
        self.best_ask = rungs

    def count(self, is_buy: bool, rung: int | None, shares: int) -> None:
        """Add shares that came (or, below 0, went) at `rung`, None for a market order."""
        if rung is None:
            self._market[is_buy] += shares
            return
        waiting = self._waiting[is_buy]
        waiting[rung] += shares
        if is_buy:
            self.best_bid = max(self.best_bid, rung)
            while self.best_bid >= 0 and not waiting[self.best_bid]:
                self.best_bid -= 1
        else:
            self.best_ask = min(self.best_ask, rung)
            while self.best_ask < len(waiting) and not waiting[self.best_ask]:
                self.best_ask += 1

    def indicated(self) -> Indication:
        """Return where the orders collected so far would trade, and how much."""
        buying, selling = self.sides()
        lowest = self.market_rung(False) if self._market[False] else self.best_ask
        highest = self.market_rung(True) if self._market[True] else self.best_bid
        if lowest > highest:
            return NOTHING
        crossing = slice(lowest, highest + 1)
        rung, quantity = uncrossed(buying[crossing], selling[crossing], self._reference - lowest)
        return Indication(None if rung is None else lowest + rung, quantity)

    def sides(self) -> tuple[list[int], list[int]]:
        """Return the shares to buy and to sell at each rung, market orders at their deemed one."""
        buying, selling = list(self._waiting[True]), list(self._waiting[False])
        for is_buy, shares in self._market.items():
            if shares:
                (buying if is_buy else selling)[self.market_rung(is_buy)] += shares
        return buying, selling

    def market_rung(self, is_buy: bool) -> int:
        """Return the rung at which a market order counts."""
        last = len(self._waiting[True]) - 1
        has_bids, has_asks = self.best_bid >= 0, self.best_ask <= last
        if not (has_bids or has_asks):
            return min(max(self._reference + self._towards(), 0), last)
        if is_buy:
            own = self.best_bid + 1 if has_bids else 0
            return min(max(own, self._highest(False), self._reference), last)
        own = self.best_ask - 1 if has_asks else last
        return max(min(own, self._lowest(True), self._reference), 0)

    def rest(self, is_buy: bool) -> list[tuple[int, int]]:
        """Return up to three (rung, shares) of one side, best first, that would be left over."""
        buying, selling = self.sides()
        rung, quantity = self.indicated()
        side = buying if is_buy else selling
        left: list[tuple[int, int]] = []
        for at in range(len(side) - 1, -1, -1) if is_buy else range(len(side)):
            if not side[at]:
                continue
            gone = min(quantity, side[at]) if rung is not None else 0
            quantity -= gone
            if side[at] > gone:
                left.append((at, side[at] - gone))
                if len(left) == LEVELS:
                    break
        return left

    def _towards(self) -> int:
        """Return +1 or -1 where the larger of two sides of market orders buys or sells."""
        buying, selling = self._market[True], self._market[False]
        return (buying > selling) - (buying < selling) if buying and selling else 0

    def _highest(self, is_buy: bool) -> int:
        """Return the highest rung with limit orders of a side, -1 where it has none."""
        waiting = self._waiting[is_buy]
        return next((at for at in range(len(waiting) - 1, -1, -1) if waiting[at]), -1)

    def _lowest(self, is_buy: bool) -> int:
        """Return the lowest rung with limit orders of a side, the number of rungs without."""
        waiting = self._waiting[is_buy]
        return next((at for at, shares in enumerate(waiting) if shares), len(waiting))


def uncrossed(buying: Sequence[int], selling: Sequence[int], reference: int) -> Indication:
    """Return the rung at which `buying` and `selling` shares a rung trade, nearest `reference`."""
    demand = [0, *accumulate(reversed(buying))][::-1]  # shares to buy at a rung and above
    supply = [0, *accumulate(selling)]  # [at + 1]: shares to sell at a rung and below
    matching = [
        at
        for at in range(len(buying))
        if demand[at + 1] <= supply[at + 1] and supply[at] <= demand[at]
    ]
    lowest, highest = matching[0], matching[-1]
    quantity = min(demand[lowest], supply[lowest + 1])
    if not quantity:
        return NOTHING
    # Better orders alone take everything: buyers at the lowest or sellers at the highest get none.
    is_low_empty = buying[lowest] > 0 and demand[lowest + 1] == quantity
    is_high_empty = selling[highest] > 0 and supply[highest] == quantity
    if highest - lowest >= is_low_empty + is_high_empty:
        lowest, highest = lowest + is_low_empty, highest - is_high_empty
    return Indication(min(max(reference, lowest), highest), quantity)
