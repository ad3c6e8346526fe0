"""The account of a backtest: sizing, checks, cash and what is held; one call per event.

Money is Python's own numbers, added up in the order of core.portfolio: exact in whole won, and
elsewhere with the same roundings as there.
"""

from __future__ import annotations

from typing import NamedTuple

from core.backtest.fast.costs import Share, commission_of
from core.backtest.fast.terms import Terms
from core.domain.price import Price
from core.risk.sizing import quantity as shares_of


class Buying(NamedTuple):
    """A BUY that waits for its symbol's next open."""

    quantity: int
    reserve: Price


class Held(NamedTuple):
    """An open position."""

    quantity: int
    value: Price  # paid, without costs
    commission: Price


class Sale(NamedTuple):
    """A position sold; costs are of both sides."""

    quantity: int
    gross_pnl: Price
    commission: Price
    tax: Price


class Account:
    """Cash, waiting BUYs and positions, by the symbols' places in the configured order."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._commission: Share = commission_of(terms.costs)
        self.cash: Price = terms.start_capital
        self.realized: Price = 0
        self.buying: dict[int, Buying] = {}
        self.held: dict[int, Held] = {}

    @property
    def capital(self) -> Price:
        return self._terms.start_capital + self.realized

    def order(self, symbol: int, close: Price) -> bool:
        """Place a BUY sized at `close`; return whether the pre-trade checks let it through."""
        terms = self._terms
        capital = terms.start_capital + self.realized
        quantity = shares_of(capital, close, terms.position_pct)
        value = close * quantity
        reserve = value + self._commission(value)
        available = self.cash
        if self.buying:
            available -= sum([order.reserve for order in self.buying.values()])
        passes = (
            quantity >= 1
            and reserve <= available
            and value <= capital * terms.position_pct / 100
            and len(self.held) + len(self.buying) < terms.max_positions
        )
        if passes:
            self.buying[symbol] = Buying(quantity, reserve)
        return passes

    def buy(self, symbol: int, price: Price) -> int:
        """Fill the symbol's BUY; return the shares bought, 0 if cash doesn't suffice for one."""
        quantity = self.buying.pop(symbol).quantity
        value = price * quantity
        commission = self._commission(value)
        if value + commission > self.cash:
            quantity = min(quantity, self._terms.costs.affordable(self.cash, price))
            if not quantity:
                return 0
            value = price * quantity
            commission = self._commission(value)
        self.cash -= value + commission
        self.held[symbol] = Held(quantity, value, commission)
        return quantity

    def sell(self, symbol: int, price: Price, tax_of: Share) -> Sale:
        """Sell what is held of the symbol."""
        quantity, bought, commission = self.held.pop(symbol)
        value = price * quantity
        paid, tax = self._commission(value), tax_of(value)
        self.cash -= -value + paid + tax
        gross_pnl, commission = value - bought, commission + paid
        self.realized += gross_pnl - commission - tax
        return Sale(quantity, gross_pnl, commission, tax)
