"""Minutes missed while the line was down: fetched again, merged, and no entries until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.domain.market import Bar
from core.domain.messages import ConnectionChanged, HistoryReady, IntentDenied
from core.engine.engine import Engine
from tests.builders import OPEN, SAMSUNG, a_bar
from tests.core.engine.conftest import EAGER, Desk
from tests.fakes import FakeBroker

CODE = SAMSUNG.symbol


class SlowHistory(FakeBroker):
    """Keeps answers to itself until it is told to give them."""

    asked: list[tuple[str, ...]]

    def request_history(self, symbols: Any, days: int) -> None:
        if hasattr(self, "asked"):
            self.asked.append(tuple(symbols))
        else:
            super().request_history(symbols, days)

    def answer(self, *bars: Bar, symbol: str = CODE) -> None:
        self.history[symbol] = bars
        super().request_history((symbol,), 1)


def a_desk(calendar: Any, symbols: tuple[str, ...] = (CODE,), **values: Any) -> Desk:
    given = {key.replace("__", "."): value for key, value in values.items()}
    desk = Desk(calendar, list(symbols), given, broker=SlowHistory)
    desk.open()
    desk.broker.asked = []
    return desk


def minute(number: int, close: float = 70_000, volume: int = 100) -> Bar:
    return replace(a_bar(close, OPEN + timedelta(minutes=number)), volume=volume)


def bars(desk: Desk) -> list[tuple[int, float]]:
    own = desk.engine.markets[CODE].bars
    return [(int((bar.start - OPEN).total_seconds()) // 60, bar.close) for bar in own]


def lose_the_line(desk: Desk, since: int, until: int) -> None:
    """Be without a line from and to these seconds after the open."""
    desk.pass_to(OPEN + timedelta(seconds=since))
    desk.tell(ConnectionChanged(False, "lost"))
    desk.pass_to(OPEN + timedelta(seconds=until))
    desk.tell(ConnectionChanged(True))


def test_missed_minutes_are_asked_for_and_put_in_their_places(calendar: Any) -> None:
    desk = a_desk(calendar)
    desk.tick(70_000, 10)
    desk.tick(70_100, 70)
    lose_the_line(desk, since=80, until=250)
    assert desk.broker.asked == [(CODE,)]
    desk.tick(70_500, 255)

    desk.broker.answer(minute(0), minute(1, 70_200), minute(2, 70_300), minute(3, 70_400))
    desk.drain()

    assert bars(desk) == [(0, 70_000), (1, 70_200), (2, 70_300), (3, 70_400)]
    assert [bar.close for bar in desk.said(HistoryReady)[-1].bars][-1] == 70_400
    desk.pass_to(OPEN + timedelta(seconds=301))
    assert bars(desk)[-1] == (4, 70_500)


def test_indicators_run_over_what_was_filled_in(calendar: Any) -> None:
    whole, cut = a_desk(calendar, **EAGER), a_desk(calendar, **EAGER)
    prices = (70_000, 69_900, 69_800, 69_700, 70_300)
    for number, price in enumerate(prices):
        whole.tick(price, number * 60 + 5)
    whole.pass_to(OPEN + timedelta(seconds=301))

    cut.tick(prices[0], 5)
    lose_the_line(cut, since=62, until=242)
    cut.broker.answer(*(minute(n, p) for n, p in enumerate(prices[:4])))
    cut.tick(prices[4], 245)
    cut.pass_to(OPEN + timedelta(seconds=301))

    latest = [desk.engine.markets[CODE].latest for desk in (whole, cut)]
    assert latest[0] is not None and latest[1] is not None
    names = ("ema_short", "ema_long", "rsi", "bb_high")
    assert [latest[0].values[n] for n in names] == [latest[1].values[n] for n in names]


def test_of_a_minute_both_know_the_one_with_more_shares_counts(calendar: Any) -> None:
    desk = a_desk(calendar)
    desk.tick(70_000, 10, quantity=500)
    desk.tick(70_100, 70, quantity=20)
    lose_the_line(desk, since=75, until=130)
    desk.broker.answer(minute(0, 69_000, volume=400), minute(1, 70_900, volume=300))
    desk.drain()
    assert bars(desk) == [(0, 70_000), (1, 70_900)]


def test_a_minute_that_is_still_forming_here_is_not_closed_twice(calendar: Any) -> None:
    desk = a_desk(calendar)
    desk.tick(70_000, 10)
    lose_the_line(desk, since=20, until=50)
    desk.tick(70_200, 55, quantity=10)
    desk.pass_to(OPEN + timedelta(seconds=60.5))  # over, but not closed yet

    desk.broker.answer(minute(0, 70_300, volume=900))
    desk.drain()
    desk.pass_to(OPEN + timedelta(seconds=62))

    assert bars(desk) == [(0, 70_300)]


def test_nothing_is_bought_before_the_hole_is_filled(calendar: Any) -> None:
    desk = a_desk(calendar, **EAGER)
    desk.broker.fills_at_once()
    for number, price in enumerate((70_000, 69_900, 69_800, 69_700)):
        desk.tick(price, number * 60 + 55)
    lose_the_line(desk, since=241, until=245)
    desk.tick(70_300, 295)
    desk.pass_to(OPEN + timedelta(seconds=301))

    (denied,) = desk.said(IntentDenied)
    (failed,) = [check for check in denied.checks if not check.passed]
    assert failed.reason is not None and "missed" in failed.reason.en
    assert desk.broker.submitted == []

    desk.broker.answer(*(minute(n) for n in range(4)))
    desk.drain()
    assert blocked(desk.engine) == ""


def blocked(engine: Engine) -> str:
    return engine._gaps.entry_block(engine.markets[CODE], OPEN)


def test_what_failed_or_is_on_its_way_is_not_asked_for_twice(calendar: Any) -> None:
    desk = a_desk(calendar, (CODE, "000660"))
    lose_the_line(desk, since=10, until=20)
    desk.broker.answer(symbol="000660")
    desk.drain()
    lose_the_line(desk, since=30, until=40)
    assert desk.broker.asked == [(CODE, "000660"), ("000660",)]


def test_what_is_held_is_asked_for_first(calendar: Any) -> None:
    desk = a_desk(calendar, (CODE, "000660"))
    desk.engine.account.portfolio.add_foreign(desk.broker.account().holdings, desk.clock.now())
    desk.broker.held["000660"] = 5
    desk.engine.account.portfolio.add_foreign(desk.broker.account().holdings, desk.clock.now())
    lose_the_line(desk, since=10, until=20)
    assert desk.broker.asked == [("000660", CODE)]


def test_the_first_connection_leaves_no_hole(calendar: Any) -> None:
    desk = a_desk(calendar)
    assert desk.broker.asked == []
    assert blocked(desk.engine) == ""
