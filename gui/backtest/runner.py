"""Runs backtests beside the window, one at a time."""

from __future__ import annotations

from itertools import count

from PyQt5.QtCore import QObject, pyqtSignal

from core.domain.portfolio import Trade
from gui.backtest.elsewhere import Asking, Elsewhere
from gui.backtest.job import Done, Request
from gui.backtest.works import Result


class Runner(QObject):
    """Signals:
    progressed: (Text, float) what is being done, and how much of it is, 0 to 1.
    ended: `Done`, or the `Failed` that says why there is no result.
    """

    progressed = pyqtSignal(object, float)
    ended = pyqtSignal(object)

    def __init__(self, elsewhere: Elsewhere, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking, self._numbers = Asking(elsewhere, self), count(1)
        self._request: Request | None = None
        self._trades: list[Trade] = []
        self._asking.progressed.connect(self.progressed.emit)
        self._asking.parted.connect(self._trades.extend)
        self._asking.ended.connect(self._end)
        self._asking.failed.connect(self.ended.emit)

    @property
    def is_busy(self) -> bool:
        return self._asking.is_busy

    def start(self, request: Request, kept: tuple[int, ...] = ()) -> None:
        """Begin a run, unless one is under way; the runs in `kept` can be looked at further on."""
        if not self.is_busy:
            self._request = request
            self._trades.clear()
            self._asking.ask(request.work(next(self._numbers), kept))

    def cancel(self) -> None:
        """Have the run end at its next step."""
        self._asking.cancel()

    def _end(self, result: Result) -> None:
        assert self._request is not None
        self.ended.emit(Done(self._request, result, tuple(self._trades)))
