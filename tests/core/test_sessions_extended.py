"""What a trading day offers beside its regular session."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.session import DayPlan, SegmentKind
from core.sessions import day_plan, open_calendar

SEOUL = ZoneInfo("Asia/Seoul")
CALENDAR = open_calendar("XKRX", SEOUL)


def plan_of(day: str) -> DayPlan:
    session = CALENDAR.session(date.fromisoformat(day))
    assert session is not None
    return day_plan(session)


def hours(plan: DayPlan, kind: SegmentKind) -> str:
    segment = plan.of(kind)
    return "" if segment is None else f"{segment.start:%H:%M}-{segment.end:%H:%M}"


@pytest.mark.parametrize(
    ("kind", "ordinary", "exam_day", "second_of_january"),
    [
        (SegmentKind.ORDER_ENTRY, "08:20-08:30", "09:20-09:30", "09:20-09:30"),
        (SegmentKind.PREVIOUS_CLOSE_PRICE, "08:30-08:40", "09:30-09:40", "09:30-09:40"),
        (SegmentKind.OPENING_AUCTION, "08:30-09:00", "09:30-10:00", "09:30-10:00"),
        (SegmentKind.CONTINUOUS, "09:00-15:20", "10:00-16:20", "10:00-15:20"),
        (SegmentKind.CLOSING_AUCTION, "15:20-15:30", "16:20-16:30", "15:20-15:30"),
        (SegmentKind.CLOSE_PRICE_ENTRY, "15:30-15:40", "16:30-16:40", "15:30-15:40"),
        (SegmentKind.CLOSE_PRICE, "15:40-16:00", "16:40-17:00", "15:40-16:00"),
        (SegmentKind.SINGLE_PRICE, "16:00-18:00", "17:00-18:00", "16:00-18:00"),
        (SegmentKind.AFTER_MARKET, "", "", ""),
    ],
)
def test_hours_before_the_after_market(
    kind: SegmentKind, ordinary: str, exam_day: str, second_of_january: str
) -> None:
    assert hours(plan_of("2026-09-11"), kind) == ordinary
    assert hours(plan_of("2025-11-13"), kind) == exam_day
    assert hours(plan_of("2026-01-02"), kind) == second_of_january


def test_the_after_market_took_the_place_of_the_single_price_auctions() -> None:
    plan = plan_of("2026-09-14")

    assert hours(plan, SegmentKind.AFTER_MARKET) == "16:00-20:00"
    assert plan.of(SegmentKind.SINGLE_PRICE) is None
    assert hours(plan_of("2026-11-19"), SegmentKind.AFTER_MARKET) == "17:00-20:00"


def test_the_day_reaches_from_the_first_order_to_the_last_trade() -> None:
    plan = plan_of("2026-11-20")

    assert (plan.start.time(), plan.end.time()) == (time(8, 20), time(20))


def test_parts_may_overlap() -> None:
    plan = plan_of("2026-11-20")
    kinds = [segment.kind for segment in plan.at(plan.session.open - timedelta(minutes=25))]

    assert set(kinds) == {SegmentKind.PREVIOUS_CLOSE_PRICE, SegmentKind.OPENING_AUCTION}
    assert plan.at(plan.end) == ()


def test_every_change_of_the_day_in_turn() -> None:
    plan = plan_of("2026-11-20")
    changes, now = [], plan.session.open.replace(hour=0)
    while (change := plan.next_change(now)) is not None:
        changes.append(f"{change:%H:%M}")
        now = change

    assert changes == (
        ["08:20", "08:30", "08:40", "09:00", "15:20", "15:30", "15:40", "16:00", "20:00"]
    )


def test_the_single_price_session_is_a_row_of_twelve_auctions() -> None:
    segment = plan_of("2026-09-11").of(SegmentKind.SINGLE_PRICE)
    assert segment is not None

    ends = list(segment.auction_ends())

    assert len(ends) == 12
    assert (ends[0].time(), ends[-1].time()) == (time(16, 10), time(18))
    assert segment.range_pct == 10


def test_a_part_that_is_one_piece_has_no_row_of_auctions() -> None:
    segment = plan_of("2026-09-11").of(SegmentKind.CONTINUOUS)
    assert segment is not None

    assert list(segment.auction_ends()) == []


def test_funds_do_not_trade_in_the_after_market() -> None:
    plan = plan_of("2026-09-14")

    assert [segment.kind for segment in plan.segments if not segment.is_for_funds] == [
        SegmentKind.AFTER_MARKET
    ]


def test_the_plan_agrees_with_the_sessions_own_auctions() -> None:
    for day in ("2026-11-20", "2026-11-19", "2026-01-02"):
        plan = plan_of(day)
        session = plan.session
        opening, closing = (
            plan.of(SegmentKind.OPENING_AUCTION),
            plan.of(SegmentKind.CLOSING_AUCTION),
        )
        assert opening is not None
        assert closing is not None
        assert (opening.start, opening.end) == (session.auction_start, session.open)
        assert (closing.start, closing.end) == (session.continuous_end, session.close)


def test_times_are_told_in_the_sessions_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    session = open_calendar("XKRX", berlin).session(date(2026, 9, 11))
    assert session is not None

    plan = day_plan(session)

    assert plan.end == datetime(2026, 9, 11, 11, tzinfo=berlin)
    assert plan.end.tzinfo is berlin


def test_another_exchange_has_a_plan_of_its_own() -> None:
    newyork = open_calendar("XNYS", SEOUL).session(date(2026, 11, 20))
    assert newyork is not None

    plan = day_plan(newyork, "XNYS")

    assert [segment.kind for segment in plan.segments] == [SegmentKind.CONTINUOUS]
    assert (plan.start, plan.end) == (newyork.open, newyork.close)
