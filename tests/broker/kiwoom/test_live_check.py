"""The guided self-test: what it makes of answers, silence and errors."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broker.kiwoom.control import EVENTS
from broker.kiwoom.live_check import Await, LiveCheck, Observed, Step, Verdict, shape
from config.text import Text
from core.clock import SimClock

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Seoul"))


class Event:
    def __init__(self) -> None:
        self.slots: list = []

    def connect(self, slot) -> None:
        self.slots.append(slot)

    def emit(self, *values) -> None:
        for slot in self.slots:
            slot(*values)


class SilentControl:
    """Answers nothing by itself."""

    def __init__(self) -> None:
        for name in EVENTS:
            setattr(self, name, Event())

    def dynamicCall(self, signature, *values):
        return 0


def saw(found: object, verdict: Verdict = Verdict.AS_EXPECTED) -> Observed:
    return Observed("step", verdict, Text.of("expected"), str(found))


def waiting_step(event: str = "OnReceiveMsg", needed: bool = False) -> Step:
    def run(desk):
        got = yield Await(event, 5.0)
        return iter([saw(got, Verdict.SKIPPED if got is None else Verdict.AS_EXPECTED)])

    return Step("step", Text.of("wait"), run, is_needed=needed)


@pytest.fixture
def control():
    return SilentControl()


def begun(control, *steps: Step) -> tuple[LiveCheck, SimClock, list[Text]]:
    clock, told = SimClock(NOW), []
    check = LiveCheck(control, clock, steps, told.append)
    check.begin()
    return check, clock, told


def test_a_step_goes_on_inside_the_handler_of_what_it_waited_for(control):
    check, _, _ = begun(control, waiting_step())

    control.OnReceiveMsg.emit("0001", "a", "b", "[100000] text")

    assert check.is_over
    assert "[100000] text" in check.observed[0].found


def test_other_events_are_let_pass(control):
    check, _, _ = begun(control, waiting_step())

    control.OnReceiveTrData.emit("0001", "a", "b", "", "", 0, "", "", "")

    assert not check.is_over


def test_silence_is_said_and_the_next_step_begins(control):
    check, clock, told = begun(control, waiting_step(), waiting_step())
    due = check.next_time()
    assert due == NOW + timedelta(seconds=5)

    clock.move_to(due)
    check.on_time(clock.now())

    assert check.observed[0].verdict is Verdict.SKIPPED
    assert len(told) == 2
    assert not check.is_over


def test_without_a_needed_step_the_rest_is_not_tried(control):
    check, clock, told = begun(control, waiting_step(needed=True), waiting_step())

    clock.move_to(check.next_time())
    check.on_time(clock.now())

    assert check.is_over
    assert len(told) == 1


def test_a_step_that_breaks_costs_no_other_step(control):
    def breaks(desk):
        yield from ()
        raise ValueError("not a number: 'x'")

    check, _, _ = begun(control, Step("broken", Text.of("b"), breaks), waiting_step())

    assert check.observed[0].verdict is Verdict.DIFFERS
    assert "not a number" in check.observed[0].found
    assert not check.is_over


@pytest.mark.parametrize(
    ("text", "shown"),
    [("-00000000012345", "-99999999999999"), ("A005930", "A999999"), ("홍길동", "가가가")],
)
def test_a_shape_tells_nothing_but_how_it_is_written(text, shown):
    assert shape(text) == shown
