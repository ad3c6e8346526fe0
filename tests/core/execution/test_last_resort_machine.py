"""A flatten without the engine, whose every message somebody delays, loses or refuses at will."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.text import Text
from core.clock import SimClock
from core.domain.errors import BrokerError, JournalError
from core.domain.messages import (
    FlattenProgressed,
    ForeignOrderSeen,
    Interrupted,
    Interruption,
    Message,
    Resumed,
)
from core.domain.order import CancelRejected, Order, OrderId, OrderKind, OrderStatus, Side
from core.domain.session import Phase
from core.execution.last_resort import LastResort
from core.journal import MemoryJournal
from tests.builders import OPEN, an_intent, an_order
from tests.core.execution.test_last_resort_chaos import FARTHEST, SYMBOLS, is_exit
from tests.fakes import FakeBroker
from tests.machines import run_machine

symbols = st.sampled_from(SYMBOLS)
numbers = st.integers(0, 9)
shares = st.integers(1, 50)


@dataclass
class Letter:
    """One thing on its way, in either direction."""

    posted_s: float
    deliver: Callable[[], None]


class Lines:
    """The Broker port; what goes out waits until it is delivered, or lost."""

    def __init__(self, books: FakeBroker) -> None:
        self.books = books
        self.now_s = 0.0
        self.is_down = self.rejects = self.refuses = False
        self.letters: list[Letter] = []
        self.arrived: list[Message] = []
        self.disturbed: set[str] = set()  # where the trader has sold meanwhile

    def submit(self, order: Order) -> None:
        self._post(lambda: self._open(order))

    def cancel(self, order: Order) -> None:
        assert not is_exit(order), "it cancels its own exit"
        self._post(lambda: self._cancel(order.id))

    def request_account(self, request_id: str) -> None:
        self._post(lambda: self.books.request_account(request_id))

    def deliver(self, number: int) -> None:
        self.letters.pop(number % len(self.letters)).deliver()
        self.send_answers()

    def lose(self, number: int) -> None:
        self.letters.pop(number % len(self.letters))

    def deliver_old(self) -> None:
        """What was long under way arrives now; that is what is expected of a line."""
        while old := [each for each in self.letters if self.now_s - each.posted_s >= FARTHEST]:
            self.letters.remove(old[0])
            old[0].deliver()
            self.send_answers()

    def send_answers(self) -> None:
        while self.books.inbox:
            message = self.books.inbox.popleft()
            self.letters.append(
                Letter(self.now_s, lambda message=message: self.arrived.append(message))  # type: ignore[misc]
            )

    def _post(self, deliver: Callable[[], None]) -> None:
        if self.is_down:
            raise BrokerError("the line is down")
        self.letters.append(Letter(self.now_s, deliver))

    def _open(self, order: Order) -> None:
        intent = order.intent
        is_short = intent.quantity > self.books.free(intent.symbol)
        assert not is_short or intent.symbol in self.disturbed, "more is sold than is free"
        self.books.submit(order)
        if self.rejects or is_short:
            self.books.reject(order)

    def _cancel(self, order_id: OrderId) -> None:
        if order_id not in self.books.working or self.refuses:
            self.books.inbox.append(CancelRejected(order_id, self.books.clock.now(), "busy"))
        else:
            self.books.confirm_cancel(order_id)


class LastResortMachine(RuleBasedStateMachine):
    @initialize(
        held=st.dictionaries(symbols, shares, min_size=1),
        resting=st.lists(
            st.tuples(symbols, st.sampled_from(Side), shares, st.sampled_from(list(OrderKind))),
            max_size=4,
        ),
    )
    def begin(self, held: dict[str, int], resting: list[tuple[str, Side, int, OrderKind]]) -> None:
        self.books, self.journal = FakeBroker(SimClock(OPEN)), MemoryJournal()
        self.books.held.update(held)
        self.lines = Lines(self.books)
        self.made, self.phase = 0, Phase.CONTINUOUS
        for order in resting:
            self._rest(*order)
        self.books.inbox.clear()
        self.resort = LastResort(
            self.lines,  # type: ignore[arg-type]
            "run",
            lambda now: self.phase,
            OPEN,
            self.journal,
        )
        self.said: FlattenProgressed | None = None
        self._tick(0)

    @rule(seconds=st.sampled_from([0.25, 1, 1, 2]))
    def wait(self, seconds: float) -> None:
        self._tick(seconds)

    @precondition(lambda self: self.lines.letters)
    @rule(number=numbers)
    def deliver(self, number: int) -> None:
        """Let one thing arrive before all others."""
        self.lines.deliver(number)
        self._read()

    @precondition(lambda self: self.lines.letters)
    @rule(number=numbers)
    def lose(self, number: int) -> None:
        self.lines.lose(number)

    @rule(is_down=st.booleans())
    def cut(self, is_down: bool) -> None:
        self.lines.is_down = is_down

    @rule(rejects=st.booleans(), refuses=st.booleans())
    def change_mood(self, rejects: bool, refuses: bool) -> None:
        self.lines.rejects, self.lines.refuses = rejects, refuses

    @precondition(lambda self: self.books.working)
    @rule(number=numbers, share=st.integers(1, 10))
    def fill(self, number: int, share: int) -> None:
        working = list(self.books.working.values())
        self._fill(working[number % len(working)], share)

    @rule(symbol=symbols, side=st.sampled_from(Side), quantity=shares)
    def order_by_hand(self, symbol: str, side: Side, quantity: int) -> None:
        """The trader orders meanwhile, while anything is left at all."""
        if any(self.books.held.values()):
            order = self._rest(symbol, side, quantity, OrderKind.LIMIT)
            if order is not None:
                self.lines.disturbed |= {symbol} if side is Side.SELL else set()
                self.books.inbox[-1] = ForeignOrderSeen(order)
                self.lines.send_answers()

    @rule(symbol=symbols, is_over=st.booleans())
    def interrupt(self, symbol: str, is_over: bool) -> None:
        now = self.books.clock.now()
        word = Resumed(symbol, now) if is_over else Interrupted(symbol, now, Interruption.HALT)
        self.resort.take(word, {}, now)

    @rule(is_open=st.booleans())
    def open_and_close(self, is_open: bool) -> None:
        self.phase = Phase.CONTINUOUS if is_open else Phase.AFTER_CLOSE

    @rule(is_full=st.booleans())
    def fill_disk(self, is_full: bool) -> None:
        self.journal.failure = JournalError(Text.of("disk full")) if is_full else None

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def nobody_owes_shares(self) -> None:
        if hasattr(self, "books"):
            assert all(held >= 0 for held in self.books.held.values())
            assert all(self.books.free(symbol) >= 0 for symbol in SYMBOLS)

    @invariant()
    def it_is_over_only_when_nothing_is_left(self) -> None:
        if hasattr(self, "resort") and self.resort.is_done:
            assert not any(self.books.held.values())
            assert not self.books.working

    @invariant()
    def every_order_of_ours_is_in_the_journal(self) -> None:
        if hasattr(self, "books"):
            kept = self.journal.committed + self.journal.batch
            written = {each.fields["order_id"] for each in kept if each.kind == "order"}
            sent = {o.id for o in self.books.submitted if o.id.startswith("run-")}
            assert sent <= written

    def teardown(self) -> None:
        """Closed to the end it says what is left; then everything works and it ends flat."""
        if not hasattr(self, "resort"):
            return
        lines = self.lines
        lines.is_down = lines.rejects = lines.refuses = False
        if self.phase is Phase.AFTER_CLOSE:
            self._calm(60, trades=False)
            left = {symbol: held for symbol, held in self.books.held.items() if held}
            assert self.said is not None
            assert {row.symbol: row.held for row in self.said.rows if row.held} == left
            assert all(row.note.ko and row.note.en for row in self.said.rows)
        self.phase = Phase.CONTINUOUS
        for symbol in SYMBOLS:
            self.interrupt(symbol, True)
        self._calm(240, trades=True)
        assert self.resort.is_done
        self.it_is_over_only_when_nothing_is_left()

    def _calm(self, ticks: int, *, trades: bool) -> None:
        for _ in range(ticks):
            while self.lines.letters:
                self.lines.deliver(0)
            for order in list(self.books.working.values()) if trades else ():
                if is_exit(order) or order.intent.kind is OrderKind.AFTER_HOURS_CLOSE:
                    self._fill(order, 10)
            self._tick(0.5)

    def _tick(self, seconds: float) -> None:
        self.lines.now_s += seconds
        now = OPEN + timedelta(seconds=self.lines.now_s)
        self.books.clock.move_to(now)  # type: ignore[attr-defined]
        self.lines.deliver_old()
        self._read()
        if not self.resort.is_done:
            self._hear(self.resort.tick(self.lines.now_s, now))

    def _read(self) -> None:
        arrived, self.lines.arrived = self.lines.arrived, []
        for message in arrived:
            self._hear(self.resort.take(message, {}, self.books.clock.now()))

    def _hear(self, said: FlattenProgressed | None) -> None:
        self.said = said or self.said

    def _fill(self, order: Order, share: int) -> None:
        held = self.books.held.get(order.intent.symbol, 0)
        most = min(order.remaining, held) if order.intent.side is Side.SELL else order.remaining
        if most:
            self.books.fill(order, max(most * share // 10, 1))
            self.lines.send_answers()

    def _rest(self, symbol: str, side: Side, wanted: int, kind: OrderKind) -> Order | None:
        quantity = wanted if side is Side.BUY else min(wanted, self.books.free(symbol))
        if quantity <= 0:
            return None
        self.made += 1
        intent = an_intent(side, quantity, symbol=symbol, kind=kind)
        order = an_order(intent, OrderStatus.ACCEPTED, self.made)
        self.books.submit(order)
        return order


def test_it_ends_flat_or_says_what_is_left_whatever_becomes_of_its_messages() -> None:
    run_machine(LastResortMachine, examples=150, steps=50)


@pytest.mark.long
def test_it_ends_flat_or_says_what_is_left_in_many_lives() -> None:
    run_machine(LastResortMachine, examples=5_000, steps=80)
