"""Asks for the digits of a real account when the broker is identified, and again on demand."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QWidget

from config.text import Text
from core.domain.messages import BrokerIdentified, Severity
from gui.dialogs.confirm_account import ConfirmAccountDialog
from gui.workspace import Workspace

CONFIRMED = Text(
    "계좌를 확인했습니다. 매수가 허용됩니다", "The account is confirmed; entries are allowed"
)


class AccountConfirmation(QObject):
    """One dialog at a time; the window and its emergency button stay usable meanwhile."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._window = workspace, window
        self._dialog: ConfirmAccountDialog | None = None
        workspace.bridge.brokers_identified.connect(self._meet)

    @property
    def is_needed(self) -> bool:
        """Whether entries wait for it."""
        broker = self._space.latest.broker
        can_confirm = self._space.context.confirm_account is not None
        return can_confirm and broker is not None and broker.needs_confirmation

    def open(self) -> None:
        """Ask now, where it is needed; a dialog that is open comes up again."""
        broker, confirm = self._space.latest.broker, self._space.context.confirm_account
        if broker is None or confirm is None or not broker.needs_confirmation:
            return
        if self._dialog is None:
            made = ConfirmAccountDialog(broker, confirm, self._space.translator, self._window)
            self._dialog = made
            made.confirmed.connect(self._tell)
            made.finished.connect(self._forget)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _meet(self, events: list[BrokerIdentified]) -> None:
        if self._dialog is None:
            self.open()
        elif not events[-1].needs_confirmation:
            self._dialog.close()

    def _tell(self) -> None:
        broker = self._space.latest.broker
        assert broker is not None
        self._space.bridge.brokers_identified.emit([replace(broker, needs_confirmation=False)])
        self._space.note(Severity.INFO, CONFIRMED)

    def _forget(self, *how: object) -> None:
        self._dialog = None
