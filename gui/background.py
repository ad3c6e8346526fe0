"""Work that would make the window wait, done beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PyQt5.QtCore import QObject, pyqtSignal

_T = TypeVar("_T")


class Background(QObject):
    """Runs each piece of work in a thread of its own; its answer comes on this object's thread."""

    _finished = pyqtSignal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._finished.connect(lambda answer: answer())

    def run(self, work: Callable[[], _T], then: Callable[[_T], object]) -> None:
        """Call `then(work())`; what `work` can raise it has to turn into an answer itself.

        Nothing more is heard of it when this object is gone before the work is done.
        """

        def go() -> None:
            found = work()
            try:
                self._finished.emit(lambda: then(found))
            except RuntimeError:  # deleted meanwhile: nobody wants to know any more
                return

        threading.Thread(target=go, name="background", daemon=True).start()
