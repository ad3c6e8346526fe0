"""An engine is silent when it says nothing, or when its thread has ended."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.watchdog import SILENT_MS, TICK_MS, Watchdog

TICKS = SILENT_MS // TICK_MS


def test_three_seconds_without_a_batch_are_silence(qtbot: QtBot) -> None:
    watchdog = Watchdog(lambda: True)
    for _ in range(TICKS - 1):
        watchdog.tick()
    assert not watchdog.is_silent
    with qtbot.waitSignal(watchdog.changed) as caught:
        watchdog.tick()
    assert caught.args == [True]
    assert watchdog.quiet_s == 3.0


def test_a_batch_ends_the_silence(qtbot: QtBot) -> None:
    watchdog = Watchdog(lambda: True)
    for _ in range(TICKS):
        watchdog.tick()
    with qtbot.waitSignal(watchdog.changed) as caught:
        watchdog.hear()
    assert caught.args == [False]
    assert (watchdog.is_silent, watchdog.quiet_s) == (False, 0.0)


def test_a_dead_engine_is_silent_at_once(qtbot: QtBot) -> None:
    watchdog = Watchdog(lambda: False)
    watchdog.tick()
    assert watchdog.is_silent


def test_it_looks_by_itself_once_started(qtbot: QtBot) -> None:
    watchdog = Watchdog(lambda: True)
    watchdog.start()
    with qtbot.waitSignal(watchdog.ticked):
        pass
    watchdog.stop()
