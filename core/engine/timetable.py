"""The moments of one trading day that the engine acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.session import Phase, Segment, SegmentKind, Session
from core.risk.checks.entries_allowed import TimetableOptions
from core.sessions import TradingCalendar
from core.sessions.hours import MARKETS
from core.sessions.plan import day_plan

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
    closing_price: Segment | None  # when orders at the day's close are taken (장후 시간외종가)

    @classmethod
    def of(cls, session: Session, options: TimetableOptions, market: str) -> Timetable:
        """Return the moments of `session` at a market (a calendar's name)."""
        return cls(
            session,
            cutoff=session.close - timedelta(minutes=options.entry_cutoff_min),
            flatten_at=session.close - timedelta(minutes=options.flatten_before_close_min),
            closing_price=_closing_price(session, market),
        )

    def moments(self) -> list[datetime]:
        """Return all moments at which something changes, in order."""
        moments = {getattr(self.session, name) for name, _ in _BEGINS}
        if self.closing_price is not None:
            moments |= {self.closing_price.start, self.closing_price.end}
        return sorted(moments | {self.cutoff, self.flatten_at})

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


def takes_closing_price(calendar: TradingCalendar, now: datetime) -> bool:
    """Return whether orders at the day's close are taken at `now`, by the calendar alone."""
    session = calendar.session_of(now)
    segment = _closing_price(session, calendar.name) if session is not None else None
    return segment is not None and segment.contains(now)


def _closing_price(session: Session, market: str) -> Segment | None:
    if market not in MARKETS:
        return None
    return day_plan(session, market).of(SegmentKind.CLOSE_PRICE)
