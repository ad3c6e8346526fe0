"""The last alert, in sight on the line at the bottom until another one comes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QWidget

from core.alerts import Alert, Importance
from gui import format as fmt
from gui.roles import set_role
from gui.workspace import Workspace

_KEPT = 10  # in the tip


class LastAlert(QLabel):
    """Says when, what and of which symbol; its tip tells the whole of the last ten."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lastAlert")
        self.setTextFormat(Qt.PlainText)
        self.setContentsMargins(10, 0, 0, 0)
        self._tr, self._latest = workspace.translator, workspace.latest
        self._alerts: deque[Alert] = deque(maxlen=_KEPT)
        workspace.translator.changed.connect(self._show)
        self.hide()

    def tell(self, alerts: Sequence[Alert]) -> None:
        self._alerts.extend(alerts)
        self._show()

    def _show(self) -> None:
        if not self._alerts:
            return
        last = self._alerts[-1]
        where = f" {self._latest.name(last.symbol)}" if last.symbol else ""
        self.setText(f"{fmt.clock(last.time)} {self._tr(last.kind.title)}{where}")
        self.setToolTip("\n".join(self._tr(each.line) for each in reversed(self._alerts)))
        set_role(self, "error" if last.kind.importance is Importance.GRAVE else "accent")
        self.show()
