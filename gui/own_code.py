"""The user's own code in the window: what it did wrong is told, and its list is at hand."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QMenu, QWidget

from config.text import Text
from core.domain.messages import Severity
from core.user_code.trouble import Trouble
from gui.alerts.center import AlertCenter
from gui.dialogs.user_code import UserCodeDialog
from gui.menus import Menus
from gui.workspace import Workspace

MENU = Text("내 코드…", "My code…")


class OwnCode(QObject):
    """Listens to the guards round the user's code, which tell on any thread.

    Signals:
        heard: a `Trouble`.
    """

    heard = pyqtSignal(object)

    def __init__(self, workspace: Workspace, alerts: AlertCenter, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._alerts, self._window = workspace, alerts, window
        self._dialog: UserCodeDialog | None = None
        self._code = workspace.context.user_code
        self.heard.connect(self._tell)
        if self._code is not None:
            self._code.troubles.listen(self.heard.emit)
            QTimer.singleShot(0, self._tell_left_out)  # when the log panel is there

    def add_to(self, menu: QMenu, menus: Menus) -> None:
        """Add its command to a menu."""
        if self._code is not None:
            menus.command(menu, "add", MENU, self.open)

    def open(self) -> None:
        """Show the list, or bring it up."""
        if self._code is None:
            return
        if self._dialog is None:
            self._dialog = UserCodeDialog(self._code, self._space, self._window)
            self._dialog.destroyed.connect(self._forget)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _tell(self, trouble: Trouble) -> None:
        self._space.note(Severity.ERROR if trouble.is_off else Severity.WARNING, trouble.text)
        if trouble.is_off:
            self._alerts.code_off(trouble.text)

    def _tell_left_out(self) -> None:
        assert self._code is not None
        for note in self._code.notes():
            self._space.note(Severity.WARNING, note)

    def _forget(self) -> None:
        self._dialog = None
