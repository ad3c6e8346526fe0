"""Which days are trading days, and when the market is open on them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.domain.errors import CalendarError
from core.domain.session import Session
from core.sessions.corrections import Corrections, corrected, read_corrections, shipped_corrections
from core.sessions.hours import MARKETS, SessionHours
from core.sessions.table import FIRST_DAY, LAST_DAY, Hours, library_table

_ONE_DAY = timedelta(days=1)


class TradingCalendar(ABC):
    """The sessions of one market, their times told in `zone`.

    Safe to share between threads: it never changes, apart from caches.

    Attributes:
        name: The calendar as configured: "XKRX", "XNYS" or "data".
        zone: The time zone of every datetime it returns.
        exchange_zone: The exchange's own; data without an offset are in it.
    """

    def __init__(self, name: str, zone: ZoneInfo, exchange_zone: ZoneInfo) -> None:
        self.name, self.zone, self.exchange_zone = name, zone, exchange_zone
        self._hours: dict[date, SessionHours | None] = {}

    @abstractmethod
    def session(self, day: date) -> Session | None:
        """Return the session of `day`, None on a day without trading.

        Raises:
            CalendarError: `day` is outside the calendar.
        """

    @abstractmethod
    def next_session(self, after: date) -> Session:
        """Return the first session after the day `after`.

        Raises:
            CalendarError: None is known.
        """

    @abstractmethod
    def previous_session(self, before: date) -> Session:
        """Return the last session before the day `before`.

        Raises:
            CalendarError: None is known.
        """

    @abstractmethod
    def _bar_hours(self, session: Session) -> SessionHours: ...

    def sessions_before(self, day: date, count: int) -> tuple[Session, ...]:
        """Return the `count` sessions before `day` (without it), oldest first."""
        found: list[Session] = []
        for _ in range(count):
            found.append(self.previous_session(day))
            day = found[-1].day
        return tuple(reversed(found))

    def day_of(self, moment: datetime) -> date:
        """Return the exchange's date at `moment`."""
        return moment.astimezone(self.exchange_zone).date()

    def session_of(self, moment: datetime) -> Session | None:
        """Return the session of the exchange's date at `moment`, be it open then or not."""
        return self.session(self.day_of(moment))

    def hours(self, day: date) -> SessionHours | None:
        """Return when bars of the regular session of `day` may start; None without trading."""
        if day not in self._hours:
            session = self.session(day)
            self._hours[day] = None if session is None else self._bar_hours(session)
        return self._hours[day]

    def is_in_session(self, bar_start: datetime) -> bool:
        """Return whether a bar that starts at `bar_start` belongs to a regular session.

        XKRX counts the minute of the close in (its auction prints there), other exchanges do not;
        "data" takes everything. In a loop over one day `hours` is faster.
        """
        hours = self.hours(self.day_of(bar_start))
        return hours is not None and hours.contains(bar_start)


class ExchangeCalendar(TradingCalendar):
    """An exchange's published sessions."""

    def __init__(
        self,
        name: str,
        zone: ZoneInfo,
        table: Mapping[date, Hours],
        checked_until: date | None = None,
    ) -> None:
        """Serve the sessions of `table`: day -> (open, close) by the exchange's clock.

        `checked_until` is the last day up to which somebody compared them with the exchange's
        notices; later ones may miss an exam day or a holiday declared late.
        """
        self._market = MARKETS[name]
        super().__init__(name, zone, self._market.zone)
        self._table = dict(sorted(table.items()))
        self._days = list(self._table)
        self.checked_until = checked_until

    def session(self, day: date) -> Session | None:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self._outside(day)
        hours = self._table.get(day)
        return None if hours is None else self._market.session(day, hours, self.zone)

    def next_session(self, after: date) -> Session:
        return self._at(bisect_right(self._days, after), after)

    def previous_session(self, before: date) -> Session:
        return self._at(bisect_left(self._days, before) - 1, before)

    def _at(self, index: int, asked: date) -> Session:
        if not (0 <= index < len(self._days) and FIRST_DAY <= asked <= LAST_DAY):
            raise self._outside(asked)
        day = self._days[index]
        return self._market.session(day, self._table[day], self.zone)

    def _bar_hours(self, session: Session) -> SessionHours:
        return self._market.hours(session)

    def _outside(self, day: date) -> CalendarError:
        return CalendarError(
            f"{self.name}: no sessions are known at {day}; the calendar covers {FIRST_DAY} to "
            f"{LAST_DAY}. Check the date and the computer's clock; for files of other years use "
            "the calendar 'data'"
        )


class DataCalendar(TradingCalendar):
    """No session hours are known: a date is a session from midnight to midnight.

    Where the data were read first, `last_bars` tells the start of each date's last bar: then only
    those dates are sessions, and each closes at its last bar (strategy.md, section 5).
    """

    def __init__(self, zone: ZoneInfo, last_bars: Mapping[date, datetime] | None = None) -> None:
        super().__init__("data", zone, zone)
        self._last_bars = None if last_bars is None else dict(sorted(last_bars.items()))
        self._days = list(self._last_bars or ())

    def session(self, day: date) -> Session | None:
        if self._last_bars is None:
            return self._day_long(day, self._midnight(day + _ONE_DAY))
        close = self._last_bars.get(day)
        return None if close is None else self._day_long(day, close)

    def next_session(self, after: date) -> Session:
        if self._last_bars is None:
            return self._day_long(after + _ONE_DAY, self._midnight(after + 2 * _ONE_DAY))
        return self._at(bisect_right(self._days, after), after)

    def previous_session(self, before: date) -> Session:
        if self._last_bars is None:
            return self._day_long(before - _ONE_DAY, self._midnight(before))
        return self._at(bisect_left(self._days, before) - 1, before)

    def _at(self, index: int, asked: date) -> Session:
        if not 0 <= index < len(self._days):
            raise CalendarError(f"data: the files hold no session on that side of {asked}")
        session = self.session(self._days[index])
        assert session is not None
        return session

    def _bar_hours(self, session: Session) -> SessionHours:
        midnight = self._midnight(session.day + _ONE_DAY)
        return SessionHours(session.open, midnight - timedelta(microseconds=1))

    def _day_long(self, day: date, close: datetime) -> Session:
        opens = self._midnight(day)
        return Session(day=day, open=opens, close=close, continuous_end=close, auction_start=opens)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def open_calendar(
    name: str, zone: ZoneInfo, *, cache_dir: Path | None = None, overrides: Path | None = None
) -> TradingCalendar:
    """Return the calendar `name` ("XKRX", "XNYS" or "data") with its times told in `zone`.

    Args:
        name: As in the setting market.calendar.
        zone: Use the same object everywhere: comparing times of one zone object is fast.
        cache_dir: Where to keep the sessions if none are shipped for the library's version.
        overrides: The user's own corrections (`sessions.json` in the home folder); may be absent.

    Raises:
        CalendarError: An unknown name, or corrections that can't be used.
    """
    if name == "data":
        return DataCalendar(zone)
    if name not in MARKETS:
        known = ", ".join([*MARKETS, "data"])
        raise CalendarError(f"market.calendar: there is no calendar '{name}'; use one of {known}")
    shipped = shipped_corrections(name)
    own = read_corrections(overrides, name) if overrides and overrides.exists() else Corrections()
    table = corrected(corrected(library_table(name, cache_dir), shipped), own)
    return ExchangeCalendar(name, zone, table, own.checked_until or shipped.checked_until)
