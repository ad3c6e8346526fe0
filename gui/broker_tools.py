"""What there is beside trading: symbol searches, the check of a real account, drills, faults."""

from __future__ import annotations

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QDialog, QShortcut, QWidget

from config.errors import ConfigError
from config.sections import MarketOptions
from config.text import Text
from gui.account_confirmation import AccountConfirmation
from gui.dialogs.conditions import ConditionsDialog
from gui.dialogs.drill import DrillDialog
from gui.dialogs.faults import FaultsDialog
from gui.workspace import Workspace

FAULT_KEYS = "Ctrl+Shift+F12"  # on no menu: it is for who tests the program
SEARCHES, SEARCH_KEYS = Text("조건검색…", "Symbol searches…"), "Ctrl+K"
PASSWORD = Text("계좌 비밀번호 등록…", "Register account password…")
DRILL = Text("비상훈련…", "Emergency drill…")
CONFIRM = Text("실계좌 확인…", "Confirm the real account…")


class BrokerTools(QObject):
    """Makes each dialog when it is first asked for; none of them is modal.

    Signals:
        settings_wanted: settings (`Settings`) that shall be in effect from now on.
    """

    settings_wanted = pyqtSignal(object)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._space, self._window = workspace, window
        self._conditions: ConditionsDialog | None = None
        self._faults: FaultsDialog | None = None
        self._drill: DrillDialog | None = None
        self.confirmation = AccountConfirmation(workspace, window)
        if workspace.context.faults is not None:
            keys = QShortcut(QKeySequence(FAULT_KEYS), window, context=Qt.ApplicationShortcut)
            keys.activated.connect(self.open_faults)
        workspace.translator.changed.connect(self._remake_faults)

    def open_conditions(self) -> None:
        """Show the symbol searches, and ask for them anew when none are known."""
        source = self._space.context.conditions
        if source is None:
            return
        if self._conditions is None:
            self._conditions = ConditionsDialog(self._space, source, self._window)
            self._conditions.symbols_chosen.connect(self._watch)
            self._conditions.request()
        _bring_up(self._conditions)

    def open_faults(self) -> None:
        """Show the switches of the emulated broker."""
        desk = self._space.context.faults
        if desk is None:
            return
        if self._faults is None:
            self._faults = FaultsDialog(self._space, desk, self._window)
        _bring_up(self._faults)

    def _remake_faults(self) -> None:
        """Make the panel anew in the language of now; what was edited but not applied is lost."""
        old, desk = self._faults, self._space.context.faults
        if old is None or desk is None:
            return
        self._faults = FaultsDialog(self._space, desk, self._window, old.draft.base)
        self._faults.setGeometry(old.geometry())
        self._faults.setVisible(old.isVisible())
        old.close()
        old.deleteLater()

    def open_drill(self) -> None:
        """Show the emergency drills."""
        if self._drill is None:
            self._drill = DrillDialog(self._space, self._window)
        _bring_up(self._drill)

    def _watch(self, symbols: tuple[str, ...]) -> None:
        """Add symbols to the watchlist, as the settings dialog would."""
        assert self._conditions is not None
        known = self._space.settings[MarketOptions].symbols
        new = [symbol for symbol in symbols if symbol not in known]
        try:
            settings = self._space.settings.changed({"market.symbols": [*known, *new]})
        except ConfigError as error:
            self._conditions.say_refused(error.problems[0].message)
            return
        if new:
            self.settings_wanted.emit(settings)
        self._conditions.say_added(len(new))


def _bring_up(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
