"""Catches exceptions that nobody caught: logged, shown, and trading goes on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PyQt5.QtCore import QObject, pyqtSignal

from config.text import Text

logger = logging.getLogger(__name__)

SHOWN = Text(
    "프로그램 오류: {}: {}. 매매 상태는 그대로입니다. 자세한 내용은 로그 파일에 있습니다",
    "Program error: {}: {}. Trading is not affected; details are in the log file",
)


class UnexpectedErrors(QObject):
    """Takes the place of `sys.excepthook`, which PyQt calls for exceptions in slots.

    Signals:
        caught: a `Text` that says what happened; emitted on whichever thread it happened on.
    """

    caught = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._before: Callable[..., object] | None = None

    def install(self) -> None:
        if self._before is None:
            self._before, sys.excepthook = sys.excepthook, self._catch

    def remove(self) -> None:
        """Give the hook back that was there before."""
        if self._before is not None:
            sys.excepthook, self._before = self._before, None

    def _catch(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("unexpected exception in the window", exc_info=(kind, error, trace))
        self.caught.emit(SHOWN.format(kind.__name__, error))
