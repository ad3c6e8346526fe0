"""The account of a backtest: sizing, checks and costs of one fill, and what is written down.

Money is Python's own numbers, added up in the order of core.portfolio: exact in whole won, and
elsewhere with the same roundings as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from core.backtest.fast.costs import Share, commission_of
from core.backtest.fast.terms import Terms
from core.backtest.outcome import Refusals
from core.domain.price import Price
from core.risk.sizing import quantity as shares_of

Closed: TypeAlias = tuple[int, int, Price, Price, Price, Price, Price, Price]
"""A finished trade: its plan, shares, cash after the buy, cash and realised P&L after the sale,
gross P&L, commission of both sides, tax. A plain tuple, as there are thousands."""

Held: TypeAlias = tuple[int, Price, Price, Price]
"""A position: shares, value paid, commission paid, cash after the buy."""


class Mark(NamedTuple):
    """How the books are at a moment at which nothing is held and nothing waits."""

    cash: Price
    realized: Price
    closed: int
    counts: tuple[int, int, int]
    refused: tuple[int, int, int]


class Books:
    """Cash, profit and trades so far; can be taken back to how they were.

    Attributes:
        closed: In the order of the sales.
        ordered: BUYs placed; `denied`, `canceled`: as in Counts.
        tax: On a value sold, for the days that are being traded.
    """

    __slots__ = (
        "_refused", "canceled", "cash", "closed", "commission", "denied", "ordered", "realized",
        "tax", "terms",
    )  # fmt: skip

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.commission: Share = commission_of(terms.costs)
        self.tax: Share = self.commission  # until the first day is known
        self.cash: Price = terms.start_capital
        self.realized: Price = 0
        self.closed: list[Closed] = []
        self.ordered = self.denied = self.canceled = 0
        self._refused = [0, 0, 0]  # by size, cash and value of the order

    def order(self, close: Price, available: Price) -> tuple[int, Price]:
        """Return the shares of a BUY at `close` and the cash it reserves; 0 shares: denied.

        `available` is the cash that no other BUY has reserved.
        """
        terms = self.terms
        capital = terms.start_capital + self.realized
        shares = shares_of(capital, close, terms.position_pct)
        value = close * shares
        reserve = value + self.commission(value)
        if not shares:
            self._refused[0] += 1
        elif reserve > available:
            self._refused[1] += 1
        elif value > capital * terms.position_pct / 100:
            self._refused[2] += 1
        else:
            return shares, reserve
        return 0, 0

    @property
    def refusals(self) -> Refusals:
        """By reason; a BUY that never came to `order` found no position free."""
        return Refusals(self.denied - sum(self._refused), *self._refused)

    def buy(self, shares: int, price: Price) -> Held | None:
        """Buy as many of `shares` as the cash pays for; None if not even one."""
        value = price * shares
        commission = self.commission(value)
        if value + commission > self.cash:
            shares = min(shares, self.terms.costs.affordable(self.cash, price))
            if not shares:
                self.canceled += 1
                return None
            value = price * shares
            commission = self.commission(value)
        self.cash -= value + commission
        return shares, value, commission, self.cash

    def sell(self, plan: int, held: Held, price: Price) -> None:
        """Sell a position; `price` is what the fill brings."""
        shares, paid, commission, cash = held
        value = price * shares
        fee, tax = self.commission(value), self.tax(value)
        self.cash -= -value + fee + tax
        gross_pnl = value - paid
        commission += fee
        self.realized += gross_pnl - commission - tax
        self.closed.append(
            (plan, shares, cash, self.cash, self.realized, gross_pnl, commission, tax)
        )

    def mark(self) -> Mark:
        counts = self.ordered, self.denied, self.canceled
        size, cash, value = self._refused
        refused = size, cash, value
        return Mark(self.cash, self.realized, len(self.closed), counts, refused)

    def back_to(self, mark: Mark) -> None:
        """Forget what happened since `mark`."""
        self.cash, self.realized = mark.cash, mark.realized
        del self.closed[mark.closed :]
        self.ordered, self.denied, self.canceled = mark.counts
        self._refused[:] = mark.refused


def columns(closed: Sequence[Closed]) -> list[tuple[Any, ...]]:
    """Return the fields of trades as columns, in the order of Closed."""
    return list(zip(*closed, strict=True)) if closed else [()] * 8
