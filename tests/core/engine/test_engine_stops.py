"""Trailing, break-even and time stops as the engine carries them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import ApplySettings, Decided
from core.domain.order import Reason, Side
from core.domain.signal import Action
from tests.builders import OPEN, a_tick, at
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise
from tests.fakes import FakeBroker

AFTER = 5 * 60 + 2  # seconds after the open at which the position is there


@pytest.fixture
def holding(make_desk: Any) -> Any:
    """Return a function that makes a desk with a position bought at 70,300 won."""

    def hold(**values: Any) -> Desk:
        quiet = EAGER | {"strategy__sell_threshold": 50, "risk__take_profit_pct": 20}
        desk: Desk = make_desk(**quiet, **{f"risk__{k}": v for k, v in values.items()})
        desk.broker.fills_at_once()
        fall_then_rise(desk)
        assert desk.engine.account.portfolio.position("005930").entry_price == 70_300
        return desk

    return hold


def stop_of(desk: Desk) -> float:
    position = desk.engine.account.portfolio.position("005930")
    assert position is not None and position.stop_level is not None
    return position.stop_level


def exits(desk: Desk) -> list[Action]:
    actions = [one.decision.action for one in desk.said(Decided)]
    return [action for action in actions if action not in (Action.HOLD, Action.BUY)]


def test_the_stop_follows_new_highs_and_sells_below_them(holding: Any) -> None:
    desk = holding(trailing_stop_pct=1)
    for second, price in enumerate((71_000, 72_000, 71_500)):
        desk.tick(price, AFTER + second)
    assert stop_of(desk) == pytest.approx(71_280)

    desk.tick(71_280, AFTER + 5)

    assert exits(desk) == [Action.SELL_SL]
    assert desk.engine.is_flat


def test_every_move_of_a_stop_is_journaled(holding: Any) -> None:
    desk = holding(trailing_stop_pct=1)
    desk.tick(72_000, AFTER)
    desk.tick(72_000, AFTER + 1)

    (moved,) = desk.journal.of("level")
    assert moved.fields == {
        "symbol": "005930",
        "stop_level": pytest.approx(71_280),
        "target_level": pytest.approx(84_360),
        "peak": 72_000,
    }


def test_the_entry_is_protected_once_there_was_a_gain(holding: Any) -> None:
    desk = holding(break_even_pct=1)
    desk.tick(70_900, AFTER)
    assert stop_of(desk) == pytest.approx(70_300 * 0.99)
    desk.tick(71_100, AFTER + 1)
    desk.tick(70_400, AFTER + 2)

    assert exits(desk) == [Action.SELL_SL]  # 0.23 % of costs lie above 70,400


def test_what_gains_nothing_is_sold_after_its_time(holding: Any) -> None:
    desk = holding(time_stop_min=10)
    for minute in range(6, 15):
        desk.tick(70_200, minute * 60)
    assert exits(desk) == []

    desk.pass_to(OPEN + timedelta(minutes=15, seconds=20))

    assert exits(desk) == [Action.SELL_TIME]
    (sold,) = [o for o in desk.broker.submitted if o.intent.side is Side.SELL]
    assert sold.intent.reason is Reason.TIME


def test_what_gains_is_left_alone_by_the_time_stop(holding: Any) -> None:
    desk = holding(time_stop_min=10)
    desk.tick(70_400, AFTER)
    desk.pass_to(OPEN + timedelta(minutes=40))
    assert exits(desk) == []


def test_changed_settings_keep_the_high(holding: Any) -> None:
    desk = holding(trailing_stop_pct=1)
    desk.tick(72_000, AFTER)
    desk.tell(ApplySettings(desk.settings.changed({"risk.trailing_stop_pct": 2})))
    assert stop_of(desk) == pytest.approx(72_000 * 0.98)


def test_the_closing_print_sells_nothing(holding: Any) -> None:
    desk = holding()
    desk.tick(70_300, AFTER)
    desk.broker.held.clear()  # what the day's end sells is not what this is about
    desk.broker.on_submit = lambda order: None
    desk.pass_to(at(15, 30))
    before = len(desk.broker.submitted)
    desk.tell(a_tick(60_000, time=at(15, 30, 21)))
    desk.pass_to(at(15, 32))
    assert exits(desk) == []
    assert len(desk.broker.submitted) == before


def test_a_stop_sells_a_large_position_in_parts_that_a_broker_takes(calendar: Any) -> None:
    values = EAGER | {"strategy__sell_threshold": 50, "risk__max_position_pct": 5}
    settings = {key.replace("__", "."): value for key, value in values.items()}
    desk = Desk(calendar, ["005930"], settings, broker=lambda clock: FakeBroker(clock, 10**11))
    desk.open()
    desk.broker.fills_at_once()
    fall_then_rise(desk)
    held = desk.engine.account.portfolio.held("005930")
    assert held * 70_300 > 2_000_000_000

    for second in range(6):
        desk.tick(60_000, AFTER + second)

    sold = [o.intent for o in desk.broker.submitted if o.intent.side is Side.SELL]
    assert sum(intent.quantity for intent in sold) == held
    assert max(intent.quantity for intent in sold) * 60_000 <= 1_500_000_000
