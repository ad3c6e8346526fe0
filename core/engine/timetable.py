"""The moments of one trading day that the engine acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.session import Phase, Session
from core.risk.checks.entries_allowed import TimetableOptions
from core.sessions import TradingCalendar

_BEGINS = (
    ("auction_start", Phase.OPENING_AUCTION),
    ("open", Phase.CONTINUOUS),
    ("continuous_end", Phase.CLOSING_AUCTION),
    ("close", Phase.AFTER_CLOSE),
)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A session's hours with the last entry and the closing of positions worked out."""

    session: Session
    cutoff: datetime  # bars that start here or later give no BUY
    flatten_at: datetime  # positions are sold from here on

    @classmethod
    def of(cls, session: Session, options: TimetableOptions) -> Timetable:
        return cls(
            session,
            cutoff=session.close - timedelta(minutes=options.entry_cutoff_min),
            flatten_at=session.close - timedelta(minutes=options.flatten_before_close_min),
        )

    def moments(self) -> list[datetime]:
        """Return all moments at which something changes, in order."""
        begins = {getattr(self.session, name) for name, _ in _BEGINS}
        return sorted(begins | {self.cutoff, self.flatten_at})

    def next_moment(self, now: datetime) -> datetime | None:
        """Return the first moment after `now`, or None when the day has nothing left."""
        return next((moment for moment in self.moments() if moment > now), None)

    def phase_until(self, now: datetime) -> tuple[Phase, datetime | None]:
        """Return the phase at `now` and when the next one begins."""
        ends = (getattr(self.session, name) for name, _ in _BEGINS)
        return self.session.phase(now), next((end for end in ends if end > now), None)


def phase_at(calendar: TradingCalendar, now: datetime) -> Phase:
    """Return the market's phase at `now` by the calendar alone."""
    session = calendar.session_of(now)
    return Phase.CLOSED_DAY if session is None else session.phase(now)
