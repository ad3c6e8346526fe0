"""The emergency drills in a process of their own, so that the window never waits for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import QCoreApplication, QObject, QProcess, QTimer, pyqtSignal

_PATIENCE_MS = 5_000  # for a process that was asked to end, before it is made to
_LEAVING_MS = 1_000


class DrillRun(QObject):
    """Runs `app.py drill --json` and passes on what it says.

    Signals:
        told: (dict) how one drill stands: "state" and what the drill's JSON has.
        said: (str) a line for people.
        ended: (bool) it is over; whether every drill was done.
    """

    told = pyqtSignal(dict)
    said = pyqtSignal(str)
    ended = pyqtSignal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail)
        self._is_canceled = False
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._leave)

    @property
    def is_running(self) -> bool:
        return bool(self._process.state() != QProcess.NotRunning)

    def start(self, command: Sequence[str]) -> None:
        """Start this command line, unless one runs already."""
        if self.is_running:
            return
        self._is_canceled = False
        self._process.start(command[0], list(command[1:]))

    def cancel(self) -> None:
        """Have it end; the terminals it has started end with it."""
        if not self.is_running:
            return
        self._is_canceled = True
        self._process.terminate()
        QTimer.singleShot(_PATIENCE_MS, self._process, self._process.kill)

    def _read(self) -> None:
        self._process.setReadChannel(QProcess.StandardError)
        while self._process.canReadLine():
            line = bytes(self._process.readLine()).decode("utf-8", "replace").strip()
            found = _object(line)
            if found is None:
                self.said.emit(line)
            else:
                self.told.emit(found)

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        done = status == QProcess.NormalExit and code in (0, 1) and not self._is_canceled
        self.ended.emit(done)

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.FailedToStart:
            self.said.emit(self._process.errorString())
            self.ended.emit(False)

    def _leave(self) -> None:
        """The program ends: so do the drills."""
        if self.is_running:
            self._process.kill()
            self._process.waitForFinished(_LEAVING_MS)


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line) if line.startswith("{") else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
