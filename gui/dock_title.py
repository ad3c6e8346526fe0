"""A dock's title bar: its name, the panel's own buttons, float and close, all in one line."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QPalette
from PyQt5.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from config.text import Text
from gui import icons
from gui.roles import set_role
from gui.translator import Translator

HEIGHT_PX = 26
FLOAT, CLOSE = Text("떼어 내기 / 붙이기", "Float / dock"), Text("닫기", "Close")
NAMES = {"float": FLOAT, "cancel": CLOSE}


class DockTitle(QWidget):
    """Stands in for Qt's own title bar, which would take a second line for the buttons."""

    def __init__(self, dock: QDockWidget, tools: Iterable[QWidget], translator: Translator) -> None:
        super().__init__(dock)
        self.setFixedHeight(HEIGHT_PX)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.Button)
        self._dock = dock
        name = QLabel(self)
        set_role(name, "muted")
        dock.windowTitleChanged.connect(name.setText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 1, 4, 1)
        layout.setSpacing(8)
        layout.addWidget(name)
        layout.addStretch(1)
        for tool in tools:
            layout.addWidget(tool)
        for icon, act in (("float", self._float), ("cancel", dock.close)):
            button = QToolButton(self)
            button.setIcon(icons.icon(icon, "muted"))
            button.setIconSize(QSize(12, 12))
            button.setFocusPolicy(Qt.TabFocus)
            translator.bind(button.setToolTip, NAMES[icon])
            translator.bind(button.setAccessibleName, NAMES[icon])
            button.clicked.connect(lambda _, act=act: act())
            layout.addWidget(button)

    def _float(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())
