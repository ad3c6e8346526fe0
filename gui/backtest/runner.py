"""Runs backtests beside the window, one at a time."""

from __future__ import annotations

import threading
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from config.text import Text
from core.clock import monotonic
from gui.backtest.job import Request, perform
from gui.errands import Errands

_EVERY_S = 0.05  # progress shown more often is seen by nobody


class Runner(QObject):
    """Signals:
    progressed: (Text, float) what is being done, and how much of it is, 0 to 1.
    ended: `Done`, or the exception that ended the run.
    """

    progressed = pyqtSignal(object, float)
    ended = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands, self._cancel, self._told = Errands(self), threading.Event(), 0.0
        self._errands.ended.connect(self.ended.emit)

    @property
    def is_busy(self) -> bool:
        return self._errands.is_busy

    def start(self, request: Request) -> None:
        """Begin a run, unless one is under way."""
        self._cancel.clear()
        self._errands.run(partial(perform, request, self._tell, self._cancel.is_set))

    def cancel(self) -> None:
        """Have the run end at its next step."""
        self._cancel.set()

    def _tell(self, stage: Text, share: float) -> None:
        now = monotonic()
        if now - self._told >= _EVERY_S:
            self._told = now
            self.progressed.emit(stage, share)
