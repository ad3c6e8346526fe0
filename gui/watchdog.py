"""Notices when the engine has gone quiet."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

SILENT_MS = 3000
TICK_MS = 250


class Watchdog(QObject):
    """Counts its own ticks without a batch of events, so that a stalled window blames nobody.

    Signals:
        changed: bool, whether the engine is silent now.
        ticked: after each look at the engine.
    """

    changed = pyqtSignal(bool)
    ticked = pyqtSignal()

    def __init__(self, is_engine_alive: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_engine_alive = is_engine_alive
        self._quiet_ms = 0
        self._is_silent = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def is_silent(self) -> bool:
        """Whether the engine has said nothing for three seconds, or its thread has ended."""
        return self._is_silent

    @property
    def quiet_s(self) -> float:
        """Seconds since the last batch."""
        return self._quiet_ms / 1000

    def start(self) -> None:
        """Look every quarter of a second from now on."""
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def hear(self) -> None:
        """A batch has arrived."""
        self._quiet_ms = 0
        self._set_silent(False)

    def tick(self) -> None:
        """Look once; the timer does this every quarter of a second."""
        self._quiet_ms += TICK_MS
        if self._quiet_ms >= SILENT_MS or not self._is_engine_alive():
            self._set_silent(True)
        self.ticked.emit()

    def _set_silent(self, is_silent: bool) -> None:
        if is_silent != self._is_silent:
            self._is_silent = is_silent
            self.changed.emit(is_silent)
