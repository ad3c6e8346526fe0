"""A demo day made of settings: what it offers, and what it begins with."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.schema import Settings
from core.domain.market import OrderBook, Tick
from core.domain.messages import Interrupted, MarketNotice, MarketNoticed
from core.domain.session import Session
from core.sessions import open_calendar
from core.simulation.account import Lot
from core.simulation.setup import DemoDay, demo_session, demo_venue, watched_lead
from tests.core.simulation.sim_builders import CASH, DAY, SEOUL, Outside

CALENDAR = open_calendar("XKRX", SEOUL)
SESSION = CALENDAR.previous_session(DAY + timedelta(days=1))
SYMBOLS = "005930,000660"


def demo(day: DemoDay | None = None, state: Path | None = None, **settings: object) -> Outside:
    given = {"market.symbols": SYMBOLS} | {f"broker.{k}": v for k, v in settings.items()}
    venue = demo_venue(day or DemoDay(SESSION, 1), Settings(given), CALENDAR, CASH, state)
    outside = Outside(venue)
    venue.subscribe(SYMBOLS.split(","))
    return outside


def test_a_demo_day_ends_about_the_close() -> None:
    outside = demo()

    assert outside.venue.start == SESSION.open - timedelta(seconds=30)
    assert outside.venue.end == SESSION.close + timedelta(seconds=30)


@pytest.mark.parametrize(("speed", "lead_s"), [(1, 30), (60, 240), (float("inf"), 1_500)])
def test_a_fast_market_begins_early_enough_to_load_the_histories(speed: float, lead_s: int) -> None:
    assert watched_lead(speed) == timedelta(seconds=lead_s)


def test_it_may_begin_earlier() -> None:
    start = SESSION.open - timedelta(minutes=25)
    outside = demo(DemoDay(SESSION, 1, start))
    outside.run_to(SESSION.open)

    assert outside.venue.start == start
    assert outside.got(MarketNoticed)[0].remaining == timedelta(minutes=20)


def test_after_hours_are_a_setting() -> None:
    outside = demo(simulated_after_hours=True)

    assert outside.venue.end == SESSION.close.replace(hour=20, minute=0)
    outside.run_out()
    assert outside.got(MarketNoticed)[-1].notice is MarketNotice.DAY_ENDED


@pytest.mark.parametrize(("count", "interruptions"), [(0, 0), (3, 3)])
def test_shocks_are_a_setting(count: int, interruptions: int) -> None:
    outside = demo(simulated_shocks=count)
    outside.run_out()

    assert len(outside.got(Interrupted)) >= interruptions
    if not count:
        assert outside.got(Interrupted) == []


def test_shocks_leave_the_other_symbols_alone() -> None:
    quiet, shaken = demo(), demo(simulated_shocks=1)
    for outside in (quiet, shaken):
        outside.run_out()

    hit = {each.symbol for each in shaken.got(Interrupted)}
    (other,) = set(SYMBOLS.split(",")) - hit
    assert [t for t in quiet.got(Tick) if t.symbol == other] == [
        t for t in shaken.got(Tick) if t.symbol == other
    ]


def test_an_account_may_begin_with_shares_and_books_be_published(tmp_path: Path) -> None:
    state, settings = tmp_path / "books.db", Settings({"market.symbols": SYMBOLS})
    lots = [Lot("005930", 12, 840_000)]
    venue = demo_venue(
        DemoDay(SESSION, 1), settings, CALENDAR, CASH, state, publishes_books=True, lots=lots
    )
    outside = Outside(venue)
    venue.subscribe(["005930"])
    outside.run(5)
    venue.close()

    again = demo_venue(DemoDay(SESSION, 9), settings, CALENDAR, 1, state)

    assert outside.got(OrderBook)
    assert again.exchange.account.lots == {"005930": lots[0]}
    assert again.exchange.account.cash == CASH


EXAM_DAY = datetime(2025, 11, 13, 12, tzinfo=SEOUL)


def session_of(day: str, now: datetime = EXAM_DAY) -> Session:
    return demo_session(Settings({"broker.simulated_day": day}), CALENDAR, now)


def test_the_day_may_be_named() -> None:
    session = session_of("2026-01-02")

    assert (session.open.isoformat(), session.close.isoformat()) == (
        "2026-01-02T10:00:00+09:00",
        "2026-01-02T15:30:00+09:00",
    )


def test_unnamed_it_is_today_or_the_session_before_a_day_without_trading() -> None:
    assert f"{session_of('').open:%m-%d %H:%M}" == "11-13 10:00"
    assert session_of("", EXAM_DAY + timedelta(days=3)).day.isoformat() == "2025-11-14"


def test_a_day_without_trading_is_refused() -> None:
    with pytest.raises(ConfigError, match="2026-01-01 is no trading day"):
        session_of("2026-01-01")


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'13\.11\.2025' is no date"):
        session_of("13.11.2025")
