"""The moments of one trading day that the engine acts on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.session import Phase, Session
from core.risk.checks.entries_allowed import TimetableOptions
from core.sessions import TradingCalendar

_CLOSING_PRICE_FROM = timedelta(minutes=10)  # after the close: 15:40
_CLOSING_PRICE_UNTIL = timedelta(minutes=30)  # 16:00
"""When the exchange takes orders at the day's close (장후 시간외종가). Source: KRX."""

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

    @property
    def closing_price_hours(self) -> tuple[datetime, datetime]:
        """When orders at the day's close are taken: from, and until before."""
        return closing_price_hours(self.session)

    def moments(self) -> list[datetime]:
        """Return all moments at which something changes, in order."""
        begins = {getattr(self.session, name) for name, _ in _BEGINS}
        return sorted(begins | {self.cutoff, self.flatten_at, *self.closing_price_hours})

    def next_moment(self, now: datetime) -> datetime | None:
        """Return the first moment after `now`, or None when the day has nothing left."""
        return next((moment for moment in self.moments() if moment > now), None)

    def phase_until(self, now: datetime) -> tuple[Phase, datetime | None]:
        """Return the phase at `now` and when the next one begins."""
        ends = (getattr(self.session, name) for name, _ in _BEGINS)
        return self.session.phase(now), next((end for end in ends if end > now), None)


def closing_price_hours(session: Session) -> tuple[datetime, datetime]:
    """Return when orders at the session's close are taken: from, and until before.

    A market without a closing auction has no such hours: both are its close.
    """
    close = session.close
    if session.continuous_end == close:
        return close, close
    return close + _CLOSING_PRICE_FROM, close + _CLOSING_PRICE_UNTIL


def takes_closing_price(calendar: TradingCalendar, now: datetime) -> bool:
    """Return whether orders at the day's close are taken at `now`, by the calendar alone."""
    session = calendar.session_of(now)
    if session is None:
        return False
    begins, ends = closing_price_hours(session)
    return begins <= now < ends


def phase_at(calendar: TradingCalendar, now: datetime) -> Phase:
    """Return the market's phase at `now` by the calendar alone."""
    session = calendar.session_of(now)
    return Phase.CLOSED_DAY if session is None else session.phase(now)
