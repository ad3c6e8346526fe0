"""Terminals that are killed in the middle of anything, on an exchange that lives on.

The exchange is an oracle of its own: it shares no code with the simulated one. Its line to a
terminal may forget who sent what, as Kiwoom's adapter does over a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from config.schema import Settings
from core.clock import SimClock
from core.domain.market import Tick
from core.domain.messages import (
    Event,
    Message,
    Noted,
    PastRead,
    Start,
    TimePassed,
)
from core.engine import Engine
from core.engine.outside import Outside
from core.journal import MemoryJournal, StoredRecord
from core.journal.accounts import Accounts
from core.journal.past import Recall
from core.journal.records import session_record
from core.sessions.calendar import TradingCalendar
from tests.builders import OPEN
from tests.core.engine.tiny_exchange import (
    ACCOUNT,
    CASH,
    SYMBOLS,
    Fuse,
    Killed,
    TinyExchange,
    TinyLine,
)


class MortalJournal(MemoryJournal):
    """One file for all terminals; a kill leaves what was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.fuse = Fuse()
        self.session = 0
        self.sessions: list[int] = []

    def commit(self) -> None:
        if not self.batch:
            return
        self.fuse.burn()
        self.sessions += [self.session] * len(self.batch)
        super().commit()
        self.fuse.burn()

    def begin(self, fuse: Fuse, now: Any) -> int:
        """Open it for the next terminal."""
        self.batch, self.fuse = [], Fuse()
        self.session += 1
        start = session_record(
            mode="demo", version="0", start_capital=CASH, settings={}, account=ACCOUNT
        )
        self.record(start[0], now, start[1])
        self.commit()
        self.fuse = fuse
        return self.session

    def lose(self) -> None:
        """Have it set aside as damaged, and a new one begun."""
        self.committed, self.sessions = [], []

    def stored(self) -> list[StoredRecord]:
        return [
            StoredRecord(seq, session, kept.time, kept.kind, kept.body)
            for seq, (kept, session) in enumerate(
                zip(self.committed, self.sessions, strict=True), 1
            )
        ]

    def problems(self) -> list[str]:
        """Return everything that does not add up."""
        accounts = Accounts()
        return [p.text.en for record in self.stored() for p in accounts.check(record)]


class Terminal:
    """One engine from its start to its death."""

    def __init__(self, world: World, fuse: Fuse, is_lost: bool = False) -> None:
        self.world, self.clock = world, world.clock
        past = world.past()
        number = world.journal.begin(fuse, self.clock.now())
        self.line = world.line(fuse)
        outside = Outside(self.clock, self.line, self.line, world.journal, world.calendar)
        self.engine = Engine(world.settings, outside, SYMBOLS, f"s{number}")
        self.events: list[Event] = []
        self.engine.handle(PastRead(past, is_lost))
        self.engine.open()
        self.engine.handle(Start())
        self.drain()

    def drain(self) -> None:
        while self.line.inbox:
            self.engine.handle(self.line.inbox.popleft())
        self.events += self.engine.take_events()

    def tell(self, message: Message) -> None:
        self.engine.handle(message)
        self.drain()

    def pass_time(self, seconds: float) -> None:
        until = self.clock.now() + timedelta(seconds=seconds)
        while self.engine.wakeup <= until:
            due = max(self.engine.wakeup, self.clock.now())
            self.clock.move_to(due)
            self.tell(TimePassed(due))
        self.clock.move_to(until)

    def tick(self, symbol: str, price: int) -> None:
        self.tell(Tick(symbol, self.clock.now(), price, 10))

    def rise(self, symbol: str) -> None:
        """Make a signal to buy: five minutes of falling, then rising prices."""
        self.print_minutes(symbol, (70_000, 69_900, 69_800, 69_700, 70_300))

    def print_minutes(self, symbol: str, prices: tuple[int, ...]) -> None:
        """Print one trade near the end of each of the next full minutes, and close the last."""
        self.pass_time(60 - self.clock.now().second)
        for price in prices:
            self.pass_time(55)
            self.tick(symbol, price)
            self.pass_time(5)
        self.pass_time(2)

    def notes(self) -> list[str]:
        return [event.text.en for event in self.events if isinstance(event, Noted)]

    @property
    def holdings(self) -> Mapping[str, int]:
        return dict(self.engine.account.holdings())


class World:
    """An exchange, a journal, and one terminal at a time."""

    def __init__(self, calendar: TradingCalendar, forgets: bool, **values: Any) -> None:
        self.calendar, self.forgets = calendar, forgets
        self.clock = SimClock(OPEN + timedelta(minutes=1))
        self.exchange, self.journal = TinyExchange(self.clock), MortalJournal()
        self.settings = Settings({"market.symbols": SYMBOLS, **EAGER, **values})

    def past(self) -> Any:
        recall = Recall(OPEN.date())
        for record in self.journal.stored():
            if record.kind in recall.kinds:
                recall.take(record)
        return recall.past()

    def line(self, fuse: Fuse) -> TinyLine:
        """Return the line of the next terminal."""
        return TinyLine(self.exchange, fuse, self.forgets)

    def start(self, fuse: Fuse | None = None, is_lost: bool = False) -> Terminal:
        return Terminal(self, fuse or Fuse(), is_lost)

    def run(self, fuse: Fuse, script: Callable[[Terminal], None]) -> Terminal | None:
        """Start a terminal and let it do `script`; None where it was killed meanwhile."""
        try:
            terminal = self.start(fuse)
            script(terminal)
            return terminal
        except Killed:
            self.exchange.line = None
            return None

    def held(self) -> dict[str, int]:
        return {symbol: held for symbol, held in self.exchange.held.items() if held}


EAGER = {
    "strategy.ema_short": 2,
    "strategy.ema_long": 3,
    "strategy.bb_period": 2,
    "strategy.rsi_period": 2,
    "strategy.buy_threshold": 0.5,
    "strategy.sell_threshold": 0.5,
    "strategy.rsi_overbought": 100,
    "strategy.rsi_oversold": 0,
}
