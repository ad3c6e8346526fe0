"""A flatten without engine or window, on an event loop: for a broker whose control needs one."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEventLoop, QTimer

from core.commands.rescue import Rescue

TICK_MS = 250


def drive(rescue: Rescue, is_hopeless: Callable[[Rescue], bool]) -> None:
    """Tick `rescue` until it is done or `is_hopeless` says that nothing more can be done now.

    The event loop runs meanwhile, so what the broker posts must reach `rescue.hear` by itself.
    """
    loop = QEventLoop()
    timer = QTimer(interval=TICK_MS)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        rescue.tick(ticks * TICK_MS / 1000)
        if rescue.is_done or is_hopeless(rescue):
            loop.quit()

    timer.timeout.connect(tick)
    timer.start()
    loop.exec_()
    timer.stop()
