from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import CalendarError
from core.domain.session import Phase
from core.sessions import DataCalendar, open_calendar
from core.sessions.table import FIRST_DAY, LAST_DAY

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="no shared/data beside the checkout")


@pytest.fixture(scope="module")
def krx():
    return open_calendar("XKRX", SEOUL)


@pytest.fixture(scope="module")
def nyse():
    return open_calendar("XNYS", SEOUL)


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def rows(name: str) -> list[dict[str, str]]:
    opener = gzip.open if name.endswith(".gz") else open
    with opener(DATA / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- what the exchange did


@needs_data
def test_every_special_session_of_krx_is_known(krx):
    for row in rows("krx_special_sessions.csv"):
        session = krx.session(date.fromisoformat(row["date"]))
        found = ("closed", "closed")
        if session is not None:
            found = (f"{session.open:%H:%M}", f"{session.close:%H:%M}")
        assert found == (row["open_kst"], row["close_kst"]), row


@needs_data
def test_krx_traded_on_exactly_the_sessions_of_the_calendar(krx):
    observed = {
        date.fromisoformat(row["date"])
        for row in rows("krx_trading_days_observed.csv.gz")
        if row["observed_trading"] == "1"
    }
    observed.remove(date(2026, 6, 13))  # a Saturday one of the sources made up
    day, last = min(observed), max(observed)
    sessions = set()
    while day <= last:
        if krx.session(day):
            sessions.add(day)
        day += timedelta(days=1)
    assert sessions == observed


def test_the_last_sessions_of_the_calendar_have_usual_hours(krx):
    # exchange_calendars opens the last day it is asked for at 10:00.
    days = [krx.previous_session(LAST_DAY)]
    days.append(krx.previous_session(days[0].day))
    assert [f"{session.open:%H:%M}" for session in days] == ["09:00", "09:00"]


def test_krx_closed_at_15_until_august_2016(krx):
    assert f"{krx.session(date(2016, 7, 29)).close:%H:%M}" == "15:00"
    assert f"{krx.session(date(2016, 8, 1)).close:%H:%M}" == "15:30"


# --- hours of a day


@pytest.mark.parametrize(
    ("clock", "phase"),
    [
        ("08:29:59", Phase.BEFORE_OPEN),
        ("08:30:00", Phase.OPENING_AUCTION),
        ("08:59:59", Phase.OPENING_AUCTION),
        ("09:00:00", Phase.CONTINUOUS),
        ("15:19:59", Phase.CONTINUOUS),
        ("15:20:00", Phase.CLOSING_AUCTION),
        ("15:30:00", Phase.AFTER_CLOSE),
    ],
)
def test_the_phases_of_a_usual_day(krx, clock, phase):
    now = seoul(f"2025-10-24T{clock}")
    assert krx.session_of(now).phase(now) is phase


def test_everything_is_an_hour_later_on_an_exam_day(krx):
    session = krx.session(date(2025, 11, 13))
    assert [
        f"{moment:%H:%M}"
        for moment in (session.auction_start, session.open, session.continuous_end, session.close)
    ] == ["09:30", "10:00", "16:20", "16:30"]


def test_times_carry_the_very_zone_object_that_was_asked_for(krx):
    session = krx.session(date(2025, 10, 24))
    assert session.open.tzinfo is SEOUL
    assert session.close.tzinfo is SEOUL


def test_new_york_has_no_auctions_and_moves_with_daylight_saving(nyse):
    summer, winter = nyse.session(date(2024, 7, 5)), nyse.session(date(2024, 12, 5))
    assert (summer.open, winter.open) == (seoul("2024-07-05T22:30"), seoul("2024-12-05T23:30"))
    assert (winter.auction_start, winter.continuous_end) == (winter.open, winter.close)


def test_new_york_closes_early_on_christmas_eve(nyse):
    session = nyse.session(date(2024, 12, 24))
    assert session.close.astimezone(NEW_YORK).time() == time(13)


def test_a_moment_belongs_to_the_exchanges_own_date(nyse):
    after_midnight_in_seoul = seoul("2024-12-06T03:00")
    assert nyse.session_of(after_midnight_in_seoul).day == date(2024, 12, 5)


# --- bars in and out


@pytest.mark.parametrize(
    ("start", "is_in"),
    [
        ("2025-10-24T08:59", False),
        ("2025-10-24T09:00", True),
        ("2025-10-24T15:30", True),
        ("2025-10-24T15:30:59.999999", True),
        ("2025-10-24T15:31", False),
        ("2025-11-13T09:30", False),
        ("2025-11-13T16:30", True),
        ("2025-10-25T10:00", False),
    ],
)
def test_krx_bars_start_from_the_open_to_the_minute_of_the_close(krx, start, is_in):
    assert krx.is_in_session(seoul(start)) is is_in


@pytest.mark.parametrize(
    ("clock", "is_in"), [("09:29", False), ("09:30", True), ("15:59", True), ("16:00", False)]
)
def test_new_york_bars_start_before_the_close(nyse, clock, is_in):
    start = datetime.fromisoformat(f"2024-12-05T{clock}").replace(tzinfo=NEW_YORK)
    assert nyse.is_in_session(start) is is_in
    assert nyse.is_in_session(start.astimezone(UTC)) is is_in


def test_a_days_hours_say_the_same_as_the_calendar(krx):
    day = date(2025, 11, 13)
    hours = krx.hours(day)
    start = datetime.combine(day, time(), SEOUL)
    while start.date() == day:
        assert hours.contains(start) is krx.is_in_session(start)
        start += timedelta(minutes=1)
    assert krx.hours(date(2025, 10, 25)) is None


# --- from one session to others


def test_the_neighbours_of_a_long_holiday(krx):
    assert krx.next_session(date(2025, 10, 2)).day == date(2025, 10, 10)
    assert krx.previous_session(date(2025, 10, 10)).day == date(2025, 10, 2)


@given(day=st.dates(date(2000, 1, 10), LAST_DAY - timedelta(days=10)))
def test_next_and_previous_enclose_every_day(krx, day):
    following, before = krx.next_session(day), krx.previous_session(day)
    assert before.day < day < following.day
    between = krx.previous_session(following.day)
    assert between.day == (day if krx.session(day) else before.day)
    assert following == krx.session(following.day)


@given(day=st.dates(date(2001, 1, 1), LAST_DAY), count=st.integers(0, 60))
def test_sessions_before_a_day_are_the_last_ones_oldest_first(krx, day, count):
    sessions = krx.sessions_before(day, count)
    days = [session.day for session in sessions]
    assert len(days) == count
    assert days == sorted(set(days))
    if days:
        assert days[-1] == krx.previous_session(day).day
        skipped = (days[0] + timedelta(days=n) for n in range((day - days[0]).days))
        assert [day for day in skipped if krx.session(day)] == days


@pytest.mark.parametrize("day", [FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)])
def test_a_day_outside_the_calendar_is_refused_with_the_way_out(krx, day):
    for ask in (krx.session, krx.next_session, krx.previous_session):
        with pytest.raises(CalendarError, match=rf"{day}.*calendar 'data'"):
            ask(day)


