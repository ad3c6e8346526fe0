"""Sendings under a limit: urgency, the one kept for exits, and the moment the next may leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.rate_limit import RollingWindows
from broker.pacing import Pacer, Urgency

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Seoul"))
SECOND = timedelta(seconds=1)


class Line:
    """Takes what is sent and counts it, as a broker's adapter does."""

    def __init__(self, limit: int = 5, is_holding: bool = False) -> None:
        self.windows = RollingWindows(((limit, SECOND),))
        self.sent: list[tuple[str, datetime]] = []
        self.is_holding, self.is_up = is_holding, True
        self.pacer: Pacer[str] = Pacer(self.windows, lambda: self.is_holding, self.send)

    def send(self, item: str, now: datetime) -> bool:
        if self.is_up:
            self.windows.take(now)
            self.sent.append((item, now))
        return self.is_up

    @property
    def items(self) -> list[str]:
        return [item for item, _ in self.sent]

    def run(self) -> None:
        """Let time pass until nothing waits."""
        while self.pacer.due is not None:
            self.pacer.pump(self.pacer.due)


def test_what_may_leave_leaves_at_once():
    line = Line()
    for name in "abcde":
        line.pacer.put(name, Urgency.NEW, NOW)
    assert line.items == list("abcde")
    assert line.pacer.due is None


def test_the_sixth_waits_for_the_first_to_leave_the_window():
    line = Line()
    for name in "abcdef":
        line.pacer.put(name, Urgency.NEW, NOW)
    assert line.pacer.due == NOW + SECOND
    line.run()
    assert line.sent[-1] == ("f", NOW + SECOND)


def test_a_cancel_overtakes_a_sell_and_a_sell_a_buy():
    line = Line(limit=1)
    line.pacer.put("first", Urgency.NEW, NOW)
    for name, urgency in (
        ("buy", Urgency.NEW),
        ("sell", Urgency.REDUCE),
        ("cancel", Urgency.CANCEL),
    ):
        line.pacer.put(name, urgency, NOW)
    line.run()
    assert line.items == ["first", "cancel", "sell", "buy"]


def test_while_anything_is_held_one_sending_is_kept_for_an_exit():
    line = Line(is_holding=True)
    for name in "abcde":
        line.pacer.put(name, Urgency.NEW, NOW)
    assert line.items == list("abcd")
    line.pacer.put("exit", Urgency.REDUCE, NOW)
    assert line.items[-1] == "exit"


def test_one_that_could_not_go_is_tried_again():
    line = Line()
    line.is_up = False
    line.pacer.put("a", Urgency.NEW, NOW)
    assert line.items == []
    line.is_up = True
    line.run()
    assert line.items == ["a"]


def test_one_that_is_taken_out_is_not_sent():
    line = Line(limit=1)
    for name in "abc":
        line.pacer.put(name, Urgency.NEW, NOW)
    assert line.pacer.take_out(lambda item: item == "b") == "b"
    assert line.pacer.take_out(lambda item: item == "b") is None
    line.run()
    assert line.items == ["a", "c"]


def test_clearing_gives_back_what_waited_most_urgent_first():
    line = Line(limit=1)
    line.pacer.put("sent", Urgency.NEW, NOW)
    line.pacer.put("buy", Urgency.NEW, NOW)
    line.pacer.put("cancel", Urgency.CANCEL, NOW)
    assert line.pacer.clear() == ["cancel", "buy"]
    assert line.pacer.due is None


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Urgency)), st.integers(0, 400)), min_size=1, max_size=40
    ),
    st.booleans(),
)
def test_no_stretch_of_a_second_sees_more_than_five_and_nothing_is_lost(puts, is_holding):
    line, now = Line(is_holding=is_holding), NOW
    for number, (urgency, wait_ms) in enumerate(puts):
        now += timedelta(milliseconds=wait_ms)
        while line.pacer.due is not None and line.pacer.due <= now:
            line.pacer.pump(line.pacer.due)
        line.pacer.put(str(number), urgency, now)
    line.run()
    times = [at for _, at in line.sent]
    assert sorted(map(int, line.items)) == list(range(len(puts)))
    assert times == sorted(times)
    assert all(b - a >= SECOND for a, b in zip(times, times[5:], strict=False))


@pytest.mark.parametrize("limit", [1, 2])
def test_a_small_limit_still_lets_entries_out_while_holding(limit):
    line = Line(limit=limit, is_holding=True)
    line.pacer.put("a", Urgency.NEW, NOW)
    line.run()
    assert line.items == ["a"]
