"""One page of the settings dialog: the options of one subject under each other."""

from __future__ import annotations

from collections.abc import Iterable, Set

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_kinds import PARTNERS, InputContext
from gui.dialogs.settings_row import SettingRow
from gui.dialogs.settings_texts import page_title

_RESET = Text("이 페이지 기본값", "Defaults of this page")


class SettingsPage(QScrollArea):
    """Signals:
    edited: a value in the draft has changed.
    """

    edited = pyqtSignal()

    def __init__(self, page: str, keys: Iterable[str], draft: Draft, context: InputContext) -> None:
        super().__init__()
        self._draft, self._context = draft, context
        self._rows = [
            SettingRow(draft.options[key], draft, context)
            for key in keys
            if key not in PARTNERS.values()
        ]
        self.rows = {key: row for row in self._rows for key in row.keys}
        self.setObjectName(f"settingsPage.{page}")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._content(page_title(page).in_(context.language)))

    def add_below(self, widget: QWidget) -> None:
        """Put something of its own under the options."""
        column = self.widget().layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, widget)

    def refresh(self) -> None:
        """Show all values of the draft again."""
        for row in self._rows:
            row.refresh()

    def show_only(self, keys: Set[str]) -> None:
        """Hide the options a search has not found."""
        for row in self._rows:
            row.setVisible(not keys.isdisjoint(row.keys))

    def show_option(self, key: str) -> None:
        """Scroll to an option and put the cursor into it."""
        self.ensureWidgetVisible(self.rows[key])
        self.rows[key].input.setFocus()

    def reset(self) -> None:
        """Put the default of every option of the page."""
        self._draft.reset(self.rows)
        self.refresh()
        self.edited.emit()

    def _one_edited(self, key: str) -> None:
        # Rules about several options may now hold, or be broken, elsewhere on the page.
        for row in self._rows:
            row.refresh_marks()
        self.edited.emit()

    def _content(self, title: str) -> QWidget:
        content = QWidget()
        content.setObjectName("page")
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(0)
        column.addLayout(self._heading(title))
        column.addSpacing(6)
        for row in self._rows:
            row.edited.connect(self._one_edited)
            column.addWidget(row)
        column.addStretch(1)
        return content

    def _heading(self, title: str) -> QHBoxLayout:
        label = QLabel(title)
        label.setProperty("role", "title")
        button = QPushButton(_RESET.in_(self._context.language))
        button.setObjectName("resetPage")
        button.setAutoDefault(False)
        button.clicked.connect(self.reset)
        line = QHBoxLayout()
        line.addWidget(label, 1)
        line.addWidget(button)
        return line
