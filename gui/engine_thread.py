"""The engine beside the GUI: its thread, and the one signal its events come through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from core.domain.messages import Event

Publish = Callable[[Sequence[Event]], None]


class EngineThread(QThread):
    """Runs the engine; the only place where its events become a Qt signal.

    Signals:
        published: list of frozen events, oldest first; connect bound methods of QObjects only, so
            that they are called on their object's thread.
        failed: the exception that ended `run`; the thread ends right after it.
    """

    published = pyqtSignal(list)
    failed = pyqtSignal(Exception)

    def __init__(self, work: Callable[[Publish], None], parent: QObject | None = None) -> None:
        """Prepare to call `work(publish)` on the thread; `work` returns when the engine is done."""
        super().__init__(parent)
        self.setObjectName("engine")
        self._work = work

    def run(self) -> None:
        try:
            self._work(self._publish)
        except Exception as error:
            # An exception that leaves a QThread ends the whole process, positions and all.
            self.failed.emit(error)

    def _publish(self, events: Sequence[Event]) -> None:
        self.published.emit(list(events))
