"""The Qt application round the window: its look, its event loop, and signals from outside."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PyQt5.QtCore import QCoreApplication, QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QApplication, QMessageBox

from core.domain.messages import Flatten, Message
from gui import theme

INTERRUPTED = 130
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_REFUSAL_MS = 10_000  # nobody may be there to press OK
_UNSEEN = ("offscreen", "minimal")
_LOOK_MS = 200  # how often Python gets to see that a signal has come


def show_refusal(reason: str) -> None:
    """Say in a box why the program does not start; it goes by itself after ten seconds.

    Nothing is shown where standard error is a terminal, since the reason can be read there, nor
    where Qt paints on no screen.
    """
    is_read = sys.platform != "win32" and sys.stderr is not None and sys.stderr.isatty()
    if is_read:
        return
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if app.platformName() in _UNSEEN:
        return
    box = QMessageBox(QMessageBox.Warning, "kiwoom-terminal", reason)
    box.setTextInteractionFlags(Qt.TextSelectableByMouse)
    QTimer.singleShot(_REFUSAL_MS, box.reject)
    box.exec_()


class Application(QObject):
    """Runs Qt's event loop for one window; an existing QApplication is used again.

    Signals:
        flatten_asked: another process asks for a flatten; the note says who.
        ended_from_outside: Ctrl+C or SIGTERM came; close without a question.
    """

    flatten_asked = pyqtSignal(str)
    ended_from_outside = pyqtSignal()

    def __init__(self, theme_name: str) -> None:
        super().__init__()
        if QApplication.instance() is None:
            # Everything is painted by the processor; under X11 an OpenGL that nobody uses would
            # take 50 MB and a tenth of a second.
            os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")
            QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
            QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
        self._app = QApplication.instance() or QApplication(sys.argv[:1])
        self._app.setApplicationName("kiwoom-terminal")
        theme.apply(self._app, theme_name)
        self._code = 0

    def passing_on(self, post: Callable[[Message], None]) -> Callable[[Message], None]:
        """Return `post` for other threads, but for flattens: those go through the window.

        So the window sees to it that somebody flattens, also when the engine hangs.
        """

        def pass_on(message: Message) -> None:
            if isinstance(message, Flatten):
                self.flatten_asked.emit(message.note)
            else:
                post(message)

        return pass_on

    @contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """Turn Ctrl+C and SIGTERM into `ended_from_outside`; one before `run` makes it return."""
        before = {number: signal.signal(number, self._interrupt) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def run(self) -> int:
        """Run until the last window is closed; return the exit code."""
        # Qt's loop does not run Python by itself, and a signal's handler is Python.
        timer = QTimer(self, interval=_LOOK_MS)
        timer.timeout.connect(lambda: None)
        timer.start()
        if self._code == 0:
            self._app.exec_()
        timer.stop()
        return self._code

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._code = INTERRUPTED
        self.ended_from_outside.emit()
