"""The flatten without the engine, on an exchange whose every answer may be late, lost or a no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import SimClock
from core.domain.errors import BrokerError
from core.domain.messages import FlattenProgressed, Message
from core.domain.order import CancelRejected, Order, OrderId, OrderKind, OrderStatus, Side
from core.domain.session import Phase
from core.execution.last_resort import LastResort
from core.execution.silence import RETRY_S
from tests.builders import OPEN, an_intent, an_order
from tests.fakes import FakeBroker

SYMBOLS = ("005930", "000660", "035720")
TICK_S = 0.25
CHAOS_TICKS = 240
CALM_TICKS = 240  # enough for a time-out and a few rounds
FARTHEST = 3.0  # seconds one way, well below RETRY_S


@dataclass(frozen=True)
class Odds:
    """How badly it goes, each from 0 to 1."""

    lost: float
    refused: float
    rejected: float


@dataclass
class Chaos:
    """Stands between `LastResort` and a true account: everything arrives some day, or never.

    What arrives is checked: a sale of more than is free, or a cancel of an exit, fails the test.
    """

    random: Random
    odds: Odds
    books: FakeBroker
    tick: int = 0
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    arrived: list[Message] = field(default_factory=list)

    def submit(self, order: Order) -> None:
        self._send(lambda: self._open(order))

    def cancel(self, order: Order) -> None:
        assert not is_exit(order)
        self._send(lambda: self._cancel(order.id))

    def request_account(self, request_id: str) -> None:
        self._send(lambda: self.books.request_account(request_id))

    def live(self) -> None:
        """Let a quarter of a second pass at the exchange and on the lines."""
        self.tick += 1
        self._trade()
        for entry in sorted(self._due, key=lambda entry: entry[:2]):
            if entry[0] <= self.tick:
                self._due.remove(entry)
                entry[2]()
                self._answer()
        self._answer()

    def _send(self, action: Callable[[], None]) -> None:
        if self._happens(self.odds.refused):
            raise BrokerError("line is down")
        if not self._happens(self.odds.lost):
            self._later(action)

    def _later(self, action: Callable[[], None]) -> None:
        delay = self.random.uniform(0, FARTHEST / TICK_S) if self.tick < CHAOS_TICKS else 0
        self._due.append((self.tick + delay, len(self._due), action))

    def _answer(self) -> None:
        """Put on its way back what the books have said."""
        while self.books.inbox:
            message = self.books.inbox.popleft()
            if not self._happens(self.odds.lost):
                self._later(lambda message=message: self.arrived.append(message))

    def _open(self, order: Order) -> None:
        if order.intent.side is Side.SELL:
            assert order.intent.quantity <= self.books.free(order.intent.symbol)
        self.books.submit(order)
        if self._happens(self.odds.rejected):
            self.books.reject(order)

    def _cancel(self, order_id: OrderId) -> None:
        if order_id not in self.books.working or self._happens(self.odds.rejected):
            self.books.inbox.append(CancelRejected(order_id, OPEN, "busy"))
        else:
            self.books.confirm_cancel(order_id)

    def _trade(self) -> None:
        is_calm = self.tick >= CHAOS_TICKS
        for order in list(self.books.working.values()):
            if self.random.random() < 0.15 or (is_calm and is_exit(order)):
                rest = order.remaining
                self.books.fill(order, rest if is_calm else self.random.randint(1, rest))

    def _happens(self, odds: float) -> bool:
        return self.tick < CHAOS_TICKS and self.random.random() < odds


def is_exit(order: Order) -> bool:
    return order.intent.side is Side.SELL and order.intent.kind is OrderKind.MARKET


HELD = st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 50))
WORK = st.lists(
    st.tuples(
        st.sampled_from(SYMBOLS),
        st.sampled_from(list(Side)),
        st.integers(1, 20),
        st.sampled_from(list(OrderKind)),
    ),
    max_size=4,
)
ODDS = st.builds(Odds, *(st.sampled_from([0.0, 0.1, 0.4]) for _ in range(3)))


def a_market(held: dict, work: list, odds: Odds, seed: int) -> Chaos:
    books = FakeBroker(SimClock(OPEN))
    books.held = dict(held)
    for number, (symbol, side, wanted, kind) in enumerate(work):
        quantity = wanted if side is Side.BUY else min(wanted, books.free(symbol))
        if quantity > 0:
            intent = an_intent(side, quantity, symbol=symbol, kind=kind)
            books.submit(an_order(intent, OrderStatus.ACCEPTED, number))
    books.inbox.clear()
    return Chaos(Random(seed), odds, books)


def flatten(market: Chaos, phase_at: Callable[[int], Phase], ticks: int) -> FlattenProgressed:
    """Return the last that was said; time stands at the tick."""
    resort = LastResort(market, "run", lambda now: phase_at(market.tick), OPEN)  # type: ignore[arg-type]
    said: list[FlattenProgressed | None] = []
    while market.tick < ticks and not resort.is_done:
        elapsed_s = market.tick * TICK_S
        now = OPEN + timedelta(seconds=elapsed_s)
        said.append(resort.tick(elapsed_s, now))
        arrived, market.arrived = market.arrived, []
        said += [resort.take(message, {}, now) for message in arrived]
        market.live()
    return next(it for it in reversed(said) if it is not None)


@settings(max_examples=120, deadline=None)
@given(held=HELD, work=WORK, odds=ODDS, seed=st.integers(0, 2**32))
def test_it_ends_flat_and_never_sells_more_than_is_free(held, work, odds, seed):
    market = a_market(held, work, odds, seed)
    last = flatten(market, lambda tick: Phase.CONTINUOUS, CHAOS_TICKS + CALM_TICKS)
    assert last.is_done
    assert not any(market.books.held.values())
    assert not market.books.working


@settings(max_examples=80, deadline=None)
@given(held=HELD, odds=ODDS, seed=st.integers(0, 2**32), closing=st.integers(1, CHAOS_TICKS))
def test_what_the_market_does_not_take_any_more_is_said(held, odds, seed, closing):
    """Once closed nothing is sold; what is left at last is what the broker has."""
    market = a_market(held, [], odds, seed)
    last = flatten(
        market,
        lambda tick: Phase.CONTINUOUS if tick < closing else Phase.AFTER_CLOSE,
        CHAOS_TICKS + CALM_TICKS,
    )
    left = {symbol: shares for symbol, shares in market.books.held.items() if shares}
    assert {row.symbol: row.held for row in last.rows} == left
    assert last.is_done == (not left)


def test_the_lines_are_quicker_than_the_patience():
    """What these tests assume of a broker: an order arrives, and is heard of, before it is lost."""
    assert 2 * FARTHEST < RETRY_S
