"""The files a calendar is read from: the library's kept answer and corrections."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import CalendarError
from core.sessions import TradingCalendar, open_calendar
from core.sessions import table as library
from core.sessions.hours import MARKETS
from core.sessions.table import SHIPPED

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module")
def krx():
    return open_calendar("XKRX", SEOUL)


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


# --- the files that spare asking the library


@pytest.mark.parametrize("name", MARKETS)
def test_the_shipped_table_is_the_librarys_own_word(name, caplog):
    assert library.library_table(name, None) == library.computed_table(name)
    assert not caplog.records


@pytest.fixture
def unshipped(monkeypatch, tmp_path):
    """Nothing is shipped for this version of the library."""
    monkeypatch.setattr(library, "SHIPPED", tmp_path / "nothing")


@pytest.fixture
def asked(monkeypatch, unshipped):
    """Each time the library is asked it knows one session."""
    calls = []

    def answer(name):
        calls.append(name)
        return {date(2025, 10, 24): (time(9), time(15, 30))}

    monkeypatch.setattr(library, "computed_table", answer)
    return calls


def test_with_the_locked_library_nothing_is_computed_or_kept(monkeypatch, tmp_path):
    monkeypatch.delattr(library, "computed_table")
    assert open_calendar("XKRX", SEOUL, cache_dir=tmp_path / "cache").session(date(2025, 10, 24))
    assert not (tmp_path / "cache").exists()


def test_another_version_of_the_library_is_asked_once(asked, monkeypatch, tmp_path):
    monkeypatch.setattr(library, "version", lambda _: "4.14")
    monkeypatch.setattr(library, "SHIPPED", SHIPPED)
    first = library.library_table("XKRX", tmp_path)
    assert library.library_table("XKRX", tmp_path) == first
    assert asked == ["XKRX"]


@pytest.mark.parametrize("seed", range(5))
def test_any_table_is_kept_whole(tmp_path, unshipped, seed):
    days = random.Random(seed)
    table = {
        date(2025, 1, 1) + timedelta(days=n): (time(days.choice((9, 10))), time(15, 30))
        for n in range(60)
        if days.random() < 0.8
    }  # sessions on weekends, too
    library.keep_table(library.table_file(tmp_path, "XKRX"), "XKRX", table)
    assert library.library_table("XKRX", tmp_path) == table


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("XKRX ", "XKRX 0.", 1),
        lambda text: text.replace("09:00", "9 am", 1),
        lambda text: "",
        lambda text: text.replace("1 sessions", "2 sessions"),
        lambda text: text.replace("24,2025-10-24", "24,9999-12-31"),
    ],
)
def test_a_damaged_or_older_file_is_made_again(tmp_path, asked, damage):
    table = library.library_table("XKRX", tmp_path)
    (file,) = tmp_path.iterdir()
    text = file.read_text("utf-8")
    assert damage(text) != text
    file.write_text(damage(text), "utf-8")
    assert library.library_table("XKRX", tmp_path) == table
    assert asked == ["XKRX", "XKRX"]
    assert file.read_text("utf-8") == text


def test_without_a_place_to_keep_it_the_calendar_works_and_says_so(tmp_path, asked, caplog):
    (tmp_path / "file").write_text("", "utf-8")
    table = library.library_table("XKRX", tmp_path / "file" / "cache")
    assert table == {date(2025, 10, 24): (time(9), time(15, 30))}
    assert "every start takes longer" in caplog.text


# --- the user's own word


def opened(tmp_path, text: str) -> TradingCalendar:
    file = tmp_path / "sessions.json"
    file.write_text(text, "utf-8")
    return open_calendar("XKRX", SEOUL, overrides=file)


def test_the_user_can_close_change_and_add_sessions(krx, tmp_path):
    calendar = opened(
        tmp_path,
        """{"XKRX": {"checked_until": "2027-12-31", "sessions": [
            {"day": "2027-03-02", "closed": true, "reason": "대체 휴장"},
            {"day": "2027-11-18", "open": "10:00", "close": "16:30"},
            {"day": "2027-11-20", "open": "09:00", "close": "12:00"},
            {"day": "2026-11-19", "open": "09:00", "close": "15:30"}]}}""",
    )
    assert krx.session(date(2027, 3, 2)) and calendar.session(date(2027, 3, 2)) is None
    assert calendar.session(date(2027, 11, 18)).close == seoul("2027-11-18T16:30")
    assert calendar.next_session(date(2027, 11, 19)).day == date(2027, 11, 20)
    assert calendar.session(date(2026, 11, 19)).open == seoul("2026-11-19T09:00")
    assert calendar.checked_until == date(2027, 12, 31)


def test_corrections_of_another_exchange_are_left_alone(krx, tmp_path):
    calendar = opened(tmp_path, '{"XNYS": {"sessions": [{"day": "2027-03-02", "closed": true}]}}')
    assert calendar.session(date(2027, 3, 2)) == krx.session(date(2027, 3, 2))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"XKRX": {"sessions": [{"day": "2027-03-02"}]}}', "needs either"),
        ('{"XKRX": {"sessions": [{"day": "2027-03-02", "open": "10:00"}]}}', "needs both"),
        (
            '{"XKRX": {"sessions": [{"day": "2027-03-02", "open": "16:00", "close": "10:00"}]}}',
            "opens at 16:00:00 but closes at 10:00:00",
        ),
        (
            '{"XKRX": {"sessions": [{"day": "2027-03-02", "open": "25:00", "close": "10:00"}]}}',
            r"XKRX sessions entry 1 open: .*\(was '25:00'\)",
        ),
        (
            '{"XKRX": {"sessions": [{"day": "2027-03-02", "closed": true, "close": "10:00"}]}}',
            "needs either",
        ),
        ('{"XKRX": {"sessions": [{"day": "2027-02-30", "closed": true}]}}', "entry 1 day"),
        ('{"XKRX": {"sessions": [{"day": "1999-03-02", "closed": true}]}}', "outside the calendar"),
        (
            '{"XKRX": {"sessions": [{"day": "2027-03-02", "closed": true},'
            ' {"day": "2027-03-02", "open": "10:00", "close": "16:30"}]}}',
            "2027-03-02 stands there twice",
        ),
        ('{"KRX": {"sessions": []}}', "KRX: Extra inputs"),
        ('{"XKRX": {"sessions": [}}', "line 1, column 24"),
        ("[]", "the file"),
    ],
)
def test_corrections_that_cannot_be_used_are_named(tmp_path, krx, text, said):
    with pytest.raises(CalendarError, match=said) as caught:
        opened(tmp_path, text)
    assert str(tmp_path / "sessions.json") in str(caught.value)
