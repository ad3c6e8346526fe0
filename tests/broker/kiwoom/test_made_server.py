"""The servers as a run makes them: daily bars of the calendar's days and the day's seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from broker.kiwoom.emulator.packets import Answer, LogIn, Packet, Query
from broker.kiwoom.emulator.stepped import make_server
from config.schema import Settings
from core.sessions import open_calendar
from core.simulation.setup import DemoDay, demo_venue
from tests.core.simulation.sim_builders import CASH, SEOUL

CALENDAR = open_calendar("XKRX", SEOUL)
SESSION = CALENDAR.previous_session(date(2026, 11, 21))
HOLIDAYS = {date(2026, 10, 9), date(2026, 9, 24), date(2026, 5, 5)}  # Hangul day, Chuseok, ...


def daily_bars(seed: int = 1, state: Path | None = None) -> list[tuple[date, int]]:
    """Day and close of the first page of opt10081, newest first."""
    settings = Settings({"market.symbols": "005930", "market.historical_lookback_days": 2})
    venue = demo_venue(DemoDay(SESSION, seed), settings, CALENDAR, CASH, state)
    server, packets = make_server(venue, settings, CALENDAR), list[Packet]()
    server.attach(packets.append)
    query = Query("0101", "days", "opt10081", {"종목코드": "005930"}, is_next=False)
    for request in (LogIn(), query):
        packets.clear()
        server.receive(request, server.now)
        while not packets:
            server.step()
    server.close()
    (answer,) = packets
    assert isinstance(answer, Answer)
    day, close = answer.fields.index("일자"), answer.fields.index("현재가")
    return [(date.fromisoformat(row[day]), int(row[close])) for row in answer.rows]


def test_daily_bars_are_of_trading_days_only() -> None:
    days = [day for day, _ in daily_bars()]

    assert not HOLIDAYS & set(days)
    before = [session.day for session in CALENDAR.sessions_before(SESSION.day, len(days))]
    assert days == before[::-1]  # today has no trade yet


def test_older_days_hang_on_the_seed() -> None:
    assert daily_bars(1) == daily_bars(1)
    assert daily_bars(1)[10:] != daily_bars(2)[10:]


def test_a_day_that_goes_on_keeps_its_past(tmp_path: Path) -> None:
    """Its seed is the state file's, whatever the command line says."""
    state = tmp_path / "exchange.db"

    assert daily_bars(1, state) == daily_bars(2, state) == daily_bars(1)
