"""Lets a broker adapter that has no thread of its own do its timed work on the GUI thread."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from PyQt5.QtCore import QObject, Qt, QTimer

from core.drivers import PacedClock

LONGEST_MS = 60_000  # a machine's clock may be set, or sleep; then the time is found again
FAILED_MS = 1_000  # until the next turn after one that raised


class AdapterTurns(QObject):
    """Calls `on_time` when `next_time` is reached; between that nothing runs.

    Connect `rearm` to whatever may change the time of the next turn, above all to
    `OwnerCalls.turned`.
    """

    def __init__(
        self,
        next_time: Callable[[], datetime | None],
        on_time: Callable[[datetime], None],
        clock: PacedClock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._next_time, self._on_time, self._clock = next_time, on_time, clock
        self._armed_for: datetime | None = None
        self._is_stopped = False
        self._timer = QTimer(self, singleShot=True, timerType=Qt.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    def rearm(self) -> None:
        """Wait for the adapter's next time, as it is now."""
        self._arm(0)

    def stop(self) -> None:
        """End for good: the adapter is closed."""
        self._is_stopped = True
        self._timer.stop()

    def _turn(self) -> None:
        # Armed first, so that an adapter that raises is asked again.
        self._armed_for = None
        self._timer.start(FAILED_MS)
        now, moment = self._clock.now(), self._next_time()
        if moment is not None and moment <= now:
            self._on_time(now)
        self._arm(1)  # one whose time stays in the past must not keep the loop busy

    def _arm(self, least_ms: int) -> None:
        moment = None if self._is_stopped else self._next_time()
        if moment is not None and moment == self._armed_for and self._timer.isActive():
            return
        wait_s = self._seconds_until(moment)
        self._armed_for = moment
        if math.isinf(wait_s):
            self._timer.stop()
        else:
            self._timer.start(min(max(math.ceil(wait_s * 1000), least_ms), LONGEST_MS))

    def _seconds_until(self, moment: datetime | None) -> float:
        """Return 0 for a time that has come, infinity where no real time brings it nearer."""
        if moment is None:
            return math.inf
        return 0.0 if moment <= self._clock.now() else self._clock.seconds_until(moment)
