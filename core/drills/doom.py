"""A terminal that ends itself at a moment given beforehand, as a power cut would.

Only a hidden option of the command `drill` makes one: a victim of "PLACE@HH:MM:SS-HH:MM:SS+N" dies
when that place is reached for the N-th time after the first market time, at the latest at the
second one. So a run of kills is the same again by its seed, however fast the machine is.
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event

from config.errors import ConfigError
from config.files import write_atomically
from core.clock import SimClock
from core.commands.stepped import Connect, Connection, Line
from core.domain.messages import AccountReported, Message
from core.domain.order import Order, OrderReport
from core.drivers import SteppedVenue
from core.journal.writer import SqlJournal
from core.ports import Post
from core.program import Program
from core.simulation.venue import Venue

PLACES = (
    "sql",  # before a statement of the journal: between commits, and in the middle of one
    "submit",  # before an order is handed to the broker; it is journaled
    "submitted",  # after that
    "cancel",  # before a cancel is
    "report",  # before what the broker says of an order reaches the terminal
    "heard",  # after that, when nothing was done about it yet
    "step",  # before anything happens at the exchange
    "stepped",  # after it: the exchange has done and kept it
)


def die() -> None:
    """End this process at once: nothing is flushed, closed or said."""
    # On Windows os.kill of anything is TerminateProcess.
    os.kill(os.getpid(), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


class Doom:
    """Counts how often its place is reached."""

    def __init__(self, text: str) -> None:
        """`text` is PLACE@HH:MM:SS-HH:MM:SS+N.

        Raises:
            ConfigError: It is not.
        """
        place, _, rest = text.partition("@")
        times, _, count = rest.partition("+")
        after, _, latest = times.partition("-")
        if place not in PLACES or not count.isdigit():
            raise ConfigError(
                f"--victim {text}: not one of {', '.join(PLACES)} @HH:MM:SS-HH:MM:SS+N"
            )
        self._place, self._left = place, int(count)
        self._after, self._latest = time.fromisoformat(after), time.fromisoformat(latest)
        self._now: Callable[[], datetime | None] = lambda: None

    def reached(self, place: str) -> None:
        """Die here if this is the moment."""
        now = self._now()
        if now is None or now.time() < self._after:
            return
        self._left -= place == self._place
        if self._left <= 0 or now.time() >= self._latest:
            die()

    def wrap(self, connect: Connect) -> Connect:
        """Have everything between terminal and broker pass by here."""

        def doomed(venue: Venue, post: Post, clock: SimClock) -> Line:
            self._now = clock.now

            def passing(message: Message) -> None:
                is_word = isinstance(message, OrderReport | AccountReported)
                if is_word:
                    self.reached("report")
                post(message)
                if is_word:
                    self.reached("heard")

            line = connect(venue, passing, clock)
            connection = cast(Connection, _DoomedConnection(line.connection, self))
            return Line(connection, _DoomedCrank(line.crank, self), line.faults)

        return doomed

    def watch(self, journal: SqlJournal) -> None:
        """Have every statement of this journal pass by here."""
        event.listen(journal.engine, "before_cursor_execute", lambda *_: self.reached("sql"))
        event.listen(journal.engine, "commit", lambda _: self.reached("sql"))


class DoomedProgram(Program):
    """The surroundings of such a terminal."""

    def __init__(self, args: Namespace, doom: Doom) -> None:
        super().__init__(args)
        self._doom = doom

    def open_journal(self) -> SqlJournal:
        journal = super().open_journal()
        self._doom.watch(journal)
        return journal


class _DoomedConnection:
    """Both ports; what is not named here goes through."""

    def __init__(self, connection: Connection, doom: Doom) -> None:
        self._connection, self._doom = connection, doom

    def submit(self, order: Order) -> None:
        self._doom.reached("submit")
        self._connection.submit(order)
        self._doom.reached("submitted")

    def cancel(self, order: Order) -> None:
        self._doom.reached("cancel")
        self._connection.cancel(order)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _DoomedCrank:
    def __init__(self, crank: SteppedVenue, doom: Doom) -> None:
        self._crank, self._doom = crank, doom
        self.next_time = crank.next_time

    def step(self) -> None:
        self._doom.reached("step")
        self._crank.step()
        self._doom.reached("stepped")


def save_for_ever(file: Path) -> None:
    """Write settings-like files of many sizes to one place until somebody ends this."""
    length = 0
    while True:
        length = (length * 7 + 4_099) % 400_000
        write_atomically(file, f'{{"length": {length}, "filler": "{"x" * length}"}}')
