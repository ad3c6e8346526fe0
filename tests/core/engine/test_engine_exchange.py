"""What the engine makes of the exchange's own word: interruptions, auctions, other hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.messages import (
    ApplySettings,
    AuctionIndicated,
    ClosePosition,
    Flatten,
    FlattenProgressed,
    HistoryLoaded,
    IntentDenied,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Noted,
    PhaseChanged,
    Resumed,
    Severity,
)
from core.domain.order import OrderKind, Reason, Side
from core.domain.session import Phase
from core.sessions.calendar import TradingCalendar
from tests.builders import OPEN, SEOUL, at
from tests.core.engine import conftest
from tests.core.engine.conftest import EAGER, Desk, by_hand, fall_then_rise, place_by_hand

SAMSUNG = "005930"


def vi(symbol: str = SAMSUNG, kind: Interruption = Interruption.STATIC_VI) -> Interrupted:
    return Interrupted(symbol, at(9, 4), kind, 70_300, at(9, 6))


def halt(symbol: str = SAMSUNG) -> Interrupted:
    return Interrupted(symbol, at(9, 5), Interruption.HALT)


def refusals(desk: Desk) -> list[str]:
    return [
        check.name
        for denied in desk.said(IntentDenied)
        for check in denied.checks
        if not check.passed
    ]


@pytest.mark.parametrize("symbol", [SAMSUNG, ""])
def test_nothing_is_bought_while_trading_is_interrupted(make_desk: Any, symbol: str) -> None:
    desk = make_desk(**EAGER)
    desk.tell(vi(symbol))
    assert desk.said(Interrupted) == [vi(symbol)]
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    assert refusals(desk) == ["entries_allowed"]


def test_another_symbols_interruption_stops_nothing_here(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(vi("000660"))
    fall_then_rise(desk)
    assert len(desk.broker.submitted) == 1


def test_entries_go_on_once_trading_resumes(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(vi())
    desk.tell(Resumed(SAMSUNG, at(9, 4)))
    fall_then_rise(desk)
    assert len(desk.broker.submitted) == 1


def test_an_interruption_whose_end_nobody_told_is_over_a_minute_later(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(Interrupted(SAMSUNG, at(9, 1), Interruption.DYNAMIC_VI, until=at(9, 3)))
    fall_then_rise(desk)  # decides at 09:05:01
    assert len(desk.broker.submitted) == 1


def test_the_journal_keeps_why_nothing_could_be_bought(desk: Desk) -> None:
    desk.tell(vi())
    desk.engine.close()
    texts = [note.body["text"]["en"] for note in desk.journal.of("note")]
    assert any("static volatility interruption 70,300 ~09:06:00" in text for text in texts)


def test_an_exit_joins_the_auction_of_an_interruption(bought: Desk) -> None:
    bought.tell(vi())
    bought.tell(ClosePosition(SAMSUNG))
    assert bought.broker.submitted[-1].intent.reason is Reason.MANUAL


def test_an_exit_waits_for_the_end_of_a_halt_and_says_so_once(bought: Desk) -> None:
    bought.tell(halt())
    for _ in range(3):
        bought.tell(ClosePosition(SAMSUNG))
    assert len(bought.broker.submitted) == 1
    assert sum("halted" in note.text.en for note in bought.said(Noted)) == 1
    bought.tell(Resumed(SAMSUNG, at(9, 10)))
    bought.tell(ClosePosition(SAMSUNG))
    assert len(bought.broker.submitted) == 2


def test_a_flatten_waits_for_the_end_of_a_halt(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tell(halt())
    bought.tell(Flatten("button"))
    bought.pass_to(bought.clock.now() + timedelta(minutes=10))
    assert len(bought.broker.submitted) == 1
    progress = bought.said(FlattenProgressed)[-1]
    assert not progress.is_done and "halted" in progress.rows[0].note.en
    bought.tell(Resumed(SAMSUNG, bought.clock.now()))
    assert bought.said(FlattenProgressed)[-1].is_done


def test_a_halt_is_forgotten_with_the_day(bought: Desk) -> None:
    bought.tell(halt())
    bought.pass_to(at(9, 1) + timedelta(days=1))
    bought.tell(ClosePosition(SAMSUNG))
    assert bought.broker.submitted[-1].intent.reason is Reason.MANUAL


def test_a_circuit_breaker_takes_no_exit_for_twenty_minutes(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tell(Interrupted("", bought.clock.now(), Interruption.CIRCUIT_BREAKER))
    assert any(
        n.severity is Severity.WARNING and "circuit" in n.text.en for n in bought.said(Noted)
    )
    bought.tell(Flatten("button"))
    bought.pass_to(bought.clock.now() + timedelta(minutes=19))
    assert len(bought.broker.submitted) == 1
    bought.pass_to(bought.clock.now() + timedelta(minutes=2))
    assert bought.said(FlattenProgressed)[-1].is_done


def test_a_stock_halted_by_the_master_data_waits_until_it_trades(make_desk: Any) -> None:
    desk = make_desk()
    desk.broker.held[SAMSUNG] = 5
    halted = Instrument(SAMSUNG, "삼성전자", 70_000, is_halted=True)
    desk.tell(HistoryLoaded(halted, ()))
    desk.tell(Flatten("button"))
    assert desk.broker.submitted == []
    desk.tick(70_000, 10)
    desk.pass_to(at(9, 1))
    assert [o.intent.quantity for o in desk.broker.submitted] == [5]


def test_indications_are_the_newest_of_each_symbol(desk: Desk) -> None:
    old = AuctionIndicated(SAMSUNG, at(8, 50), 70_000, 10)
    new, other = AuctionIndicated(SAMSUNG, at(8, 51), 70_100, 20), AuctionIndicated("1", OPEN, 1, 1)
    for word in (old, other, new):
        desk.engine.handle(word)
    desk.drain()
    assert desk.said(AuctionIndicated) == [new, other]
    desk.drain()
    assert len(desk.said(AuctionIndicated)) == 2


def test_after_the_close_a_flatten_sells_at_the_closing_price(bought: Desk) -> None:
    """From 15:40 on; before, and after 16:00, it says what can be done."""
    exit_at_1515 = 2
    bought.pass_to(at(15, 30))
    bought.broker.working.clear()
    bought.tell(Flatten("button"))
    order = bought.broker.submitted[-1]
    assert len(bought.broker.submitted) == exit_at_1515
    bought.broker.reject(order, "장 종료")
    bought.drain()
    note = bought.said(FlattenProgressed)[-1].rows[0].note.ko
    assert "15:40" in note and "애프터마켓" in note
    bought.broker.fills_at_once()
    bought.pass_to(at(15, 41))
    sent = bought.broker.submitted[-1].intent
    assert (sent.kind, sent.side, sent.quantity) == (OrderKind.AFTER_HOURS_CLOSE, Side.SELL, 14)
    assert bought.said(FlattenProgressed)[-1].is_done
    assert bought.journal.of("order")[-1].body["intent"]["kind"] == "AFTER_HOURS_CLOSE"


# Hours


def notice(what: MarketNotice, time: datetime, minutes: int | None = None) -> MarketNoticed:
    return MarketNoticed(time, what, None if minutes is None else timedelta(minutes=minutes))


def hear(desk: Desk, *messages: MarketNoticed) -> None:
    """Let the exchange speak, each word at its time."""
    for message in messages:
        desk.pass_to(message.time)
        desk.tell(message)


@pytest.fixture
def early(calendar: TradingCalendar, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that is up at eight in the morning."""
    return started(calendar, monkeypatch, at(8, 0))


