"""Calls from any thread, carried out on the GUI thread without ever holding it for long."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from core.clock import monotonic

SLICE_S = 0.006  # of one turn of the event loop; a key press waits no longer than that

Action = Callable[[], object]


class OwnerCalls(QObject):
    """A queue whose actions run in their order on the thread this was made on.

    One queued signal at a time is on its way, however many actions wait; between two slices the
    event loop serves keys and painting. An action that pumps events itself is not overtaken.

    Signals:
        turned: a slice is over; the owner thread's timers may be due anew.
    """

    turned = pyqtSignal()
    _wanted = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: deque[Action] = deque()
        self._changed = threading.Condition()
        self._is_wanted = False  # a turn is on its way, or running
        self._is_closed = False
        self._is_running = False
        self._wanted.connect(self._turn, Qt.QueuedConnection)

    def call(self, action: Action) -> None:
        """Have `action` run on the owner thread, after all that were given before; never waits."""
        with self._changed:
            if self._is_closed:
                return
            self._actions.append(action)
            is_first, self._is_wanted = not self._is_wanted, True
        if is_first:
            self._wanted.emit()

    def wait_drained(self, timeout_s: float) -> bool:
        """Wait until nothing waits or runs any more; return whether that came in time.

        For other threads than the owner's, which would wait for itself.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._is_wanted, timeout_s)

    def finish(self) -> None:
        """Run all that waits, then take nothing more; on the owner thread, its loop being over.

        So a broker's last is done too: registrations removed, files closed.
        """
        while (action := self._next()) is not None:
            _run(action)
        self.close()

    def close(self) -> None:
        """Forget what waits, take nothing more and let go who waits; the loop may be over."""
        with self._changed:
            self._is_closed = True
            self._actions.clear()
            self._is_wanted = False
            self._changed.notify_all()

    def _turn(self) -> None:
        if self._is_running:  # an action pumps events; the turn it belongs to goes on afterwards
            return
        self._is_running = True
        ends = monotonic() + SLICE_S
        while (action := self._next()) is not None:
            _run(action)
            if monotonic() >= ends:
                break
        self._is_running = False
        self.turned.emit()
        if action is not None:
            self._wanted.emit()

    def _next(self) -> Action | None:
        with self._changed:
            if self._actions:
                return self._actions.popleft()
            self._is_wanted = False
            self._changed.notify_all()
            return None


def _run(action: Action) -> None:
    """Run one action; an exception goes where those of slots go, and the next ones go on."""
    try:
        action()
    except Exception:
        sys.excepthook(*sys.exc_info())
