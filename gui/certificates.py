"""The closing certificate: asked for by hand, and made by itself after the close."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QWidget

from config.text import Text
from core.certificate.certificate import Verdict
from core.certificate.issue import Issued
from core.domain.messages import AskForDay, DayReported, FlattenProgressed, Severity
from gui.dialogs.certificate import CertificateDialog
from gui.errands import Errands
from gui.watchdog import Watchdog
from gui.workspace import Workspace

FAILED = Text("마감 확인서를 만들지 못했습니다: {}", "The closing certificate failed: {}")


class Certificates(QObject):
    """Owns the dialog; the certificate is made beside the window, from the journal."""

    def __init__(self, workspace: Workspace, watchdog: Watchdog, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._watchdog = workspace, watchdog
        self._errands = Errands(self)
        self._errands.ended.connect(self._take)
        self.dialog = CertificateDialog(workspace, window)
        self.dialog.again_wanted.connect(self.ask)
        workspace.bridge.days_reported.connect(self._on_reported)
        workspace.bridge.flattens_progressed.connect(self._step_aside)

    def open(self) -> None:
        """Show the dialog, and have the day compared."""
        self.ask()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def ask(self) -> None:
        """Ask the broker for its day; without an engine compare with what it said last."""
        self.dialog.show_waiting()
        if self._watchdog.is_silent:
            self._make(False)
        else:
            self._space.post(AskForDay())

    def _on_reported(self, events: list[DayReported]) -> None:
        self._make(events[-1].is_answered)

    def _make(self, is_answered: bool) -> None:
        certify = self._space.context.certify
        if certify is not None:
            self._errands.run(partial(certify, self._space.translator.language, is_answered))

    def _take(self, made: object) -> None:
        if not isinstance(made, Issued):
            text = FAILED.format(made)
            self.dialog.show_failure(text)
            self._space.note(Severity.ERROR, text)
            return
        self._space.post(made.fact)
        self.dialog.show_issued(made)
        if made.certificate.verdict is not Verdict.AGREES:
            self.dialog.show()  # without taking the keys from the window

    def _step_aside(self, events: list[FlattenProgressed]) -> None:
        if not events[-1].is_done:
            self.dialog.hide()