def started(
    calendar: TradingCalendar, monkeypatch: pytest.MonkeyPatch, moment: datetime, **values: Any
) -> Desk:
    monkeypatch.setattr(conftest, "SimClock", lambda _: SimClock(moment))
    desk = Desk(calendar, [SAMSUNG], {k.replace("__", "."): v for k, v in values.items()})
    desk.open()
    return desk


def warnings(desk: Desk) -> list[str]:
    notes = desk.said(Noted)
    return [n.text.en for n in notes if n.severity is Severity.WARNING and "hours" in n.text.en]


def test_an_exam_day_the_calendar_does_not_know_moves_every_hour(early: Desk) -> None:
    hear(early, notice(MarketNotice.BEFORE_OPEN, at(9, 40), 20))
    assert early.said(PhaseChanged)[-1].phase is Phase.OPENING_AUCTION
    assert early.said(PhaseChanged)[-1].until == at(10, 0)
    table = early.engine._day.timetable
    assert (table.cutoff, table.flatten_at) == (at(16, 10), at(16, 15))
    (warning,) = warnings(early)
    assert "09:00~15:30 -> 10:00~16:30" in warning and "16:15" in warning
    early.pass_to(at(16, 29))
    assert early.said(PhaseChanged)[-1].phase is Phase.CLOSING_AUCTION
    early.tick(70_000, 60 * 449)  # 16:29: a trade of the session
    assert early.engine.counts.off_session_ticks == 0


