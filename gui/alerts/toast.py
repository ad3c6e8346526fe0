"""Alerts inside the window, for a while, in a corner where nothing is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QObject, Qt, QTimer
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QFrame, QLabel, QMainWindow, QVBoxLayout

from config.text import Text
from core.alerts import Alert, Importance
from gui import theme
from gui.roles import set_role
from gui.translator import Translator

SHOWN_MS = {Importance.USUAL: 6_000, Importance.GRAVE: 30_000}
_MOST = 4
_WIDTH = 400
_MARGIN = 12
_CLOSE = Text("누르면 닫힙니다", "Click to close")


class Toast(QFrame):
    """Shows the newest alerts until their time is over or somebody clicks it; takes no keyboard."""

    def __init__(self, translator: Translator, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setFocusPolicy(Qt.NoFocus)
        self.setFixedWidth(_WIDTH)
        self._tr, self._window = translator, window
        self._shown: list[Alert] = []
        self._labels = [QLabel(self) for _ in range(_MOST)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        for label in self._labels:
            label.setWordWrap(True)
            label.setTextFormat(Qt.PlainText)
            layout.addWidget(label)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        translator.bind(self.setToolTip, _CLOSE)
        translator.changed.connect(self._show)
        window.installEventFilter(self)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What can be read on it, newest first."""
        return [label.text() for label in self._labels[: len(self._shown)]]

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Add these to what is shown."""
        self._shown = [*reversed(alerts), *self._shown][:_MOST]
        is_grave = any(each.kind.importance is Importance.GRAVE for each in self._shown)
        wanted_ms = SHOWN_MS[Importance.GRAVE if is_grave else Importance.USUAL]
        self._timer.start(wanted_ms)
        if self.property("grave") != is_grave:
            self.setProperty("grave", is_grave)
            theme.restyle(self)
        self._show()

    def dismiss(self) -> None:
        self._shown.clear()
        self.hide()

    def _show(self) -> None:
        if not self._shown:
            return
        for label, alert in zip(self._labels, self._shown, strict=False):
            label.setText(self._tr(alert.line))
            set_role(label, "error" if alert.kind.importance is Importance.GRAVE else "")
        for index, label in enumerate(self._labels):
            label.setVisible(index < len(self._shown))
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Stand above the status bar, at the right."""
        layout, window = self.layout(), self._window
        assert layout is not None
        self.setFixedHeight(layout.heightForWidth(_WIDTH))
        bottom = window.height() - window.statusBar().height()
        self.move(window.width() - self.width() - _MARGIN, bottom - self.height() - _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()
