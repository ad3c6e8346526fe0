"""The program's icon beside the clock: messages while the window is out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QAction, QMenu, QSystemTrayIcon, QWidget

from config.text import Text
from core.alerts import Alert, Importance
from gui import icons
from gui.translator import Translator

SHOW = Text("창 열기", "Open the window")
_MORE = Text("외 {}건", "and {} more")
_LINES = 4
_SHOWN_MS = 10_000
_ICON_PX = 64


class Tray(QObject):
    """Does nothing where the system has no tray.

    Signals:
        clicked: the trader wants to see the window.
    """

    clicked = pyqtSignal()

    def __init__(self, translator: Translator, window: QWidget) -> None:
        super().__init__(window)
        self._tr, self._window = translator, window
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)  # an icon does not own its menu
        show = QAction(window)
        show.triggered.connect(self.clicked.emit)
        translator.bind(show.setText, SHOW)
        self._menu.addAction(show)

    def add(self, action: QAction) -> None:
        """Offer a command of the window in the icon's menu too."""
        self._menu.addAction(action)

    def appear(self) -> None:
        """Show the icon, where there is a tray."""
        if self._icon is not None or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        icon = icons.icon("app", "primary").pixmap(_ICON_PX, _ICON_PX)
        self._icon = QSystemTrayIcon(QIcon(icon), self)
        self._icon.setContextMenu(self._menu)
        self._icon.setToolTip(self._window.windowTitle())
        self._icon.messageClicked.connect(self.clicked)
        self._icon.activated.connect(self._on_activated)
        self._icon.show()

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Pop up a message; of many alerts the newest, with the number of the others."""
        if self._icon is None:
            return
        is_grave = any(alert.kind.importance is Importance.GRAVE for alert in alerts)
        kind = QSystemTrayIcon.Critical if is_grave else QSystemTrayIcon.Information
        title, text = self.words(alerts)
        self._icon.showMessage(title, text, kind, _SHOWN_MS)

    def words(self, alerts: Sequence[Alert]) -> tuple[str, str]:
        """Return title and text of a message."""
        lines = [self._tr(alert.line) for alert in alerts[-_LINES:]]
        if left := len(alerts) - len(lines):
            lines.append(self._tr(_MORE.format(left)))
        return self._window.windowTitle(), "\n".join(lines)

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.Trigger, QSystemTrayIcon.DoubleClick):
            self.clicked.emit()