def test_the_countdown_of_an_ordinary_day_changes_nothing(early: Desk) -> None:
    countdown = [notice(MarketNotice.BEFORE_OPEN, at(8, m), 60 - m) for m in range(40, 60)]
    closing = [notice(MarketNotice.BEFORE_CLOSE, at(15, m), 30 - m) for m in range(20, 30)]
    late = timedelta(seconds=2)
    hear(early, *countdown, notice(MarketNotice.OPENED, OPEN + late), *closing)
    hear(early, notice(MarketNotice.CLOSED, at(15, 30)), notice(MarketNotice.DAY_ENDED, at(18)))
    assert warnings(early) == []
    phases = [(p.phase, p.now) for p in early.said(PhaseChanged)]
    assert phases == [
        (Phase.BEFORE_OPEN, at(8)),
        (Phase.OPENING_AUCTION, at(8, 30)),
        (Phase.CONTINUOUS, at(9)),
        (Phase.CLOSING_AUCTION, at(15, 20)),
        (Phase.AFTER_CLOSE, at(15, 30)),
    ]
    assert len(early.said(MarketNoticed)) == 33


def test_only_the_opening_was_late_and_the_close_is_as_usual(early: Desk) -> None:
    hear(early, notice(MarketNotice.OPENED, at(10, 0)))
    assert early.engine._day.timetable.session.close == at(16, 30)
    hear(early, notice(MarketNotice.BEFORE_CLOSE, at(15, 20), 10))
    assert early.engine._day.timetable.session.close == at(15, 30)
    assert early.said(PhaseChanged)[-1].phase is Phase.CLOSING_AUCTION
    assert len(warnings(early)) == 2


def test_what_is_held_is_sold_at_once_when_the_close_comes_early(bought: Desk) -> None:
    bought.broker.fills_at_once()
    hear(bought, notice(MarketNotice.BEFORE_CLOSE, at(12, 0), 10))
    assert bought.broker.submitted[-1].intent.reason is Reason.EOD
    assert bought.engine.is_flat


def test_a_close_that_is_put_right_again_is_still_closed_before(bought: Desk) -> None:
    closes_all = bought.settings.changed({"risk.close_foreign": True})
    bought.tell(ApplySettings(closes_all))
    hear(bought, notice(MarketNotice.BEFORE_CLOSE, at(12, 0), 10))
    bought.broker.fill(bought.broker.submitted[-1])
    bought.drain()
    hear(bought, notice(MarketNotice.BEFORE_CLOSE, at(12, 5), 205))
    bought.broker.fill(place_by_hand(bought, by_hand()))
    bought.drain()
    bought.pass_to(at(15, 14))
    assert len(bought.broker.submitted) == 2
    bought.pass_to(at(15, 15))
    assert [order.intent.reason for order in bought.broker.submitted[1:]] == [Reason.EOD] * 2


def test_an_end_without_warning_is_the_end(bought: Desk) -> None:
    hear(bought, notice(MarketNotice.CLOSED, at(13, 0)))
    assert bought.said(PhaseChanged)[-1].phase is Phase.AFTER_CLOSE
    assert bought.said(FlattenProgressed)[-1].rows[0].held == 14


def test_who_comes_later_does_not_take_word_of_the_opening_for_the_opening(
    calendar: TradingCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = started(calendar, monkeypatch, at(11, 0))
    hear(desk, notice(MarketNotice.OPENED, at(11, 5)))
    assert warnings(desk) == []


def test_once_there_were_trades_nothing_can_open_it_again(early: Desk) -> None:
    early.tick(70_000, 1)
    hear(early, notice(MarketNotice.OPENED, at(9, 30)))
    hear(early, notice(MarketNotice.BEFORE_OPEN, at(9, 30), 30))
    assert warnings(early) == []


def test_a_day_without_a_session_by_the_calendar_is_followed_when_it_opens(
    calendar: TradingCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    saturday = datetime(2026, 11, 28, 8, 0, tzinfo=SEOUL)
    desk = started(calendar, monkeypatch, saturday, **EAGER)
    assert desk.said(PhaseChanged)[-1].phase is Phase.CLOSED_DAY
    hear(desk, notice(MarketNotice.BEFORE_OPEN, saturday.replace(hour=8, minute=40), 20))
    assert desk.said(PhaseChanged)[-1].phase is Phase.OPENING_AUCTION
    assert "no session -> 09:00~15:30" in warnings(desk)[0]
    days = 5 * 86_400
    fall_then_rise(desk, start=days)
    assert len(desk.broker.submitted) == 1
    assert desk.engine.counts.off_session_ticks == 0


def test_settings_keep_the_exchanges_hours(early: Desk) -> None:
    hear(early, notice(MarketNotice.OPENED, at(10, 0)))
    changed = early.settings.changed({"risk.flatten_before_close_min": 30})
    early.tell(ApplySettings(changed))
    assert early.engine._day.timetable.flatten_at == at(16, 0)


def test_the_next_day_has_the_calendars_hours_again(early: Desk) -> None:
    hear(early, notice(MarketNotice.OPENED, at(10, 0)))
    early.pass_to(at(8) + timedelta(days=1))
    assert early.engine._day.timetable.session.open == OPEN + timedelta(days=1)
