"""Runs without a window on an event loop, for a broker whose control needs one."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEventLoop, QTimer

from core.commands.rescue import Rescue

TICK_MS = 100


def run_until(is_over: Callable[[], bool], tick: Callable[[], object]) -> None:
    """Run the event loop and call `tick` ten times a second until `is_over`.

    What either raises ends it and is raised here: PyQt would end the process.
    """
    loop, raised = QEventLoop(), list[Exception]()

    def turn() -> None:
        try:
            tick()
            if is_over():
                loop.quit()
        except Exception as error:  # a slot's edge
            raised.append(error)
            loop.quit()

    timer = QTimer(interval=TICK_MS)
    timer.timeout.connect(turn)
    timer.start()
    loop.exec_()
    timer.stop()
    if raised:
        raise raised[0]


def flatten(rescue: Rescue, is_hopeless: Callable[[], bool], tick: Callable[[], object]) -> None:
    """Drive a flatten until it is done, or `is_hopeless` says that nothing more can be done now.

    What the broker posts must reach `rescue.hear` by itself; `tick` does the adapter's timed work.
    """
    ticks = 0

    def turn() -> None:
        nonlocal ticks
        ticks += 1
        tick()
        rescue.tick(ticks * TICK_MS / 1000)

    run_until(lambda: rescue.is_done or is_hopeless(), turn)
