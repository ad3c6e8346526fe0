"""A flatten on an exchange where everything goes wrong: it ends flat, or says what is left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import (
    ConnectionChanged,
    Flatten,
    FlattenProgressed,
    ForeignOrderSeen,
    Interrupted,
    Interruption,
    Resumed,
    Severity,
    Start,
    StateChanged,
    Stop,
)
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.risk import TradingState
from core.sessions import open_calendar
from tests.builders import OPEN, SEOUL, at
from tests.core.engine.conftest import Desk, notes
from tests.core.engine.rough_exchange import RoughExchange
from tests.machines import run_machine

CALENDAR = open_calendar("XKRX", SEOUL)
SYMBOLS = ["005930", "000660", "035420"]
OVER = at(16)

symbols = st.sampled_from(SYMBOLS)
numbers = st.integers(0, 99)
shares = st.integers(1, 40)


class FlattenMachine(RuleBasedStateMachine):
    @initialize(
        start=st.sampled_from([OPEN, OPEN, at(15, 18), at(15, 29, 30), at(15, 38)]),
        held=st.dictionaries(symbols, shares, min_size=1),
        resting=st.lists(st.tuples(symbols, st.sampled_from(Side), shares), max_size=4),
    )
    def begin(
        self, start: datetime, held: dict[str, int], resting: list[tuple[str, Side, int]]
    ) -> None:
        self.desk = Desk(CALENDAR, SYMBOLS, {}, broker=RoughExchange)
        self.broker: RoughExchange = self.desk.broker  # type: ignore[assignment]
        self.broker.held.update(held)
        self.made = 0
        for symbol, side, quantity in resting:
            self._rest(symbol, side, quantity)
        self.desk.open()
        for symbol in SYMBOLS:
            self.desk.tick(70_000, 1, symbol=symbol)
        self.desk.pass_to(max(start, self.desk.clock.now()))
        self.desk.tell(Flatten("test"))

    # -- the exchange -------------------------------------------------------------------------

    @rule(number=numbers, share=st.integers(1, 10))
    def fill(self, number: int, share: int) -> None:
        working = list(self.broker.working.values())
        if working:
            self.broker.trade(working[number % len(working)], share)
            self._drain()

    @rule(mood=st.sampled_from(["take", "reject", "lose", "silent"]))
    def change_mood(self, mood: str) -> None:
        self.broker.mood = mood

    @rule(is_lost=st.booleans())
    def lose_cancels(self, is_lost: bool) -> None:
        self.broker.loses_cancels = is_lost

    @precondition(lambda self: self.broker.asked)
    @rule(is_refused=st.booleans(), is_overtaken=st.booleans())
    def answer_cancel(self, is_refused: bool, is_overtaken: bool) -> None:
        self.broker.answer_cancel(is_refused=is_refused, is_overtaken=is_overtaken)
        self._drain()

    @precondition(lambda self: self.broker.late)
    @rule()
    def tell_late(self) -> None:
        self.broker.tell_late()
        self._drain()

    @rule(number=numbers)
    def give_back(self, number: int) -> None:
        """End an order that nobody cancelled, as happens at a limit price without buyers."""
        working = list(self.broker.working.values())
        if working:
            self.broker.confirm_cancel(working[number % len(working)].id)
            self._drain()

    @rule(
        symbol=symbols,
        kind=st.sampled_from([Interruption.HALT, Interruption.STATIC_VI, None]),
        minutes=st.sampled_from([None, 2]),
    )
    def interrupt(self, symbol: str, kind: Interruption | None, minutes: int | None) -> None:
        now = self.desk.clock.now()
        if kind is None:
            self._resume(symbol)
            return
        until = (
            now + timedelta(minutes=minutes) if minutes and kind is Interruption.STATIC_VI else None
        )
        if kind is Interruption.HALT:
            self.broker.halted.add(symbol)
        else:
            self.broker.halted.discard(symbol)
        self.desk.tell(Interrupted(symbol, now, kind, until=until))

    # -- everything round it ------------------------------------------------------------------

    @rule(symbol=symbols, side=st.sampled_from(Side), quantity=shares)
    def order_by_hand(self, symbol: str, side: Side, quantity: int) -> None:
        """The trader orders in the HTS meanwhile."""
        if symbol not in self.broker.halted and not self._is_done:
            order = self._rest(symbol, side, quantity)
            if order is not None:
                self.broker.inbox.append(ForeignOrderSeen(order))
                self._drain()

    @rule(is_full=st.booleans())
    def fill_disk(self, is_full: bool) -> None:
        self.desk.journal.failure = JournalError(Text.of("disk full")) if is_full else None

    @rule(is_down=st.booleans())
    def cut(self, is_down: bool) -> None:
        if is_down is not self.broker.is_down:
            self.broker.is_down = is_down
            self.desk.tell(ConnectionChanged(not is_down))

    @rule(command=st.sampled_from([Flatten("again"), Stop(), Start()]))
    def press(self, command: Flatten | Stop | Start) -> None:
        """A nervous hand; it can't stop a flatten."""
        if not self._is_done:
            self.desk.tell(command)

    @rule(seconds=st.sampled_from([1, 2, 6, 12, 70]))
    def wait(self, seconds: int) -> None:
        self.desk.pass_to(self.desk.clock.now() + timedelta(seconds=seconds))

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def nobody_owes_shares(self) -> None:
        if hasattr(self, "desk"):
            assert all(held >= 0 for held in self.broker.held.values())
            assert all(self.broker.free(symbol) >= 0 for symbol in SYMBOLS)

    @invariant()
    def what_is_shown_as_left_is_what_is_left(self) -> None:
        """To the share, in each symbol, with a reason."""
        if not hasattr(self, "desk") or self.broker.late or self.broker.inbox:
            return
        progress = self._progress
        shown = {row.symbol: row.held for row in progress.rows if row.held}
        if not progress.is_done:
            assert shown == self._left
            assert all(row.note.ko and row.note.en for row in progress.rows)
            assert progress.note.ko and progress.note.en

    @invariant()
    def it_is_over_only_when_nothing_is_left(self) -> None:
        if hasattr(self, "desk") and self._is_done and not self.is_proved:
            self.is_proved = True
            assert not self._left
            assert not self.broker.working
            assert self.desk.said(StateChanged)[-1].state is TradingState.HALTED

    is_proved = False

    def teardown(self) -> None:
        """From here on everybody does what is asked."""
        if not hasattr(self, "desk"):
            return
        self.broker.mood, self.broker.loses_cancels = "take", False
        self.cut(False)
        self.fill_disk(False)
        for symbol in SYMBOLS:
            self._resume(symbol)
        while not self._is_done and self.desk.clock.now() < self._patience:
            self._calm_second()
        if self.desk.clock.now() < OVER:
            assert self._is_done
        self.it_is_over_only_when_nothing_is_left()
        self.what_is_shown_as_left_is_what_is_left()
        self.desk.engine.close()
        self.desk.drain()
        said = [note for note in notes(self.desk, Severity.ERROR) if "; left: " in note]
        left = ", ".join(f"{row.symbol} {row.held:,}" for row in self._progress.rows)
        assert [note.partition("; left: ")[2] for note in said] == ([left] if left else [])

    @property
    def _patience(self) -> datetime:
        """Return how long it may take: some time-outs in a session, else until it is over."""
        if not hasattr(self, "_until"):
            soon = self.desk.clock.now() + timedelta(minutes=5)
            self._until = soon if soon < at(15, 30) else OVER
        return self._until

    def _calm_second(self) -> None:
        while self.broker.asked:
            self.broker.answer_cancel()
        self.broker.tell_late()
        for order in list(self.broker.working.values()):
            is_exit = order.intent.side is Side.SELL and order.intent.kind is not OrderKind.LIMIT
            if is_exit and self.broker._takes(order.intent.kind):
                self.broker.trade(order, 10)
        self._drain()
        self.wait(1)

    @property
    def _progress(self) -> FlattenProgressed:
        progress: FlattenProgressed = self.desk.said(FlattenProgressed)[-1]
        return progress

    @property
    def _is_done(self) -> bool:
        return self._progress.is_done

    @property
    def _left(self) -> dict[str, int]:
        return {symbol: held for symbol, held in self.broker.held.items() if held}

    def _drain(self) -> None:
        self.desk.drain()

    def _resume(self, symbol: str) -> None:
        self.broker.halted.discard(symbol)
        self.desk.tell(Resumed(symbol, self.desk.clock.now()))

    def _rest(self, symbol: str, side: Side, quantity: int) -> Order | None:
        """Let an order of the trader's own wait for its price; a sell of what is free."""
        quantity = min(quantity, self.broker.free(symbol)) if side is Side.SELL else quantity
        if quantity <= 0:
            return None
        self.made += 1
        intent = OrderIntent(
            symbol, side, quantity, Reason.FOREIGN, OPEN, 70_000, OrderKind.LIMIT, 70_000
        )
        number = BrokerOrderId(f"9{self.made:06d}")
        order = Order(OrderId(f"K-{self.made}"), intent, OrderStatus.ACCEPTED, number)
        self.broker.working[order.id] = order
        return order


def test_it_ends_flat_or_says_what_is_left_whatever_happens() -> None:
    run_machine(FlattenMachine, examples=30, steps=25)


@pytest.mark.long
def test_it_ends_flat_or_says_what_is_left_in_many_lives() -> None:
    run_machine(FlattenMachine, examples=1_000, steps=50)
