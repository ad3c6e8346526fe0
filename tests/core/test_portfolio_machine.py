"""Books that anything may happen to: fills of anybody, corrections, claims, restarts."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.domain.messages import AccountReported, Holding
from core.domain.order import Fill, Reason, Side
from core.domain.portfolio import Position, Trade
from core.portfolio import Portfolio
from tests.builders import OPEN, a_fill
from tests.machines import run_machine

START = 10_000_000
SYMBOLS = ("005930", "000660", "035420")

symbols = st.sampled_from(SYMBOLS)
shares = st.integers(1, 500)
prices = st.integers(1, 300_000)
costs = st.integers(0, 5_000)


@dataclass
class Ledger:
    """A slip for every movement, as a bookkeeper without positions would keep it."""

    cash: int = START
    earned: int = 0  # by round trips, since the books were opened last
    slips: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # shares, won paid
    claimed: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def book(self, fill: Fill) -> int | None:
        """Write one fill down; return what a round trip brought that it closed."""
        sign = 1 if fill.side is Side.BUY else -1
        paid = sign * fill.price * fill.quantity + fill.commission + fill.tax
        slip = sign * fill.quantity, paid
        self.cash -= paid
        if fill.symbol in self.claimed:
            self.claimed[fill.symbol].append(slip)
        own = self.slips.setdefault(fill.symbol, [])
        own.append(slip)
        if self.held(fill.symbol):
            return None
        brought = -sum(won for _, won in self.slips.pop(fill.symbol))
        self.earned += brought
        return brought

    def held(self, symbol: str) -> int:
        return sum(count for count, _ in self.slips.get(symbol, ()))

    def paid(self) -> int:
        """Return what open positions have cost so far, less what parts of them brought."""
        return sum(won for slips in self.slips.values() for _, won in slips)


class PortfolioMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book, self.ledger = Portfolio(START), Ledger()
        self.made = 0
        self.trades: list[Trade] = []
        self.seen: tuple[int, object] = (0, None)

    @rule(
        side=st.sampled_from(Side),
        symbol=symbols,
        count=shares,
        price=prices,
        fee=costs,
        tax=costs,
        reason=st.sampled_from(Reason),
    )
    def fill(
        self, side: Side, symbol: str, count: int, price: int, fee: int, tax: int, reason: Reason
    ) -> None:
        """Somebody trades, also more than is held."""
        self._book(a_fill(side, count, price, self._number(), "t", symbol, fee, tax), reason)

    @precondition(lambda self: any(map(self.ledger.held, SYMBOLS)))
    @rule(symbol=symbols, price=prices, fee=costs, reason=st.sampled_from(Reason))
    def close(self, symbol: str, price: int, fee: int, reason: Reason) -> None:
        """Trade away exactly what is held, or owed."""
        held = self.ledger.held(symbol)
        if held:
            side = Side.SELL if held > 0 else Side.BUY
            fill = a_fill(side, abs(held), price, self._number(), "t", symbol, fee)
            self._book(fill, reason)

    @rule(symbol=symbols, stop=st.none() | st.floats(1, 1e6), peak=prices)
    def level(self, symbol: str, stop: float | None, peak: int) -> None:
        if self.book.position(symbol) is not None:
            self.book.set_levels(symbol, stop, None, peak)

    @rule(cash=st.integers(-1_000_000, 20_000_000))
    def correct_cash(self, cash: int) -> None:
        self.book.correct_cash(cash)
        self.ledger.cash = cash

    @rule(symbol=symbols, count=st.integers(0, 500), price=prices)
    def take_over(self, symbol: str, count: int, price: int) -> None:
        """The broker says other shares than we: its are believed, ours are claimed."""
        held = Holding(symbol, count, price, count) if count else None
        self.book.take_over(symbol, held, OPEN)
        ours = self.ledger.slips.pop(symbol, None)
        if ours is not None:
            self.ledger.claimed.setdefault(symbol, ours)
        if count:
            self.ledger.slips[symbol] = [(count, count * price)]

    @precondition(lambda self: self.ledger.claimed)
    @rule(symbol=symbols, is_ours=st.booleans())
    def resolve(self, symbol: str, is_ours: bool) -> None:
        """Either side gives in."""
        if symbol not in self.ledger.claimed:
            return
        claim = self.ledger.claimed.pop(symbol)
        if not is_ours:
            self.book.claims.pop(symbol)
            return
        self.book.reinstate(symbol)
        self.ledger.slips.pop(symbol, None)
        if sum(count for count, _ in claim):
            self.ledger.slips[symbol] = claim

    @rule(symbol=symbols, count=st.integers(0, 500), price=prices)
    def find_foreign(self, symbol: str, count: int, price: int) -> None:
        """The broker tells of shares; only where we have none they are taken over."""
        added = self.book.add_foreign([Holding(symbol, count, price, count)], OPEN)
        if count and symbol not in self.ledger.slips:
            self.ledger.slips[symbol] = [(count, count * price)]
            assert [(p.symbol, p.quantity, p.is_foreign) for p in added] == [(symbol, count, True)]
        else:
            assert not added

    @rule()
    def restart(self) -> None:
        """Go on from what was kept: the same cash, positions and claims, to the field."""
        kept, claims = tuple(self.book), tuple(self.book.claims.values())
        book = Portfolio(1)
        book.resume(self.book.cash, kept, claims)
        assert (tuple(book), tuple(book.claims.values())) == (kept, claims)
        assert book.opening_cash == self.book.cash
        self.book, self.trades, self.ledger.earned = book, [], 0
        self.seen = 0, None

    @rule(cash=st.integers(0, 20_000_000), symbol=symbols, count=st.integers(0, 500), price=prices)
    def adopt(self, cash: int, symbol: str, count: int, price: int) -> None:
        """Begin anew with the broker's account, as a first start does."""
        held = (Holding(symbol, count, price, count),)
        self.book = Portfolio(START)
        self.book.adopt(AccountReported(OPEN, cash, cash, held, ()), OPEN)
        slips = {symbol: [(count, count * price)]} if count else {}
        self.ledger, self.trades = Ledger(cash, 0, slips), []
        self.seen = 0, None

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def every_won_is_where_it_was_paid_to(self) -> None:
        assert self.book.cash == self.ledger.cash
        assert isinstance(self.book.cash, int)
        paid = sum(p.bought_value - p.sold_value + p.commission + p.tax for p in self.book)
        assert paid == self.ledger.paid()
        assert self.book.is_consistent()
        assert self.book.capital == self.ledger.cash + self.ledger.paid()

    @invariant()
    def every_share_is_where_it_was_bought(self) -> None:
        assert {p.symbol: p.quantity for p in self.book} == {
            symbol: self.ledger.held(symbol) for symbol in self.ledger.slips
        }
        assert {symbol: claim.quantity for symbol, claim in self.book.claims.items()} == {
            symbol: sum(count for count, _ in slips)
            for symbol, slips in self.ledger.claimed.items()
        }

    @invariant()
    def trades_add_up_to_what_was_earned(self) -> None:
        assert self.book.realized == self.ledger.earned
        assert sum(trade.net_pnl for trade in self.trades) == self.ledger.earned

    @invariant()
    def its_number_grows_with_every_change(self) -> None:
        number, before = self.seen
        now = self.book.cash, tuple((p.symbol, p.quantity, p.stop_level is None) for p in self.book)
        assert before is None or now == before or self.book.revision > number
        self.seen = self.book.revision, now

    def _book(self, fill: Fill, reason: Reason) -> None:
        before = self.book.position(fill.symbol)
        trade, brought = self.book.apply(fill, reason), self.ledger.book(fill)
        assert (trade is None) == (brought is None)
        if trade is not None:
            assert (trade.symbol, trade.net_pnl, trade.exit_reason) == (
                fill.symbol,
                brought,
                reason,
            )
            self.trades.append(trade)
        else:
            self._is_still_whose_it_was(before, fill.symbol, reason)

    def _is_still_whose_it_was(self, before: Position | None, symbol: str, reason: Reason) -> None:
        after = self.book.position(symbol)
        assert after is not None
        is_foreign = reason is Reason.FOREIGN if before is None else before.is_foreign
        assert after.is_foreign is is_foreign

    def _number(self) -> int:
        self.made += 1
        return self.made


def test_every_won_and_share_is_accounted_for_whatever_happens() -> None:
    run_machine(PortfolioMachine, examples=120, steps=40)


@pytest.mark.long
def test_every_won_and_share_is_accounted_for_in_many_lives() -> None:
    run_machine(PortfolioMachine, examples=5_000, steps=80)
