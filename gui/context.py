"""Everything the main window is given; app.py fills it in, nobody else makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from config.schema import Settings
from config.secrets import Secrets
from config.text import Text
from core.backtest.twin.kept import Kept
from core.certificate.issue import Issued
from core.commands.transport import Transport
from core.commands.wire import FaultDesk
from core.doctor import Finding
from core.domain.messages import Message
from core.domain.session import Phase
from core.ports import Broker, Clock, Post, SymbolSource
from core.user_code import UserCode


class Mode(Enum):
    """What the window trades on; the badge, its colour and the window's frame follow it."""

    DEMO = "demo"
    REPLAY = "replay"
    PAPER = "paper"
    LIVE = "live"

    @property
    def title(self) -> Text:
        return _TITLES[self]


_TITLES = {
    Mode.DEMO: Text("데모", "DEMO"),
    Mode.REPLAY: Text("재생", "REPLAY"),
    Mode.PAPER: Text("모의", "PAPER"),
    Mode.LIVE: Text("실전", "LIVE"),
}


@dataclass(frozen=True, slots=True)
class WindowContext:
    """The window's only ties to the rest of the program.

    Every callable is called on the GUI thread and returns at once, unless it says otherwise.
    """

    settings: Settings
    mode: Mode
    account: str  # masked already, e.g. "80******11"
    language: str  # "ko" or "en"
    theme: str  # "dark" or "light"
    home: Path  # layout.ini is kept here
    clock: Clock  # market time
    names: Mapping[str, str]  # of all known securities by code, for names before the history comes
    phase_at: Callable[[datetime], Phase]  # of the calendar; a hung engine's word would be old
    post: Post  # into the engine's inbox
    broker: Broker  # for a flatten without the engine, and nothing else
    add_report_listener: Callable[[Callable[[Message], None]], None]
    """Has a function called, on any thread, with all the broker posts beside the engine's inbox."""
    is_engine_alive: Callable[[], bool]
    """Whether the engine thread still runs; a hung one does."""
    stop_engine: Callable[[], None]
    """Asks the engine to leave its loop; called once, when the window closes."""
    save_settings: Callable[[Settings], None]
    """Writes settings the trader applied; raises OSError or ConfigError with what to do."""
    takes_closing_price: Callable[[datetime], bool] = lambda now: False
    """Whether the exchange takes orders at the day's close (장후 시간외종가) at that moment."""
    symbols: tuple[str, ...] = ()
    """What a replay has; empty: the symbols of the settings."""
    transport: Transport | None = None
    """Moves a replay's market time; its methods take no longer than a lock."""
    wiring: Text | None = None
    """What market and broker are behind this window, in a sentence for the About box."""
    confirm_account: Callable[[str], bool] | None = None
    """Takes the last four digits of a real account; returns whether they are right."""
    conditions: SymbolSource | None = None
    """Runs the trader's symbol searches, where the broker has any."""
    register_password: Callable[[], None] | None = None
    """Opens the broker's own window for account passwords; returns when that is closed."""
    secrets: Secrets = field(default_factory=Secrets.of_system)
    """Of the alerts; their keyring is asked beside the window, as it may be slow."""
    faults: FaultDesk | None = None
    """Present where the broker is emulated."""
    examine: Callable[[], tuple[Finding, ...]] | None = None
    """Makes the doctor's checks of the pre-market page; takes a while, called on a pool thread."""
    make_twin: Callable[[str], Kept] | None = None
    """Compares the last recorded day with its backtest, and keeps the page in that language.

    Takes seconds; called on a pool thread. Raises TerminalError or OSError.
    """
    add_twin_listener: Callable[[Callable[[Kept], object]], None] | None = None
    """Has a function called, on any thread, with each twin that was made after a close."""
    certify: Callable[[str, bool], Issued] | None = None
    """Makes the day's closing certificate in that language and keeps it; called on a pool thread.

    The second says whether the broker has just answered. Raises JournalError or OSError.
    """
    user_code: UserCode | None = None
    """The files of the user's own, as they were loaded."""
