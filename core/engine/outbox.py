"""What the engine has to say: events in order, and the journal's records beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Event, Noted, Severity
from core.journal.records import Record, note_record
from core.ports import Journal

logger = logging.getLogger(__name__)
_LEVELS = {
    Severity.INFO: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.ERROR: logging.ERROR,
}
_RETRY_S = 2.0


class Outbox:
    """Collects events for the next batch, and records for the journal's next commit."""

    def __init__(self, journal: Journal, elapsed_s: Callable[[], float]) -> None:
        """`elapsed_s` returns real seconds, as `core.clock.monotonic`."""
        self._events: list[Event] = []
        self._elapsed_s = elapsed_s
        self._journal = journal
        self._retry_at = 0.0  # by `elapsed_s`
        self.commits = 0  # that went well
        self.is_journal_failing = False

    def publish(self, event: Event | None) -> None:
        """Add `event` to the next batch; None is nothing to say."""
        if event is not None:
            self._events.append(event)

    def take(self) -> list[Event]:
        """Return the events since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def note(
        self,
        now: datetime,
        severity: Severity,
        text: Text,
        symbol: str = "",
        *,
        stops_entries: bool = False,
        order_id: str = "",
    ) -> None:
        """Tell a person: in the window, the log and the journal.

        `stops_entries` says that the program itself has stopped them, which is worth an alert;
        `order_id` is for the log, where it ties the line to others.
        """
        noted = Noted(now, severity, text, symbol, stops_entries)
        about = f"order {order_id}" if order_id else ""
        line, told = " ".join(filter(None, (about, symbol, text.en))), {"is_told": True}
        logger.log(_LEVELS[severity], "%s", line, extra=told)
        self.publish(noted)
        self.record(note_record(noted), now)

    def record(self, record: Record, now: datetime) -> None:
        kind, fields = record
        self._journal.record(kind, now, fields)

    def commit(self, now: datetime) -> bool:
        """Make all records durable; return whether it went well.

        A failing journal is said once; its records are kept, and it is tried again every two
        seconds of real time, since each try may wait for a locked file.
        """
        if self.is_journal_failing and self._elapsed_s() < self._retry_at:
            return False
        try:
            self._journal.commit()
        except JournalError as error:
            self._failed(error, now)
            return False
        self.commits += 1
        if self.is_journal_failing:
            self.is_journal_failing = False
            self.note(
                now, Severity.INFO, Text("매매일지를 다시 씁니다", "the journal is written again")
            )
        return True

    def commit_if_failing(self, now: datetime) -> None:
        """Try again to write what could not be written."""
        if self.is_journal_failing:
            self.commit(now)

    def _failed(self, error: JournalError, now: datetime) -> None:
        self._retry_at = self._elapsed_s() + _RETRY_S
        if self.is_journal_failing:
            return
        self.is_journal_failing = True
        self.note(
            now,
            Severity.ERROR,
            Text(
                f"매매일지를 쓸 수 없습니다. 신규 진입을 막고 청산은 계속합니다: {error.text.ko}",
                f"the journal can't be written; entries are blocked, exits go on: {error.text.en}",
            ),
            stops_entries=True,
        )
