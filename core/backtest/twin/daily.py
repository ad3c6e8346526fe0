"""Has each day's twin made after the close, by itself and beside everything else."""

from __future__ import annotations

import logging
import threading
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from core.backtest.twin.elsewhere import Elsewhere
from core.backtest.twin.kept import Kept
from core.backtest.twin.options import TwinOptions
from core.backtest.twin.pending import pending
from core.backtest.twin.words import failed, made
from core.domain.messages import Event, Heartbeat, Noted, PhaseChanged, Severity
from core.domain.session import Phase
from core.ports import Post
from core.program import Program

logger = logging.getLogger(__name__)

_AFTER_CLOSE = timedelta(minutes=6)  # behind the day's last reports, certificate and backup
_OVER = frozenset({Phase.AFTER_CLOSE, Phase.CLOSED_DAY})


class DayTwins:
    """Of one run; `hear` must be given every batch of events.

    When the exchange has closed, and when a run begins, the newest recorded day that is over gets
    its twin, unless it has one. What became of it is posted; nobody ever waits for it.
    """

    def __init__(self, program: Program, args: Namespace, post: Post) -> None:
        """`args` are those the program was made of."""
        self._program, self._post = program, post
        self._is_wanted = program.settings[TwinOptions].daily_twin
        self._elsewhere = Elsewhere(args)
        self._listeners: list[Callable[[Kept], object]] = []
        self._thread: threading.Thread | None = None
        self._has_begun = self._is_closed = False
        self._due: datetime | None = None
        self._last_over = date.min

    def listen(self, listener: Callable[[Kept], object]) -> None:
        """Have a function called, on another thread, with each twin that is made by itself."""
        self._listeners.append(listener)

    def hear(self, events: Sequence[Event]) -> None:
        """Look at the phase and at market time; called on the engine's or the window's thread."""
        for event in events:
            if isinstance(event, PhaseChanged):
                self._hear_phase(event)
            elif isinstance(event, Heartbeat) and self._due is not None and event.now >= self._due:
                self._due = None
                self._start(event.now)

    def make(self, language: str) -> Kept:
        """Have the last recorded day compared, whatever of it there is; waits for it.

        Raises:
            TerminalError, OSError: It can't be.
        """
        return self._elsewhere.make(None, language)

    def close(self) -> None:
        """Break off what is being made; the next start makes it."""
        self._is_closed = True
        self._elsewhere.close()

    def _hear_phase(self, changed: PhaseChanged) -> None:
        today = changed.now.date()
        self._last_over = today if changed.phase in _OVER else today - timedelta(days=1)
        if not self._has_begun:
            self._has_begun, self._due = True, changed.now
        elif changed.phase is Phase.AFTER_CLOSE:
            self._due = changed.now + _AFTER_CLOSE

    def _start(self, now: datetime) -> None:
        if not self._is_wanted:
            return
        if self._thread is not None and self._thread.is_alive():
            self._due = now  # again as soon as that one is done
            return
        self._thread = threading.Thread(
            target=self._run, args=(now, self._last_over), name="daily twin", daemon=True
        )
        self._thread.start()

    def _run(self, now: datetime, last_over: date) -> None:
        day: object = last_over
        try:
            found = pending(self._program, last_over)
            if found is None:
                return
            day = found.day
            kept = self._elsewhere.make(found.session, self._program.language, is_over=True)
        except Exception as error:  # the thread's edge: it must be said, or it would vanish
            if not self._is_closed:
                logger.warning("the daily twin of %s was not made", day, exc_info=error)
                self._post(Noted(now, Severity.WARNING, failed(day, error)))
            return
        if self._is_closed:
            return
        self._post(Noted(now, Severity.INFO, made(kept)))
        for listener in self._listeners:
            listener(kept)
