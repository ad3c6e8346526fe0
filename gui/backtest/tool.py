"""The backtest window's place in the main window."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QMenu, QWidget

from config.sections import JournalOptions
from config.text import Text
from gui.backtest.elsewhere import Elsewhere
from gui.backtest.messages import Begin
from gui.backtest.window import BacktestWindow
from gui.context import WindowContext
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
        self.elsewhere = Elsewhere(partial(_begin, workspace.context), self)
        self.window: BacktestWindow | None = None

    def add_to(self, menu: QMenu, menus: Menus) -> None:
        menus.command(menu, "performance", BACKTEST, self.open, KEYS)

    def open(self) -> None:
        """Open the window, or bring it up."""
        if self.window is None:
            self.elsewhere.warm_up()  # the trader takes longer to choose than it to start
            self.window = BacktestWindow(self._space, self.elsewhere, self._parent)
            self.window.settings_wanted.connect(self.settings_wanted.emit)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Let the process end, for the program does."""
        self.elsewhere.close()


def _begin(context: WindowContext) -> Begin:
    code = {} if context.user_code is None else dict(context.user_code.hashes())
    journal = context.settings[JournalOptions].target(context.home)
    return Begin(context.home, journal, code)
