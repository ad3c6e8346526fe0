"""Whatever forbids entries forbids them, in any order of events; and no exit minds any of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.text import Text
from core.domain.errors import JournalError
from core.domain.market import Tick
from core.domain.messages import (
    ClosePosition,
    ConnectionChanged,
    EnableSymbol,
    Flatten,
    Interrupted,
    Interruption,
    Pulsed,
    ResolveMismatch,
    Resumed,
    Start,
    Stop,
    WindowBeat,
)
from core.domain.order import Order, OrderId, OrderIntent, OrderStatus, Reason, Side
from core.sessions import open_calendar
from tests.builders import OPEN, SEOUL, at
from tests.core.engine.conftest import Desk, place_by_hand
from tests.machines import run_machine

CALENDAR = open_calendar("XKRX", SEOUL)
SYMBOLS = ("005930", "000660")
CUTOFF = at(15, 10)
VALUES = {"risk.daily_max_loss_pct": 0.1, "risk.daily_target_pct": 0, "risk.max_refusals": 0}
_WINDOW_SILENT_S = 5

symbols = st.sampled_from(SYMBOLS)


class BlocksMachine(RuleBasedStateMachine):
    @initialize(start=st.sampled_from([OPEN, OPEN, at(15, 9, 30)]))
    def open(self, start: datetime) -> None:
        self.desk = Desk(CALENDAR, list(SYMBOLS), VALUES)
        self.desk.open()
        self.desk.pass_to(start)
        self.real_s = 0.0
        self.made = self.seen = 0
        self.wanted = "running"
        self.is_connected, self.is_limited, self.is_window_silent = True, False, False
        self.off: set[str] = set()
        self.interrupted: set[str] = set()
        for symbol in SYMBOLS:  # so that shares are worth something, whoever brings them
            self.desk.tell(Tick(symbol, start, 70_000, 1))
        self.desk.tell(WindowBeat())
        self._pulse(1)

    # -- entries and exits --------------------------------------------------------------------

    @rule(symbol=symbols)
    def buy(self, symbol: str) -> None:
        """Try to buy what a signal would: it goes out where nothing forbids it."""
        self.desk.tell(Tick(symbol, self.desk.clock.now(), 70_000, 1))
        if not self._is_taken(symbol) and not self._against(symbol):
            failed = self._try_to_buy(symbol)
            assert self.is_unsure or not failed
        self.desk.drain()

    @rule(symbol=symbols)
    def close(self, symbol: str) -> None:
        """An exit goes out whatever forbids entries: every share is on its way afterwards."""
        self.desk.tell(ClosePosition(symbol))
        engine = self.desk.engine
        assert engine.account.portfolio.held(symbol) <= engine.orders.selling(symbol)

    @rule(share=st.integers(1, 10))
    def fill(self, share: int) -> None:
        for order in list(self.desk.broker.working.values()):
            self.desk.broker.fill(order, max(order.remaining * share // 10, 1), 70_000)
        self.desk.drain()

    @rule()
    def confirm_cancels(self) -> None:
        for order_id in self.desk.broker.cancels:
            if order_id in self.desk.broker.working:
                self.desk.broker.confirm_cancel(order_id)
        self.desk.drain()

    # -- what forbids entries -----------------------------------------------------------------

    @rule(is_start=st.booleans())
    def press(self, is_start: bool) -> None:
        self.desk.tell(Start() if is_start else Stop())
        if is_start:
            self.wanted = "running"
        elif self.wanted != "halted":
            self.wanted = "stopped"

    @rule()
    def flatten(self) -> None:
        self.desk.tell(Flatten("test"))
        self.wanted = "halted"

    @precondition(lambda self: not self.is_limited)
    @rule(symbol=symbols)
    def lose_by_hand(self, symbol: str) -> None:
        """The trader buys a share far above the market: the day's limit is reached."""
        self.made += 1
        self.desk.tell(Tick(symbol, self.desk.clock.now(), 70_000, 1))
        intent = OrderIntent(symbol, Side.BUY, 1, Reason.FOREIGN, OPEN, 90_000)
        order = Order(OrderId(f"K-{self.made}"), intent, OrderStatus.ACCEPTED)
        place_by_hand(self.desk, order)
        self.desk.broker.fill(order, 1, 90_000)
        self.desk.drain()
        self.is_limited = True

    @rule(is_connected=st.booleans())
    def connect(self, is_connected: bool) -> None:
        self.is_connected = is_connected
        self.desk.tell(ConnectionChanged(is_connected))

    @rule(symbol=symbols, shares=st.integers(1, 9))
    def give_shares(self, symbol: str, shares: int) -> None:
        """Shares come that nobody ordered; three reports later the symbol is frozen."""
        held = self.desk.broker.held
        held[symbol] = held.get(symbol, 0) + shares
        self.connect(False)
        self.connect(True)
        self.desk.pass_to(self.desk.clock.now() + timedelta(seconds=6))
        assert symbol in self.desk.engine._desk.frozen

    @rule(symbol=symbols)
    def resolve(self, symbol: str) -> None:
        self.desk.tell(ResolveMismatch(symbol, takes_brokers=True))
        assert symbol not in self.desk.engine._desk.frozen

    @rule(is_silent=st.booleans())
    def silence_window(self, is_silent: bool) -> None:
        self.is_window_silent = is_silent
        if not is_silent:
            self.desk.tell(WindowBeat())
        self._pulse(_WINDOW_SILENT_S + 2 if is_silent else 1)

    @rule(symbol=symbols, is_off=st.booleans())
    def switch(self, symbol: str, is_off: bool) -> None:
        (self.off.add if is_off else self.off.discard)(symbol)
        self.desk.tell(EnableSymbol(symbol, not is_off))

    @rule(symbol=symbols, is_over=st.booleans())
    def interrupt(self, symbol: str, is_over: bool) -> None:
        (self.interrupted.discard if is_over else self.interrupted.add)(symbol)
        now = self.desk.clock.now()
        word = Interrupted(symbol, now, Interruption.STATIC_VI)
        self.desk.tell(Resumed(symbol, now) if is_over else word)

    @rule()
    def fill_disk(self) -> None:
        self.desk.journal.failure = JournalError(Text.of("disk full"))

    @rule(seconds=st.sampled_from([1, 20, 60]))
    def wait(self, seconds: int) -> None:
        self.desk.pass_to(self.desk.clock.now() + timedelta(seconds=seconds))

    @rule()
    def mend(self) -> None:
        """Undo what can be undone, so that what can't be forbids alone."""
        for symbol in SYMBOLS:
            self.switch(symbol, False)
            self.interrupt(symbol, True)
        self.connect(True)
        self.press(True)
        self.silence_window(False)

    # -- what must hold -----------------------------------------------------------------------

    @invariant()
    def what_is_forbidden_does_not_leave(self) -> None:
        """Try it after every step: the gate itself says that entries are not allowed."""
        for symbol in SYMBOLS if hasattr(self, "desk") else ():
            against, count = self._against(symbol), len(self.desk.broker.submitted)
            if against:
                failed = self._try_to_buy(symbol)
                # A full disk is known once something could not be written.
                assert "entries_allowed" in failed or (failed and against == ["journal"]), against
                assert len(self.desk.broker.submitted) == count, against

    @invariant()
    def no_entry_leaves_by_itself(self) -> None:
        """Every buy that has left was tried by `buy`, when nothing spoke against it."""
        if hasattr(self, "desk"):
            orders = self.desk.broker.submitted[self.seen :]
            assert sum(order.intent.side is Side.BUY for order in orders) <= 1
            self.seen = len(self.desk.broker.submitted)

    def _try_to_buy(self, symbol: str) -> list[str]:
        """Return the checks that refused it."""
        engine = self.desk.engine
        market = engine.markets[symbol]
        moment = engine._blocks.moment(market, self.desk.clock.now())
        failed = engine._desk.buy(market, 70_000, moment, engine.settings)
        return [check.name for check in failed]

    def _is_taken(self, symbol: str) -> bool:
        engine = self.desk.engine
        return bool(engine.account.portfolio.held(symbol)) or engine.orders.has_working(symbol)

    def _against(self, symbol: str) -> list[str]:
        """Return what forbids an entry, by what was done to the engine and not by its own word."""
        desk = self.desk
        found = {
            "stopped": self.wanted != "running",
            "flattening": desk.engine.is_closing,
            "daily_limit": self.is_limited,
            "cutoff": desk.clock.now() >= CUTOFF,
            "disconnected": not self.is_connected,
            "frozen": symbol in desk.engine._desk.frozen,
            "window_silent": self.is_window_silent,
            "symbol_off": symbol in self.off,
            "interrupted": symbol in self.interrupted,
            "journal": desk.journal.failure is not None,
        }
        return [code for code, is_found in found.items() if is_found]

    @property
    def is_unsure(self) -> bool:
        """Whether the engine may have reasons of its own: shares, orders, time without trades."""
        book, broker = self.desk.engine.account.portfolio, self.desk.broker
        is_in_use = bool(len(book)) or bool(broker.working) or any(broker.held.values())
        return is_in_use or self.real_s > 1

    def _pulse(self, seconds: int) -> None:
        for _ in range(seconds):
            self.real_s += 1
            self.desk.tell(Pulsed(self.real_s))


def test_what_forbids_entries_forbids_them_and_no_exit_minds() -> None:
    run_machine(BlocksMachine, examples=60, steps=30)


@pytest.mark.long
def test_what_forbids_entries_forbids_them_in_many_lives() -> None:
    run_machine(BlocksMachine, examples=1_500, steps=50)
