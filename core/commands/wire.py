"""What a window is told of the broker it is wired to, and of the run it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from config.schema import Settings
from config.text import Text
from core.commands.transport import Transport
from core.drivers import Inbox, PacedClock
from core.engine.day_memory import DayMemory
from core.ports import Broker, MarketFeed, Post, SymbolSource


class Listened(Broker, MarketFeed, Protocol):
    """Both ports, and an ear for who flattens without the engine."""

    def add_listener(self, post: Post) -> None:
        """Have `post` called, on any thread, with everything but market data."""
        ...


class Calls(Protocol):
    """The window's thread, as others ask it for work."""

    def call(self, action: Callable[[], object]) -> None:
        """Have `action` run on it, after all that were given before; from any thread."""
        ...

    def wait_drained(self, timeout_s: float) -> bool:
        """Wait until nothing is left to run; return whether that came in time."""
        ...


class FaultDesk(Protocol):
    """Faults of the emulated broker, for the hidden panel; options are those of one section."""

    @property
    def section(self) -> str:
        """The section of the settings whose options are the switches."""
        ...

    @property
    def actions(self) -> Sequence[tuple[str, Text]]:
        """Code and title of everything that can be done once, at once."""
        ...

    def use(self, settings: Settings) -> None:
        """Behave by these settings from now on."""
        ...

    def act(self, code: str, symbol: str) -> None:
        """Do one of `actions`; `symbol` where it needs one."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """A broker as a window is wired to it."""

    connection: Listened
    wiring: Text  # for the About box
    close: Callable[[], None]
    tells_time: bool = False  # the market posts `TimePassed` in step with its ticks
    next_time: Callable[[], datetime | None] = lambda: None  # of timed work on the window's thread
    on_time: Callable[[datetime], None] = lambda _: None
    confirm_account: Callable[[str], bool] | None = None
    conditions: SymbolSource | None = None
    faults: FaultDesk | None = None
    register_password: Callable[[], None] | None = None  # opens the broker's window for it


@dataclass(frozen=True, slots=True)
class WindowRun:
    """What the window shows, and how it is wired to it."""

    mode: str
    symbols: Sequence[str]
    make_clock: Callable[[], PacedClock]  # called when the market may begin to move
    wire: Callable[[Inbox, Calls, Any], Wire]  # with that clock, on the window's thread
    account: str = ""  # masked; empty: not known before the login
    starts: bool = False  # trading begins without START
    seed: int | None = None
    day_memory: DayMemory = field(default_factory=DayMemory)
    asks_ai: bool = True
    transport: Transport | None = None  # of a replay, which the window then moves