def test_there_is_nothing_before_the_first_or_after_the_last_session(krx):
    with pytest.raises(CalendarError):
        krx.previous_session(FIRST_DAY)
    with pytest.raises(CalendarError):
        krx.next_session(LAST_DAY)


def test_an_unknown_calendar_names_the_known_ones():
    with pytest.raises(CalendarError, match="XKRX, XNYS, data"):
        open_calendar("KRX", SEOUL)


# --- without an exchange


def test_every_date_is_a_session_where_nothing_is_known_of_the_market():
    calendar = open_calendar("data", SEOUL)
    saturday = date(2025, 10, 25)
    session = calendar.session(saturday)
    assert (session.open, session.close) == (seoul("2025-10-25T00:00"), seoul("2025-10-26T00:00"))
    assert calendar.next_session(saturday).day == date(2025, 10, 26)
    assert [s.day.day for s in calendar.sessions_before(saturday, 2)] == [23, 24]


@given(day=st.dates(date(1990, 1, 1), date(2090, 1, 1)), clock=st.times())
def test_no_bar_is_outside_of_a_data_session(day, clock):
    assert DataCalendar(SEOUL).is_in_session(datetime.combine(day, clock, SEOUL))


def test_a_date_of_the_data_closes_at_its_last_bar():
    calendar = DataCalendar(
        SEOUL,
        {
            date(2025, 10, 27): seoul("2025-10-27T15:30"),
            date(2025, 10, 24): seoul("2025-10-24T13:07"),
        },
    )
    assert calendar.session(date(2025, 10, 24)).close == seoul("2025-10-24T13:07")
    assert calendar.session(date(2025, 10, 25)) is None
    assert calendar.next_session(date(2025, 10, 24)).day == date(2025, 10, 27)
    assert calendar.previous_session(date(2025, 10, 27)).day == date(2025, 10, 24)
    assert calendar.is_in_session(seoul("2025-10-24T15:00"))
    with pytest.raises(CalendarError):
        calendar.next_session(date(2025, 10, 27))
