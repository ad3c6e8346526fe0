"""Has the journal copied when the day is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.session import Session
from core.engine.outside import BackupKeeper
from core.engine.parts import Parts

_AFTER_CLOSE = timedelta(minutes=5)  # the last fills of the closing auction are written by then


class DayBackup:
    """Owned by the engine thread; a `Timed` part. A day that was over at the start is not its."""

    def __init__(self, parts: Parts, backups: BackupKeeper | None) -> None:
        self._parts, self._backups = parts, backups
        self._session: Session | None = None  # whose time `_due` is
        self._due: datetime | None = None

    @property
    def wakeup(self) -> datetime | None:
        session = self._parts.day.timetable.session
        if session is not self._session:
            self._session = session
            due = session.close + _AFTER_CLOSE
            is_ours = self._backups is not None and self._parts.clock.now() < due
            self._due = due if is_ours else None
        return self._due

    def advance(self, now: datetime) -> None:
        """Begin the copy, with all that was recorded until now."""
        self._due = None
        self._parts.outbox.commit(now)
        if self._backups is not None:
            self._backups.start(now, self._parts.day.timetable.session.day)
