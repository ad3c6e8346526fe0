"""Work that may take a while, done beside the window; only its result comes back to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, QRunnable, QThreadPool, pyqtSignal

_log = logging.getLogger(__name__)


class _Errand(QRunnable):
    def __init__(self, work: Callable[[], Any], tell: Callable[[Any], None]) -> None:
        super().__init__()
        self._work, self._tell = work, tell

    def run(self) -> None:
        try:
            result = self._work()
        except Exception as error:  # the thread's edge: who asked is told, or it would vanish
            _log.warning("work beside the window failed: %s", error)
            result = error
        self._tell(result)


class Errands(QObject):
    """One errand at a time, in a thread of its own; ends with its parent, which waits for it.

    Signals:
        ended: what the work has returned, or the exception that it raised.
    """

    ended = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.is_busy = False
        self.ended.connect(self._rest)

    def run(self, work: Callable[[], Any]) -> bool:
        """Have `work` done; return False where another errand is still under way."""
        if self.is_busy:
            return False
        self.is_busy = True
        self._pool.start(_Errand(work, self.ended.emit))
        return True

    def _rest(self, _: object) -> None:
        self.is_busy = False
