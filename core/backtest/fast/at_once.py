"""Leads the account through all trades of one symbol at once, in whole won.

Which plans are traded hardly ever depends on the money: while none is refused, each is followed by
the first one after its exit. How many shares each buys does depend on what those before brought.
So the shares are guessed, what they bring is worked out in columns, and that says how many shares
would have been bought: where the guess and this agree up to some trade, both are right up to it,
as each number follows from trades before it alone. A few rounds settle thousands of trades.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.books import Books
from core.backtest.fast.closed import Closed
from core.backtest.fast.timeline import Timeline, WholePrices
from core.simulation.costs import Rate

Ints = NDArray[np.int64]

_FEW = 100  # plans that are sooner traded one by one: between days that reach a limit
_ROUNDS = 30  # a guess that has not settled by then is right for its first part
_LARGEST = 2**62  # that a product may come to


def trade_at_once(line: Timeline, books: Books, first: int, end: int) -> int:
    """Trade plans from row `first` to before `end` until one is out of the ordinary; return it.

    Out of the ordinary is a BUY that is refused or cut, and money that is not in whole won. A few
    plans are not worth it.
    """
    if end - first < _FEW:
        return first
    prices = line.whole
    if prices is None or not books.terms.costs.rounds or not isinstance(books.cash, int):
        return first
    plans = line.chain(first, end)
    guess = _Guess(prices.at(plans), plans, books)
    sure = guess.settled()
    if sure:
        books.add(guess.closed(sure))
    return int(plans[sure]) if sure < len(plans) else end


class _Guess:
    """Some trades one after the other, and what they bring with guessed shares."""

    def __init__(self, prices: WholePrices, plans: Ints, books: Books) -> None:
        self._prices, self._plans, self._books = prices, plans, books
        self._spread = prices.exit - prices.entry
        self._close = prices.close.astype(np.float64)
        self._work_out(self._wanted(np.full(len(plans), books.realized, np.int64)))

    def settled(self) -> int:
        """Guess until nothing changes; return of how many trades the numbers are sure."""
        for _ in range(_ROUNDS):
            wanted = self._wanted(self._before)
            wrong = np.flatnonzero(wanted != self._shares)[:1]
            if not len(wrong):
                break
            self._work_out(wanted)
        else:
            wrong = np.flatnonzero(self._wanted(self._before) != self._shares)[:1]
        sure = int(np.append(wrong, self._odd()[:1]).min(initial=len(self._plans)))
        return sure if self._is_countable() else 0

    def closed(self, sure: int) -> Closed:
        """Return the first trades as the books have them."""
        cash = self._books.cash - self._books.realized
        bought = cash + self._before - self._paid - self._fee
        columns = (
            self._plans, self._shares, bought, cash + self._realized, self._realized,
            self._spread * self._shares, self._fee + self._sale_fee, self._tax,
        )  # fmt: skip
        return Closed(*(column[:sure] for column in columns))

    def _wanted(self, realized: Ints) -> Ints:
        """Return the shares that `core.risk.sizing` says, `realized` won before each trade."""
        terms = self._books.terms
        self._limit = (terms.start_capital + realized) * terms.position_pct / 100
        # What `//` gives, without its slow remainder: the quotient may be rounded up to a whole
        # number, never down below one, and whole shares times whole won are exact.
        most = np.floor(self._limit / self._close)
        shares: Ints = most.astype(np.int64) - (most * self._close > self._limit)
        return shares

    def _work_out(self, shares: Ints) -> None:
        """Take `shares` as the guess."""
        prices, books = self._prices, self._books
        rate = books.terms.costs.commission_rate
        self._shares = shares
        self._paid, brought = prices.entry * shares, prices.exit * shares
        self._fee, self._sale_fee = _share(rate, self._paid), _share(rate, brought)
        self._tax = _share(books.tax_rate, brought)
        net = self._spread * shares - self._fee - self._sale_fee - self._tax
        self._realized = np.cumsum(net) + books.realized
        self._before = self._realized - net

    def _odd(self) -> Ints:
        """Return the trades at which a BUY is refused or cut."""
        books = self._books
        cash = self._before + (books.cash - books.realized)
        value = self._prices.close * self._shares
        reserve = value + _share(books.terms.costs.commission_rate, value)
        is_odd = (self._shares < 1) | (reserve > cash) | (value > self._limit)
        is_odd |= self._paid + self._fee > cash
        return np.flatnonzero(is_odd)

    def _is_countable(self) -> bool:
        """Return whether no product was too large for its 64 bits."""
        prices, books = self._prices, self._books
        rates = (books.terms.costs.commission_rate, books.tax_rate)
        highest = max(int(column.max()) for column in prices)
        return highest * int(self._shares.max()) * max(r.numerator for r in rates) < _LARGEST


def _share(rate: Rate, values: Ints) -> Ints:
    """`costs.share_of` of many values, cut to the won."""
    cut = rate.cut_to_won
    units: Ints = values * rate.numerator // (rate.denominator * cut)
    return units * cut if cut > 1 else units
