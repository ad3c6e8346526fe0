"""A terminal in this process on the emulated Kiwoom, in market time, moved by the drill.

The engine, the journal, the adapter and the exchange are those of production; the driver is
`run_stepped`'s order of things with the fault handling of the window's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from config.schema import Settings
from config.text import Text
from core.clock import SimClock, monotonic
from core.commands.seat import Seat, make_engine
from core.commands.stepped import Connect
from core.domain.errors import CalendarError
from core.domain.messages import (
    Event,
    Flatten,
    FlattenProgressed,
    Message,
    Noted,
    Severity,
    Start,
    TimePassed,
)
from core.domain.order import OrderIntent, OrderKind, Reason, Side
from core.domain.price import Price
from core.drills.drill import DrillFailedError, require
from core.drills.surroundings import DrillProgram
from core.drills.watched import TappedPost, WatchedBroker
from core.drivers import handle_all
from core.engine import Engine
from core.engine.outside import Outside
from core.instance.remote import RemoteControl
from core.sessions import TradingCalendar
from core.simulation.account import Lot
from core.simulation.incidents import Shock
from core.simulation.listings import listings
from core.simulation.setup import DemoDay, demo_venue
from core.simulation.venue import Venue

_WRITES_WITHIN_S = 10.0
FEW = ("005930", "000660", "005380")
EAGER: dict[str, Any] = {"strategy__buy_threshold": 0.5}
"""Makes the first minutes of the market enough for positions."""
KEEPS: dict[str, Any] = {
    "strategy__sell_threshold": 50,
    "risk__stop_loss_pct": 20,
    "risk__take_profit_pct": 50,
}
"""Keeps what was bought until it is flattened."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a drill begins with; `at` is Korean time on its day."""

    at: time = time(10)
    held: Mapping[str, int] = field(default_factory=dict)  # shares the account has already
    symbols: tuple[str, ...] = FEW
    cash: Price = 50_000_000
    starts: bool = True  # START is pressed
    shocks: tuple[Shock, ...] = ()  # jumps of prices
    has_books: bool = False  # order books are published, which takes long


