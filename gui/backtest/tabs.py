"""What a run is made of: a tab for the data, and one for each page of settings."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from config.text import Text
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_kinds import InputContext
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.settings_texts import page_of, page_title
from gui.workspace import Workspace

DATA = Text("데이터", "Data")
RUN_ONLY = Text("백테스트에만 적용", "for backtests only")


class RunTabs(QTabWidget):
    """A page of settings is made when it is first looked at: opening the window stays quick.

    Signals:
        edited: a value in the draft has changed.
    """

    edited = pyqtSignal()

    def __init__(
        self,
        workspace: Workspace,
        form: QWidget,
        draft: Draft,
        pages: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._space, self._draft, self._names = workspace, draft, tuple(pages)
        self._pages: dict[int, SettingsPage] = {}  # by the place of the tab
        self.addTab(form, "")
        for _ in self._names:
            room = QWidget(self)
            QVBoxLayout(room).setContentsMargins(0, 0, 0, 0)
            self.addTab(room, "")
        self.currentChanged.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        """Make the pages anew, as they are made in one language."""
        for page in self._pages.values():
            page.hide()  # it keeps its parent, or Python might delete it on any thread
            page.deleteLater()
        self._pages.clear()
        for at, title in enumerate((DATA, *map(page_title, self._names))):
            self.setTabText(at, self._space.translator(title))
        self._show(self.currentIndex())

    def refresh(self) -> None:
        """Show the values of the draft again."""
        for page in self._pages.values():
            page.refresh()

    def _show(self, at: int) -> None:
        if at < 1 or at in self._pages:
            return
        name = self._names[at - 1]
        keys = [key for key, item in self._draft.options.items() if page_of(item) == name]
        context = InputContext(self._space.translator.language, self._space.context.names, RUN_ONLY)
        page = self._pages[at] = SettingsPage(name, keys, self._draft, context)
        page.edited.connect(self.edited.emit)
        room = self.widget(at).layout()
        assert room is not None
        room.addWidget(page)
