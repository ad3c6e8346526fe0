"""Which recorded day is still without its twin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.backtest.twin.kept import find_kept
from core.backtest.twin.recorded import recorded_day
from core.blackbox.reel import Reel
from core.blackbox.shelf import Shelf
from core.commands.recordings import calendar_of
from core.program import Program
from core.sessions import TradingCalendar

_DAY = timedelta(days=1)
_REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Pending:
    """A day that is over, and one of its recorded sessions."""

    day: date
    session: int


def pending(program: Program, last_over: date) -> Pending | None:
    """Return the newest recorded day up to `last_over`, None where there is none or it has a twin.

    Older days without one are left alone: their recordings may be of older programs.

    Raises:
        RecordingError: The newest recording can't be used.
        JournalError: The journal can't be read.
    """
    for path in Shelf(program.home).newest_first():
        header = Reel(path, program.zone).header
        day = calendar_of(program, header).day_of(header.began)
        if header.mode == _REPLAY or day > last_over:
            continue
        sessions = recorded_day(program, header.session).sessions
        kept = find_kept(program.home, day, sessions)
        is_done = kept is not None and kept.is_final
        return None if is_done else Pending(day, header.session)
    return None


def last_over(calendar: TradingCalendar, now: datetime) -> date:
    """Return the last date of which nothing more is traded in a session."""
    today = calendar.day_of(now)
    session = calendar.session(today)
    return today if session is None or now >= session.close else today - _DAY