class Stage:
    """One such terminal.

    Attributes:
        broker: Remembers what left.
        post: Its `tap` may change what comes back.
        is_hung: The engine handles nothing any more, as if it hung.
    """

    def __init__(
        self,
        scene: Scene,
        values: Mapping[str, Any],
        home: Path,
        wire: Callable[[Settings, TradingCalendar], Connect],
        calendar: TradingCalendar,
        day: date,
        seed: int,
    ) -> None:
        home.mkdir(exist_ok=True)
        self.home, self.calendar = home, calendar
        self.books_file = home / "exchange.db"
        own = {"market.symbols": list(scene.symbols), "broker.simulated_day": day.isoformat()}
        self.program = DrillProgram(home, calendar, {**own, **values})
        self.settings = self.program.settings
        self.venue = self._open_venue(scene, day, seed)
        self.clock = SimClock(self.venue.start)
        self.inbox: deque[Message] = deque()
        self.post = TappedPost(self.inbox.append)
        self.line = wire(self.settings, calendar)(self.venue, self.post, self.clock)
        self.broker = WatchedBroker(self.line.connection)
        self.journal = self.program.open_journal()
        self._leaving = ExitStack()
        self.listener: Callable[[Message], object] = type  # hears all that comes
        self.is_hung = self._is_closed = False
        self._events: list[Event] = []
        self.engine = self._open_engine(scene, seed)

    @property
    def journal_file(self) -> Path:
        return self.home / "journal.sqlite"

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # -- time -----------------------------------------------------------------------------------

    def step(self) -> None:
        """Let the next thing happen, at the exchange or by the engine's own clock."""
        theirs = self.line.crank.next_time()
        ours = None if self.is_hung else self.engine.wakeup
        if theirs is None and ours is None:
            self.clock.move_to(self.now + timedelta(seconds=1))
            return
        if theirs is not None and (ours is None or theirs <= ours):
            self.clock.move_to(theirs)
            self.line.crank.step()
        elif ours is not None:
            self.clock.move_to(ours)
            self.inbox.append(TimePassed(self.now))
        self.drain()

    def drain(self) -> None:
        """Have the engine handle what has come."""
        while self.inbox:
            message = self.inbox.popleft()
            self.listener(message)
            if not self.is_hung:
                handle_all(self.engine, [message])

    def run_for(self, seconds: float) -> None:
        """Let so many market seconds pass."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.step()

    def writes_again(self, waiting: int) -> bool:
        """Let time pass until fewer than `waiting` records wait; False: not within ten seconds.

        Real ones, as a journal that failed is tried again by real time.
        """
        until = monotonic() + _WRITES_WITHIN_S
        while self.journal.pending >= waiting and monotonic() < until:
            self.run_for(1)
        return self.journal.pending < waiting

    def run_to(self, moment: time) -> None:
        """Let the day go on until this Korean time."""
        day = self.now.replace(hour=moment.hour, minute=moment.minute, second=moment.second)
        self.run_for((day - self.now).total_seconds())

    def run_until(self, is_so: Callable[[], object], patience_s: float, what: Text) -> float:
        """Let time pass until it is so; return how many market seconds that took.

        Raises:
            DrillFailedError: It was not so for `patience_s` market seconds; `what` was waited for.
        """
        began = self.now
        while not is_so():
            passed_s = (self.now - began).total_seconds()
            if passed_s >= patience_s:
                raise self._too_late(patience_s, what)
            self.step()
        return (self.now - began).total_seconds()

    # -- what the trader and the world do ---------------------------------------------------------

    def tell(self, message: Message) -> None:
        """Give the engine a command or a fact."""
        self.inbox.append(message)
        self.drain()

    def act(self, code: str, symbol: str = "") -> None:
        """Do one of the emulator's faults once: "disconnect", "vi", "halt", "silence", ..."""
        if self.line.faults is not None:
            self.line.faults.act(code, symbol)
        self.drain()

    def use(self, **faults: object) -> None:
        """Have the emulated Kiwoom behave by these options of `emulator` from now on."""
        if self.line.faults is not None:
            changed = {f"emulator.{name}": value for name, value in faults.items()}
            self.line.faults.use(self.settings.changed(changed))

    def order_by_hand(self, symbol: str, side: Side, quantity: int, limit: Price) -> None:
        """Order in the HTS, and wait until the exchange has it."""
        intent = OrderIntent(
            symbol, side, quantity, Reason.FOREIGN, self.now, limit, OrderKind.LIMIT, limit
        )
        self.venue.place_by_hand(intent, self.now)
        self.run_for(1)

    def buys(self, count: int = 2) -> None:
        """Wait until the terminal holds so many positions that it bought itself."""
        what = Text(f"{count}종목을 샀습니다", f"it has bought {count} positions")
        self.run_until(lambda: len(self.held()) >= count, 3_600, what)

    # -- what can be seen -------------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """Return everything the engine has said."""
        self._events += self.engine.take_events()
        return self._events

    def said(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def notes(self, *severities: Severity) -> list[str]:
        """Return the notes of these severities (all by default), in English."""
        notes = self.said(Noted)
        return [each.text.en for each in notes if not severities or each.severity in severities]

    def held(self) -> dict[str, int]:
        """Return the shares held, by the exchange's own books."""
        lots = self.venue.exchange.account.lots
        return {symbol: lot.quantity for symbol, lot in lots.items() if lot.quantity}

    def price(self, symbol: str) -> Price:
        """Return the last price the terminal knows."""
        return self.engine.markets[symbol].last_price or listings()[symbol].previous_close

    @property
    def progress(self) -> FlattenProgressed | None:
        found = self.said(FlattenProgressed)
        return found[-1] if found else None

    def _too_late(self, patience_s: float, what: Text) -> DrillFailedError:
        state = self.state()
        return DrillFailedError(
            Text(
                f"{patience_s:,.0f}초가 지나도 되지 않았습니다: {what.ko}. {state.ko}",
                f"not within {patience_s:,.0f} s: {what.en}. {state.en}",
            )
        )

    def state(self) -> Text:
        """Say where it stands, for a drill that failed."""
        working = len(self.venue.exchange.working)
        note = self.progress.note if self.progress else Text.of("-")
        return Text(
            f"보유 {self.held()}, 미체결 {working}건, 청산: {note.ko}",
            f"held {self.held()}, {working} orders working, flatten: {note.en}",
        )

    # -- the end ----------------------------------------------------------------------------------

    def close(self) -> None:
        """End the run in good order."""
        if self._is_closed:
            return
        self._is_closed = True
        if not self.is_hung:
            self.engine.close()
        self.broker.close()
        self._leaving.close()
        self.journal.close()
        self.venue.close()

    def drop(self) -> None:
        """End it as a crash does: nothing more is written, said or sent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._leaving.close()
        self.journal.engine.dispose()
        self.venue.close()

    def _open_venue(self, scene: Scene, day: date, seed: int) -> Venue:
        session = self.calendar.session(day)
        if session is None:
            raise CalendarError(f"{day}: no trading day, so nothing can be drilled on it")
        moment = datetime.combine(day, scene.at, self.calendar.zone)
        start = min(moment, session.open - timedelta(seconds=30))
        first = DemoDay(session, seed, start, scene.shocks)
        open_ = (first, self.settings, self.calendar, scene.cash, self.books_file, scene.has_books)
        if not self.books_file.exists():
            lots = [
                Lot(symbol, quantity, quantity * listings()[symbol].previous_close)
                for symbol, quantity in scene.held.items()
            ]
            demo_venue(*open_, lots).exchange.close(moment)  # it goes on from that moment
        return demo_venue(*open_)

    def _open_engine(self, scene: Scene, seed: int) -> Engine:
        outside = Outside(
            self.clock,
            self.line.connection,
            self.broker,
            self.journal,
            self.calendar,
            day_memory=self.program.day_memory(self.books_file),
        )
        remote = RemoteControl(self.inbox.append)
        seat = Seat(self.journal, remote, self.inbox.append, self._leaving.callback)
        engine = make_engine(self.program, seat, outside, scene.symbols, "demo", seed)
        engine.open()
        if scene.starts:
            self.inbox.append(Start())
        return engine


def flattened(stage: Stage, patience_s: float = 300) -> float:
    """Press the button; return the market seconds until the broker's own report said zero."""
    began = stage.now
    stage.tell(Flatten("button"))
    return until_flat(stage, began, patience_s)


def until_flat(stage: Stage, began: datetime, patience_s: float = 300) -> float:
    """Wait for the proof of a flatten; return the market seconds since `began`."""
    what = Text("증권사 잔고 0 확인", "the broker's own report says zero")
    stage.run_until(lambda: not stage.engine.is_closing, patience_s, what)
    progress = stage.progress
    require(progress is not None and progress.is_done, stage.state())
    require(not stage.held(), stage.state())
    require(not stage.venue.exchange.working, stage.state())
    return (stage.now - began).total_seconds()
