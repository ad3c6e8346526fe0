"""What distinguishes one exchange's trading day from another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from core.domain.session import Session

_INSTANT = timedelta(microseconds=1)  # the finest step of a datetime


@dataclass(frozen=True, slots=True)
class SessionHours:
    """The first and the last moment at which a bar of the regular session may start."""

    first: datetime
    last: datetime

    def contains(self, bar_start: datetime) -> bool:
        return self.first <= bar_start <= self.last


@dataclass(frozen=True, slots=True)
class Market:
    """The facts about an exchange that its list of sessions does not hold."""

    zone: ZoneInfo  # in which the exchange states its hours
    opening_auction: timedelta  # length, before the open
    closing_auction: timedelta  # length, before the close
    prints_after_close: timedelta  # how long after the close a regular trade may still be stamped

    def session(self, day: date, hours: tuple[time, time], zone: tzinfo) -> Session:
        """Return the session of `day` with `hours` of the exchange's clock, told in `zone`."""
        opens, closes = (datetime.combine(day, hour, self.zone).astimezone(zone) for hour in hours)
        return Session(
            day=day,
            open=opens,
            close=closes,
            continuous_end=closes - self.closing_auction,
            auction_start=opens - self.opening_auction,
        )

    def hours(self, session: Session) -> SessionHours:
        return SessionHours(session.open, session.close + self.prints_after_close - _INSTANT)


MARKETS = {
    # The closing auction's trades carry the minute of the close, so that minute belongs to the
    # session. On late days all times shift by the same hour, so the auctions keep their length.
    # Source: KRX, business regulations as of 2019-04-29 (opening auction 08:30 to 09:00).
    "XKRX": Market(
        zone=ZoneInfo("Asia/Seoul"),
        opening_auction=timedelta(minutes=30),
        closing_auction=timedelta(minutes=10),
        prints_after_close=timedelta(minutes=1),
    ),
    "XNYS": Market(
        zone=ZoneInfo("America/New_York"),
        opening_auction=timedelta(0),
        closing_auction=timedelta(0),
        prints_after_close=timedelta(0),
    ),
}
