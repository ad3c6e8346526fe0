"""Which sessions and recordings are one day: all of an account that was traded on anew that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.text import Text
from core.blackbox.errors import RecordingError
from core.blackbox.header import Header
from core.blackbox.reel import Reel
from core.blackbox.shelf import Shelf
from core.commands.recordings import calendar_of
from core.journal.reader import StoredRecord, read
from core.program import Program
from core.sessions import TradingCalendar


@dataclass(frozen=True, slots=True)
class Recording:
    """One session's file, with what it begins with."""

    path: Path
    header: Header


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """One account's day; sessions and recordings oldest first, at least one recording."""

    day: date
    mode: str
    sessions: tuple[int, ...]
    recordings: tuple[Recording, ...]
    calendar: TradingCalendar

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol that was watched, those of the first session first."""
        return tuple(dict.fromkeys(s for each in self.recordings for s in each.header.symbols))


def recorded_day(program: Program, session: int | None) -> RecordedDay:
    """Return the day that a recorded session belongs to, the last one recorded where None is named.

    A program that was started again, or came back after a crash, goes on with the same account; a
    demo without books of its own is an account of its own each time.

    Raises:
        RecordingError: There is no recording of it, or the journal does not have it.
        JournalError: The journal can't be read.
    """
    path = Shelf(program.home).find(session)
    header = Reel(path, program.zone).header
    calendar = calendar_of(program, header)
    began = {record.session: record for record in read(program.journal_target, ("session",))}
    own = began.get(header.session)
    if own is None or own.time != header.began:
        raise RecordingError(_not_journaled(path, header))
    day = calendar.day_of(header.began)
    same = [one for one in began.values() if _is_same(one, own, day, calendar)]
    found = {header.session: Recording(path, header)}
    for record in same:
        if record.session not in found and (other := _recording(program, record)) is not None:
            found[record.session] = other
    sessions = tuple(record.session for record in same)
    recordings = tuple(found[number] for number in sessions if number in found)
    return RecordedDay(day, header.mode, sessions, recordings, calendar)


def _is_same(one: StoredRecord, other: StoredRecord, day: date, calendar: TradingCalendar) -> bool:
    if one.session == other.session:
        return True
    account = one.body.get("account", "")
    return (
        bool(account)
        and account == other.body.get("account", "")
        and one.body["mode"] == other.body["mode"]
        and calendar.day_of(one.time) == day
    )


def _recording(program: Program, record: StoredRecord) -> Recording | None:
    """Return the recording of a session; None where it was not recorded, or was deleted since."""
    shelf = Shelf(program.home)
    if not shelf.has(record.session):
        return None
    path = shelf.find(record.session)
    header = Reel(path, program.zone).header
    return Recording(path, header) if header.began == record.time else None


def _not_journaled(path: Path, header: Header) -> Text:
    return Text(
        f"{path}: 매매일지에 이 녹화의 세션 {header.session}이(가) 없어 비교할 체결이 "
        "없습니다. 녹화와 같은 홈 폴더의 매매일지로 하세요",
        f"{path}: the journal has no session {header.session} of this recording, so there "
        "are no fills to compare; use the journal of the same home folder",
    )
