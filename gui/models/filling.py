"""Shows many records in a table a few at a time, so that the window never waits for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import merge
from typing import Any

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from gui.background import Background
from gui.models.record_table import RecordTable

_ROWS = 150  # a slice: some 2 ms
_RUN = 500  # records sorted without a break


class Filling(QObject):
    """Fills one table.

    Signals:
        begun: the first rows are there.
        done: all rows are there.
    """

    begun = pyqtSignal()
    done = pyqtSignal()

    def __init__(self, table: RecordTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table, self._background = table, Background(self)
        self._left: Sequence[Any] = ()
        self._at = 0
        self._round = 0  # that what was sorted for an older filling is left alone
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._add)

    def stop(self) -> None:
        """Add no more."""
        self._timer.stop()
        self._round += 1

    def show(self, records: Sequence[Any]) -> None:
        """Show exactly these, in the order that the trader has chosen for the table."""
        self.stop()
        self._table.clear()
        rank, number = self._table.rank(), self._round
        if rank is None:
            self._begin(number, records)
        else:
            self._background.run(
                lambda: in_order(records, rank), lambda found: self._begin(number, found)
            )

    def _begin(self, number: int, records: Sequence[Any]) -> None:
        if number != self._round:
            return
        self._left, self._at = records, 0
        self._add()
        self.begun.emit()

    def _add(self) -> None:
        part = self._left[self._at : self._at + _ROWS]
        self._at += len(part)
        self._table.extend(part)
        if self._at < len(self._left):
            self._timer.start()
        else:
            self._timer.stop()
            self._left = ()
            self.done.emit()


def in_order(records: Sequence[Any], rank: Callable[[Any], Any]) -> list[Any]:
    """Return sorted records; other threads may go on meanwhile, as they may not in `sorted`."""
    runs = range(0, len(records), _RUN)
    return list(merge(*(sorted(records[at : at + _RUN], key=rank) for at in runs), key=rank))
