"""An exception in a handler: said, counted, and never in the way of an exit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.errors import OrderError
from core.domain.market import Tick
from core.domain.messages import (
    EnableSymbol,
    Flatten,
    InvariantsChecked,
    Message,
    Severity,
    Start,
    StateChanged,
    Stop,
    TimePassed,
)
from core.domain.order import OrderId, Reason, Side
from core.domain.risk import TradingState
from tests.builders import OPEN, a_tick
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise, notes

BUG = ZeroDivisionError("bug")


def fail_at(desk: Desk, message: Message) -> None:
    """Hand over a message whose handler raises, as a driver does."""

    def raises(_: Any) -> None:
        raise BUG

    engine = desk.engine
    before = engine._handlers[type(message)]
    engine._handlers[type(message)] = raises
    try:
        engine.handle(message)
    except ZeroDivisionError as error:
        engine.fault(error)
    engine._handlers[type(message)] = before
    desk.drain()


def state(desk: Desk) -> TradingState:
    found: TradingState = desk.said(StateChanged)[-1].state
    return found


def test_the_symbol_concerned_is_not_bought_any_more(make_desk: Any) -> None:
    desk = make_desk(("005930", "000660"), **EAGER)
    fail_at(desk, a_tick())
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    fall_then_rise(desk, symbol="000660", start=600)
    assert [order.intent.symbol for order in desk.broker.submitted] == ["000660"]
    (said,) = notes(desk, Severity.ERROR)
    assert "handling Tick" in said and "ZeroDivisionError('bug')" in said
    assert "Nothing more is bought of this symbol; exits go on" in said


def test_where_it_was_raised_is_said_without_a_folder_of_this_machine(desk: Desk) -> None:
    desk.engine.handle(a_tick())
    with pytest.raises(OrderError) as raised:
        desk.engine.orders[OrderId("none")]
    desk.engine.fault(raised.value)
    desk.drain()
    (said,) = notes(desk, Severity.ERROR)
    assert "(core/execution/order_manager.py:" in said


def test_a_second_fault_within_a_minute_stops_all_entries(make_desk: Any) -> None:
    desk = make_desk(("005930", "000660"), **EAGER)
    fail_at(desk, a_tick())
    assert state(desk) is TradingState.RUNNING
    desk.pass_to(OPEN + timedelta(seconds=30))
    fail_at(desk, a_tick())
    assert state(desk) is TradingState.STOPPED
    desk.tell(Start())
    assert state(desk) is TradingState.RUNNING
    fall_then_rise(desk, start=60)
    assert len(desk.broker.submitted) == 1, "START forgets what was blocked"


def test_faults_far_apart_do_not_stop_everything(desk: Desk) -> None:
    for minutes in range(4):
        desk.pass_to(OPEN + timedelta(minutes=2 * minutes))
        fail_at(desk, a_tick())
    assert state(desk) is TradingState.RUNNING
    assert desk.engine.counts.errors == 4
    assert len(notes(desk, Severity.ERROR)) == 1, "the first, then the 10th, the 100th ..."


def test_a_fault_without_a_symbol_stops_all_entries(desk: Desk) -> None:
    fail_at(desk, Stop())
    assert state(desk) is TradingState.STOPPED
    assert "All entries are stopped" in notes(desk, Severity.ERROR)[-1]


def test_a_stop_is_hit_by_a_tick_whose_handler_raises(bought: Desk) -> None:
    held = bought.broker.held["005930"]
    fail_at(bought, Tick("005930", bought.clock.now(), 68_000, 1))
    sold = bought.broker.submitted[-1].intent
    assert (sold.side, sold.quantity, sold.reason) == (Side.SELL, held, Reason.SL)


def test_flatten_goes_on_after_faults(bought: Desk) -> None:
    fail_at(bought, a_tick(time=bought.clock.now()))
    fail_at(bought, Stop())
    bought.broker.fills_at_once()
    bought.tell(Flatten("button"))
    bought.pass_to(bought.clock.now() + timedelta(seconds=3))
    assert bought.engine.is_flat


def test_a_report_that_could_not_be_handled_has_the_account_asked_for(bought: Desk) -> None:
    asked: list[str] = []
    bought.broker.request_account = asked.append  # type: ignore[method-assign]
    bought.broker.fill(bought.broker.submitted[0], quantity=1)
    fail_at(bought, bought.broker.inbox.popleft())
    assert asked == ["fault"]


class Broken:
    """A timed part with a bug."""

    wakeup = OPEN

    def advance(self, now: Any) -> None:
        raise BUG


def test_what_the_clock_does_goes_on_beside_a_part_that_raises(bought: Desk) -> None:
    engine = bought.engine
    engine._timely = (Broken().advance, *engine._timely)
    bought.broker.fills_at_once()
    engine.handle(Flatten("button"))
    bought.drain()
    now = bought.clock.now() + timedelta(seconds=5)
    bought.clock.move_to(now)
    with pytest.raises(ZeroDivisionError) as raised:
        engine.handle(TimePassed(now))
    engine.fault(raised.value)
    bought.drain()
    assert engine.is_flat
    assert engine.wakeup >= now + timedelta(seconds=1), "not again at once"


def test_faults_have_a_lamp_with_their_count_by_kind(desk: Desk) -> None:
    fail_at(desk, a_tick())
    fail_at(desk, EnableSymbol("005930", True))
    lamp = {lamp.name: lamp for lamp in desk.said(InvariantsChecked)[-1].lamps}["faults"]
    assert not lamp.is_ok
    assert lamp.text.en == "Tick: ZeroDivisionError x1, EnableSymbol: ZeroDivisionError x1"
