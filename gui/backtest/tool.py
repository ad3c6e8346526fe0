"""The backtest window's place in the main window."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QMenu, QWidget

from config.text import Text
from gui.backtest.window import BacktestWindow
from gui.menus import Menus
from gui.workspace import Workspace

BACKTEST, KEYS = Text("백테스트…", "Backtest…"), "Ctrl+B"


class BacktestTool(QObject):
    """Makes the window when it is first wanted, and keeps it with its runs.

    Signals:
        settings_wanted: `Settings` to trade by from now on.
    """

    settings_wanted = pyqtSignal(object)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._parent = workspace, window
        self.window: BacktestWindow | None = None

    def add_to(self, menu: QMenu, menus: Menus) -> None:
        menus.command(menu, "performance", BACKTEST, self.open, KEYS)

    def open(self) -> None:
        """Open the window, or bring it up."""
        if self.window is None:
            self.window = BacktestWindow(self._space, self._parent)
            self.window.settings_wanted.connect(self.settings_wanted.emit)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
