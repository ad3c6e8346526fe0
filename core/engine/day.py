"""The trading day: its timetable, what state trading is in, and the closing of everything.

What a person wants (STOPPED, RUNNING, HALTED), what the day allows (daily limit, cut-off) and a
flatten under way are kept apart here; together they make the one `TradingState` that is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from config.schema import Settings
from config.text import Text
from core.domain.errors import CalendarError
from core.domain.messages import (
    MarketNotice,
    MarketNoticed,
    PhaseChanged,
    Severity,
    StateChanged,
)
from core.domain.risk import TradingState
from core.domain.session import Phase, Session
from core.engine.account import Account
from core.engine.day_memory import DayMemory, DayStart
from core.engine.outbox import Outbox
from core.engine.session_hours import heard, on_day
from core.engine.timetable import Timetable
from core.journal.records import state_record
from core.risk.checks.entries_allowed import TimetableOptions
from core.risk.daily_limits import DailyLimit, DailyLimitOptions
from core.sessions import TradingCalendar

_NOTES = {
    TradingState.STOPPED: Text(
        "중지: 신규 진입 없음, 청산은 계속", "stopped: no entries, exits go on"
    ),
    TradingState.RUNNING: Text("자동매매 중", "trading"),
    TradingState.EXITS_ONLY: Text(
        "청산만: 다음 거래일까지 진입하지 않습니다", "exits only until the next trading day"
    ),
    TradingState.FLATTENING: Text("전량청산 중", "flattening"),
    TradingState.HALTED: Text(
        "정지: 다시 하려면 시작을 누르세요", "halted: press START to trade again"
    ),
}
_OPENS = frozenset({MarketNotice.BEFORE_OPEN, MarketNotice.OPENED})
_BLOCKS = {TradingState.STOPPED: "stopped", TradingState.HALTED: "halted"}


class TradingDay:
    """Which session it is, its phase, and what it allows; owned by the engine thread."""

    def __init__(
        self, account: Account, outbox: Outbox, calendar: TradingCalendar, memory: DayMemory
    ) -> None:
        """Make it without a session; call `roll` before anything else."""
        self._memory = memory
        self._account, self._outbox, self._calendar = account, outbox, calendar
        self._wanted = TradingState.STOPPED
        self._state: TradingState | None = None  # as published
        self._limit: DailyLimit | None = None
        self._phase: Phase | None = None
        self._has_closed = False  # closing time has come and was told
        self.is_flattening = False  # set by the closer

    def roll(self, now: datetime, settings: Settings) -> None:
        """Begin the trading day of `now`, or wait for the next one where there is no session."""
        today = self._calendar.day_of(now)
        session = self._calendar.session(today) or self._calendar.next_session(today)
        hours = self._calendar.hours(session.day)
        if hours is None:
            raise CalendarError(f"{self._calendar.name}: the session {session.day} has no hours")
        self._calendar_session = session
        self._margins = hours.first - session.open, hours.last - session.close
        midnight = datetime.combine(today + timedelta(days=1), time(), self._calendar.exchange_zone)
        self.ends = midnight.astimezone(self._calendar.zone)
        self._is_session = session.day == today
        self._is_awaited = now < session.open
        self.use(settings, session)
        self._limit = None
        self._has_closed = False
        self.advance(now)

    def begin(self, now: datetime, options: DailyLimitOptions) -> None:
        """Measure the day from the account as it is, unless this day of it began before."""
        self._account.start_day(options)
        day = self.timetable.session.day
        before = self._memory.recall(day)
        if before is None:
            self._memory.keep(DayStart(day, self._account.day_start))
            return
        self._account.day_start = before.value
        self._limit = before.limit
        self.show_state(now)

    @contextmanager
    def corrected(self) -> Iterator[None]:
        """Within this the books are corrected: what changes is neither profit nor loss of today."""
        before = self._account.equity
        yield
        change = self._account.equity - before
        if change:
            self._account.day_start += change
            day, start = self.timetable.session.day, self._account.day_start
            self._memory.keep(DayStart(day, start, self._limit))

    def use(self, settings: Settings, session: Session | None = None) -> None:
        """Work the timetable out anew, for changed settings or hours."""
        self._settings = settings
        of = session or self.timetable.session
        options, market = settings[TimetableOptions], self._calendar.name
        self.timetable: Timetable = Timetable.of(of, options, market)
        # The first and the last moment at which a trade of the regular session may be stamped.
        self.first, self.last = of.open + self._margins[0], of.close + self._margins[1]

    def hear(self, notice: MarketNoticed, now: datetime, has_traded: bool) -> bool:
        """Take the exchange's word on its hours; return whether they are others than thought.

        `has_traded` says whether a trade was seen today. Call `advance` where this returns True.
        """
        today = self._calendar.day_of(now)
        if self._calendar.day_of(notice.time) != today:
            return False
        if notice.notice is MarketNotice.OPENED and not self._is_awaited:
            return False  # we came later: it may have opened long before this was said
        before = self.timetable.session if self._is_session else None
        by_calendar = on_day(self._calendar_session, today)
        found = heard(notice, before or by_calendar, by_calendar, has_traded)
        if before is None and notice.notice in _OPENS:
            found = found or by_calendar  # open on a day without a session, at its usual hours
        elif before is None:
            return False
        if found is None:
            return False
        self._take_hours(found, before, now)
        return True

    def _take_hours(self, session: Session, before: Session | None, now: datetime) -> None:
        is_new_day, self._is_session = not self._is_session, True
        self.use(self._settings, session)
        if now < self.timetable.flatten_at:
            self._has_closed = False
        if is_new_day:
            self.begin(now, self._settings[DailyLimitOptions])
        was = Text("휴장일", "no session") if before is None else Text.of(_hours(before))
        entries, flat = self.timetable.cutoff, self.timetable.flatten_at
        text = Text(
            f"거래소 통보에 따라 장 시간을 바꿉니다: {was.ko} → {_hours(session)} "
            f"(신규 진입 {entries:%H:%M}까지, 청산 {flat:%H:%M})",
            f"hours changed by the exchange's notice: {was.en} -> {_hours(session)} "
            f"(entries until {entries:%H:%M}, flat from {flat:%H:%M})",
        )
        self._outbox.note(now, Severity.WARNING, text)

    # What a person wants

    def start(self, now: datetime) -> None:
        self._want(TradingState.RUNNING, now)

    def stop(self, now: datetime) -> None:
        """No entries; a halt stays a halt."""
        if self._wanted is not TradingState.HALTED:
            self._want(TradingState.STOPPED, now)

    def halt(self, now: datetime) -> None:
        self._want(TradingState.HALTED, now)

    def _want(self, state: TradingState, now: datetime) -> None:
        self._wanted = state
        self.show_state(now)

    # What the day allows

    @property
    def phase(self) -> Phase:
        return self._phase or Phase.CLOSED_DAY

    def takes_closing_price(self, now: datetime) -> bool:
        """Whether the exchange takes orders at the day's close (장후 시간외종가)."""
        segment = self.timetable.closing_price
        return self._is_session and segment is not None and segment.contains(now)

    @property
    def is_limited(self) -> bool:
        """Whether a daily limit was reached today."""
        return self._limit is not None

    def limit(self, which: DailyLimit, now: datetime) -> None:
        """No more entries today, not even after a restart."""
        self._limit = which
        self._memory.keep(DayStart(self.timetable.session.day, self._account.day_start, which))
        self.show_state(now)

    def entry_block(self, bar_start: datetime) -> str:
        """Return the code of what forbids entries from the bar starting then; empty: nothing."""
        if self.is_flattening:
            return "flattening"
        if self._wanted in _BLOCKS:
            return _BLOCKS[self._wanted]
        if self._limit is not None:
            return "daily_limit"
        return "cutoff" if bar_start >= self.timetable.cutoff else ""

    def state(self, now: datetime) -> TradingState:
        if self.is_flattening:
            return TradingState.FLATTENING
        if self._wanted is not TradingState.RUNNING:
            return self._wanted
        over = self._limit is not None or (self._is_session and now >= self.timetable.cutoff)
        return TradingState.EXITS_ONLY if over else TradingState.RUNNING

    def show_state(self, now: datetime) -> None:
        """Publish and journal the state where it has changed."""
        state = self.state(now)
        if state is self._state:
            return
        self._state = state
        self._outbox.publish(StateChanged(state, _NOTES[state]))
        self._outbox.record(state_record(state, _NOTES[state]), now)

    # Time

    def advance(self, now: datetime) -> bool:
        """Move to `now`; return whether the time to close all positions has just come.

        `wakeup` is the next moment at which this has something to do.
        """
        moment = self.timetable.next_moment(now)
        self.wakeup = self.ends if moment is None else min(moment, self.ends)
        self._show_phase(now)
        self.show_state(now)
        is_time = self._is_session and self.timetable.flatten_at <= now < self.ends
        if not is_time or self._has_closed:
            return False
        self._has_closed = True
        return True

    def _show_phase(self, now: datetime) -> None:
        phase, until = self.timetable.phase_until(now)
        if not self._is_session:
            phase, until = Phase.CLOSED_DAY, self.timetable.session.auction_start
        if phase is not self._phase:
            self._phase = phase
            self._outbox.publish(PhaseChanged(phase, now, until))


def _hours(session: Session) -> str:
    return f"{session.open:%H:%M}~{session.close:%H:%M}"
