"""Calls from other threads: in order, on the GUI thread, in slices, errors told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from PyQt5.QtCore import QCoreApplication, QThread
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import owner_calls
from gui.owner_calls import OwnerCalls

PATIENCE_S = 10.0


@pytest.fixture
def calls(qtbot: QtBot) -> OwnerCalls:
    return OwnerCalls()


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_actions_run_in_order_on_the_gui_thread(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[int] = []
    threads: set[QThread] = set()

    def act(number: int) -> None:
        seen.append(number)
        threads.add(QThread.currentThread())

    thread = in_thread(lambda: [calls.call(lambda n=n: act(n)) for n in range(1_000)] and None)
    qtbot.waitUntil(lambda: len(seen) == 1_000)
    thread.join()
    assert seen == list(range(1_000))
    assert threads == {QApplication.instance().thread()}


def test_nothing_runs_inside_call(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[str] = []

    def outer() -> None:
        calls.call(lambda: seen.append("inner"))
        seen.append("outer")

    calls.call(outer)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == ["outer", "inner"]


def test_a_flood_comes_in_slices(
    qtbot: QtBot, calls: OwnerCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each action takes 1 ms of a clock of our own, so that a slice holds six or seven."""
    elapsed = [0.0]
    monkeypatch.setattr(owner_calls, "monotonic", lambda: elapsed[0])

    def act() -> None:
        elapsed[0] += 0.001

    slices: list[float] = []
    calls.turned.connect(lambda: slices.append(elapsed[0]))
    for _ in range(100):
        calls.call(act)
    qtbot.waitUntil(lambda: elapsed[0] >= 0.0995)
    lengths = [later - sooner for sooner, later in zip([0.0, *slices], slices, strict=False)]
    assert len(slices) >= 100 // 7
    assert max(lengths) <= 0.0075


def test_other_work_gets_its_turn_between_two_slices(
    qtbot: QtBot, calls: OwnerCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_calls, "SLICE_S", 0.0)  # one action a slice
    seen: list[str] = []
    other = OwnerCalls()
    for _ in range(3):
        calls.call(lambda: seen.append("packet"))
        other.call(lambda: seen.append("key"))
    qtbot.waitUntil(lambda: len(seen) == 6)
    assert seen == ["packet", "key"] * 3


def test_an_exception_is_told_and_the_next_action_runs(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise ValueError("bad packet")

    with qtbot.captureExceptions() as caught:
        calls.call(fail)
        calls.call(lambda: seen.append("next"))
        qtbot.waitUntil(lambda: seen == ["next"])
    assert [str(error) for _, error, _ in caught] == ["bad packet"]


def test_an_action_that_pumps_events_is_not_overtaken(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[str] = []

    def pump() -> None:
        seen.append("begins")
        calls.call(lambda: seen.append("later"))
        QCoreApplication.processEvents()
        seen.append("ends")

    calls.call(pump)
    calls.call(lambda: seen.append("waiting"))
    qtbot.waitUntil(lambda: len(seen) == 4)
    assert seen == ["begins", "ends", "waiting", "later"]


def test_another_thread_can_wait_until_all_is_done(qtbot: QtBot, calls: OwnerCalls) -> None:
    done: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        for number in range(50):
            calls.call(lambda n=number: done.append(n))
        waiting = pool.submit(lambda: calls.wait_drained(PATIENCE_S) and len(done))
        qtbot.waitUntil(waiting.done)
    assert waiting.result() == 50


def test_waiting_for_what_never_runs_ends_by_its_time(calls: OwnerCalls) -> None:
    calls.call(lambda: None)  # the event loop stands still here
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(calls.wait_drained, 0.01).result() is False


def test_an_idle_queue_is_drained(calls: OwnerCalls) -> None:
    assert calls.wait_drained(0.0)


def test_closing_lets_go_who_waits(calls: OwnerCalls) -> None:
    calls.call(lambda: None)  # the event loop is over: it never runs
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(calls.wait_drained, PATIENCE_S)
        calls.close()
        assert waiting.result()


def test_at_the_end_all_that_waits_is_run(calls: OwnerCalls) -> None:
    """The event loop is over: nothing runs by itself any more."""
    seen: list[str] = []

    def first() -> None:
        seen.append("first")
        calls.call(lambda: seen.append("what it asks for"))

    calls.call(first)
    calls.call(lambda: seen.append("second"))
    calls.finish()
    calls.call(lambda: seen.append("too late"))

    assert seen == ["first", "second", "what it asks for"]
    assert calls.wait_drained(0.0)


def test_at_the_end_one_that_fails_stops_no_other(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[str] = []
    with qtbot.captureExceptions() as caught:
        calls.call(lambda: 1 / 0)
        calls.call(lambda: seen.append("closed"))
        calls.finish()
    assert len(caught) == 1
    assert seen == ["closed"]


def test_a_closed_queue_forgets(qtbot: QtBot, calls: OwnerCalls) -> None:
    seen: list[str] = []
    calls.call(lambda: seen.append("before"))
    calls.close()
    calls.call(lambda: seen.append("after"))
    with qtbot.waitSignal(calls.turned):
        pass
    assert seen == []
    assert calls.wait_drained(0.0)
