"""The account of a backtest: sizing, checks and costs of one fill, and what is written down.

Money is Python's own numbers, added up in the order of core.portfolio: exact in whole won, and
elsewhere with the same roundings as there.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from core.backtest.fast.closed import Closed, Row
from core.backtest.fast.costs import Share, share_of
from core.backtest.fast.terms import Terms
from core.backtest.outcome import Refusals
from core.domain.price import Price
from core.risk.sizing import quantity as shares_of
from core.simulation.costs import Rate

Held: TypeAlias = tuple[int, Price, Price, Price]
"""A position: shares, value paid, commission paid, cash after the buy."""


class Mark(NamedTuple):
    """How the books are at a moment at which nothing is held and nothing waits."""

    cash: Price
    realized: Price
    closed: int  # parts written down before
    counts: tuple[int, int, int]
    refused: tuple[int, int, int]


class Books:
    """Cash, profit and trades so far; can be taken back to how they were.

    Attributes:
        ordered: BUYs placed; `denied`, `canceled`: as in Counts.
        commission: On a value bought or sold.
        tax: On a value sold, by `tax_rate`: that of the days that are being traded.
    """

    __slots__ = (
        "_parts", "_refused", "_rows", "canceled", "cash", "commission", "denied", "ordered",
        "realized", "tax", "tax_rate", "terms",
    )  # fmt: skip

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.commission: Share = share_of(terms.costs.commission_rate, terms.costs.rounds)
        self.tax_by(terms.costs.tax_rates[0][1])
        self.cash: Price = terms.start_capital
        self.realized: Price = 0
        self._parts: list[Closed] = []
        self._rows: list[Row] = []  # written down since the last part
        self.ordered = self.denied = self.canceled = 0
        self._refused = [0, 0, 0]  # by size, cash and value of the order

    def tax_by(self, rate: Rate) -> None:
        """Take a tax of this rate from now on."""
        self.tax_rate, self.tax = rate, share_of(rate, self.terms.costs.rounds)

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
        self._rows.append(
            (plan, shares, cash, self.cash, self.realized, gross_pnl, commission, tax)
        )

    def add(self, trades: Closed) -> None:
        """Write down trades that were worked out together, at least one."""
        self._flush()
        self._parts.append(trades)
        self.ordered += len(trades.plan)
        self.cash, self.realized = int(trades.sold[-1]), int(trades.realized[-1])

    def mark(self) -> Mark:
        self._flush()
        counts = self.ordered, self.denied, self.canceled
        size, cash, value = self._refused
        refused = size, cash, value
        return Mark(self.cash, self.realized, len(self._parts), counts, refused)

    def back_to(self, mark: Mark) -> None:
        """Forget what happened since `mark`."""
        self.cash, self.realized = mark.cash, mark.realized
        del self._parts[mark.closed :]
        self._rows.clear()
        self.ordered, self.denied, self.canceled = mark.counts
        self._refused[:] = mark.refused

    def closed(self, since: Mark | None = None) -> Closed:
        """Return the trades finished since a mark, or all."""
        self._flush()
        return Closed.joined(self._parts[since.closed if since else 0 :])

    def _flush(self) -> None:
        if self._rows:
            self._parts.append(Closed.of(self._rows))
            self._rows.clear()
