"""Our books beside a broker that may tell anything, over crashes: no fill invented, none lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.messages import ClosePosition, ConnectionChanged, ResolveMismatch
from core.domain.order import Fill, Side
from core.sessions import open_calendar
from tests.builders import SEOUL
from tests.core.engine.lying_line import LyingWorld, other_shares, without_orders
from tests.core.engine.tiny_exchange import SYMBOLS, Booked
from tests.machines import run_machine

CALENDAR = open_calendar("XKRX", SEOUL)
_SOLD = "the position is negative"
"""What the journal says where shares are sold that are not there, by what a broker had said."""

symbols = st.sampled_from(SYMBOLS)
numbers = st.integers(0, 9)


class ReconcileMachine(RuleBasedStateMachine):
    @initialize(forgets=st.booleans())
    def open(self, forgets: bool) -> None:
        self.world = LyingWorld(CALENDAR, forgets)
        self.exchange = self.world.exchange
        self.terminal = self.world.restart()

    # -- what we do ---------------------------------------------------------------------------

    @rule(symbol=symbols)
    def buy(self, symbol: str) -> None:
        terminal, engine = self.terminal, self.terminal.engine
        terminal.tick(symbol, 70_000)
        book = engine.account.portfolio
        if book.position(symbol) is None and not engine.orders.has_working(symbol):
            market, now = engine.markets[symbol], terminal.clock.now()
            moment = engine._blocks.moment(market, now)
            failed = engine._desk.buy(market, 70_000, moment, engine.settings)
            if symbol in terminal.frozen:
                assert failed, "nothing is bought of what is frozen"
        terminal.drain()

    @precondition(lambda self: any(self.terminal.holdings.values()))
    @rule(symbol=symbols)
    def sell(self, symbol: str) -> None:
        self.terminal.tell(ClosePosition(symbol))

    @precondition(lambda self: self.terminal.frozen)
    @rule(symbol=symbols, takes_brokers=st.booleans())
    def resolve(self, symbol: str, takes_brokers: bool) -> None:
        self.terminal.tell(ResolveMismatch(symbol, takes_brokers))
        assert not takes_brokers or symbol not in self.terminal.frozen

    @rule()
    def crash(self) -> None:
        self.terminal = self.world.restart()

    # -- what happens at the exchange ---------------------------------------------------------

    @precondition(lambda self: any(each.remaining for each in self._orders()))
    @rule(number=numbers, share=st.integers(1, 10))
    def fill(self, number: int, share: int) -> None:
        working = [each for each in self.exchange.orders.values() if each.remaining]
        order = working[number % len(working)]
        self.exchange.fill(order, max(order.remaining * share // 10, 1))
        self.terminal.drain()

    @rule(symbol=symbols, side=st.sampled_from(Side), shares=st.integers(1, 20))
    def trade_by_hand(self, symbol: str, side: Side, shares: int) -> None:
        self.exchange.by_hand(symbol, side, shares)
        self.terminal.drain()

    @rule(symbol=symbols, share=st.integers(1, 3))
    def lose_shares(self, symbol: str, share: int) -> None:
        """Let shares go without an order that explains it."""
        free = self.exchange._free(symbol)
        if free >= 3:
            self.exchange.lose(symbol, free // 3 * share)

    # -- what the broker tells of it ----------------------------------------------------------

    @rule(symbol=symbols, shares=st.integers(0, 30), times=st.integers(1, 3))
    def lie(self, symbol: str, shares: int, times: int) -> None:
        self.world.manner.lies.extend([other_shares(symbol, shares)] * times)

    @rule(times=st.integers(1, 3))
    def forget_orders(self, times: int) -> None:
        self.world.manner.lies.extend([without_orders] * times)

    @rule(is_slow=st.booleans())
    def be_slow(self, is_slow: bool) -> None:
        self.world.manner.is_slow = is_slow

    @rule(is_late=st.booleans())
    def be_late(self, is_late: bool) -> None:
        self.world.manner.is_late = is_late

    @precondition(lambda self: self.terminal.line.slow)
    @rule()
    def tell_fills(self) -> None:
        self.terminal.line.tell_slow()
        self.terminal.drain()

    @precondition(lambda self: self.terminal.line.late)
    @rule()
    def tell_reports(self) -> None:
        self.terminal.line.tell_late()
        self.terminal.drain()

    @rule()
    def reconnect(self) -> None:
        self.terminal.tell(ConnectionChanged(False))
        self.terminal.tell(ConnectionChanged(True))

    @rule(seconds=st.sampled_from([1, 3, 12]))
    def wait(self, seconds: int) -> None:
        self.terminal.pass_time(seconds)

    @rule()
    def come_clean(self) -> None:
        """Tell everything as it is: both sides agree, whatever was told before."""
        self._settle()
        engine = self.terminal.engine
        assert self.terminal.holdings == self.world.held()
        assert engine._reconciler.is_settled
        for symbol in self.terminal.frozen:
            self.terminal.tell(ResolveMismatch(symbol, takes_brokers=True))
        assert not self.terminal.frozen
        assert not engine.account.portfolio.claims

    def teardown(self) -> None:
        if hasattr(self, "terminal"):
            self.come_clean()
            self.terminal.engine.close()
            assert [each for each in self.world.journal.problems() if _SOLD not in each] == []

    def _settle(self) -> None:
        self.terminal.line.be_honest()
        self.terminal.drain()
        self.reconnect()
        self.terminal.pass_time(20)
        self.reconnect()
        self.terminal.pass_time(10)

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def no_fill_is_invented(self) -> None:
        traded: Counter[tuple[str, Side]] = Counter()
        for order in self._orders():
            traded[order.intent.symbol, order.intent.side] += order.filled
        booked: Counter[tuple[str, Side]] = Counter()
        for fill in self._booked():
            booked[fill.symbol, fill.side] += fill.quantity
        assert booked <= traded

    @invariant()
    def the_books_add_up(self) -> None:
        if hasattr(self, "terminal"):
            book = self.terminal.engine.account.portfolio
            assert book.is_consistent()
            assert isinstance(book.cash, int)
            # A claim belongs to a symbol that somebody has still to decide on.
            assert book.claims.keys() <= self.terminal.frozen

    def _orders(self) -> list[Booked]:
        return list(self.exchange.orders.values()) if hasattr(self, "exchange") else []

    def _booked(self) -> list[Fill]:
        if not hasattr(self, "world"):
            return []
        kept = self.world.journal.of("fill") + [
            kept for kept in self.world.journal.batch if kept.kind == "fill"
        ]
        return [each.fields["fill"] for each in kept]


def test_no_fill_is_invented_or_lost_whatever_the_broker_tells() -> None:
    run_machine(ReconcileMachine, examples=120, steps=40)


@pytest.mark.long
def test_no_fill_is_invented_or_lost_in_many_lives() -> None:
    run_machine(ReconcileMachine, examples=2_000, steps=50)
