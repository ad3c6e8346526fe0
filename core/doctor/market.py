"""Time: the clock, the time zone and the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check
from core.domain.errors import CalendarError
from core.domain.session import Session
from core.sessions import CalendarOptions, ExchangeCalendar, calendar_of_home, corrections_of

_RELEASED = datetime(2026, 1, 1, tzinfo=UTC)  # an earlier date is a dead battery
_ZONES = {"XKRX": "Asia/Seoul", "XNYS": "America/New_York"}
_FUTURE = timedelta(minutes=5)


@check("clock")
def _clock(context: DoctorContext) -> Judged:
    now, options = context.clock.now(), context.settings[CalendarOptions]
    what = Text.of(f"{now:%Y-%m-%d %H:%M:%S %z} ({options.timezone})")
    set_it = Text(
        "윈도우 시간 동기화를 켜거나 시계를 맞추세요", "switch time synchronisation on, or set it"
    )
    if now < _RELEASED or _newest_file(context) > now + _FUTURE:
        slow = Text("시계가 늦습니다", "the clock is behind")
        return Level.FAIL, Text(f"{what.ko}. {slow.ko}", f"{what.en}; {slow.en}"), set_it
    expected = now.astimezone(ZoneInfo(options.timezone)).utcoffset()
    if now.utcoffset() != expected:
        return (
            Level.FAIL,
            what,
            Text(
                "시간대 자료(tzdata)를 다시 설치하세요", "install the time zone data (tzdata) again"
            ),
        )
    usual = _ZONES.get(options.calendar, options.timezone)
    if now.utcoffset() != now.astimezone(ZoneInfo(usual)).utcoffset():
        return (
            Level.WARN,
            what,
            Text(
                f"{options.calendar}의 시간은 {usual}입니다. market.timezone을 확인하세요",
                f"{options.calendar} keeps the time of {usual}; check market.timezone",
            ),
        )
    return Level.OK, what


def _newest_file(context: DoctorContext) -> datetime:
    """Return when a file of the home folder was last written: never after the present."""
    files = context.home.iterdir() if context.home.is_dir() else iter(())
    newest = max((file.stat().st_mtime for file in files), default=0.0)
    return datetime.fromtimestamp(newest, UTC)


@check("calendar")
def _calendar(context: DoctorContext) -> Judged:
    options, now = context.settings[CalendarOptions], context.today
    try:
        zone = ZoneInfo(options.timezone)
        calendar = calendar_of_home(context.home, options.calendar, zone)
        today, following = calendar.session_of(now), calendar.next_session(calendar.day_of(now))
    except CalendarError as error:
        return Level.FAIL, error.text
    what = Text(
        f"오늘 {_hours(today) or '휴장'}, 다음 거래일 {following.day} {_hours(following)}",
        f"today {_hours(today) or 'closed'}, next session {following.day} {_hours(following)}",
    )
    checked = calendar.checked_until if isinstance(calendar, ExchangeCalendar) else None
    if checked is not None and following.day > checked:
        return Level.WARN, what, _unchecked(f"{checked}", str(corrections_of(context.home)))
    return Level.OK, what


def _hours(session: Session | None) -> str:
    return "" if session is None else f"{session.open:%H:%M}-{session.close:%H:%M}"


def _unchecked(until: str, file: str) -> Text:
    return Text(
        f"휴장일과 수능일은 {until}까지만 확인되었습니다. 거래소 공지를 보고 {file}에 적으세요",
        f"holidays and exam days are checked until {until}; write later ones from the "
        f"exchange's notices into {file}",
    )
