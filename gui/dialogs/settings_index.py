"""The list of pages beside the settings: where one is, what a search found, what is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QListWidget, QListWidgetItem

from gui import icons
from gui.dialogs import settings_presets_page
from gui.dialogs.settings_texts import page_title

PRESETS = "presets"
_PAGE = Qt.ItemDataRole.UserRole
_WIDTH = 150


class SettingsIndex(QListWidget):
    """Signals:
    page_chosen: the page to show.
    """

    page_chosen = pyqtSignal(str)

    def __init__(self, pages: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("settingsPages")
        self.setFixedWidth(_WIDTH)
        self.setIconSize(QSize(12, 12))
        self._hits: Mapping[str, int] | None = None
        self._language = "ko"
        for page in (*pages, PRESETS):
            item = QListWidgetItem()
            item.setData(_PAGE, page)
            self.addItem(item)
        self.setCurrentRow(0)
        self.currentItemChanged.connect(lambda *_: self.page_chosen.emit(self.current()))

    def current(self) -> str:
        """Return the page chosen; "" while a search finds nothing."""
        item = self.currentItem()
        return item.data(_PAGE) if item else ""

    def show_page(self, page: str) -> None:
        """Choose a page as a click would."""
        self.setCurrentItem(self._items()[page])

    def set_language(self, language: str) -> None:
        self._language = language
        self._retitle()

    def show_hits(self, hits: Mapping[str, int] | None) -> None:
        """Show only pages with hits and how many; all pages where there is no search (None)."""
        self._hits = hits
        self._retitle()
        items = self._items()
        shown = [page for page in items if hits is None or hits.get(page)]
        for page, item in items.items():
            item.setHidden(page not in shown)
        if shown and self.current() not in shown:
            self.show_page(shown[0])

    def mark(self, changed: Collection[str], wrong: Collection[str]) -> None:
        """Put a sign beside the pages with changed or wrong values."""
        for page, item in self._items().items():
            if page in wrong:
                item.setIcon(icons.icon("warning", "error"))
            elif page in changed:
                item.setIcon(icons.icon("changed", "accent"))
            else:
                item.setIcon(QIcon())

    def _retitle(self) -> None:
        for page, item in self._items().items():
            title = settings_presets_page.TITLE if page == PRESETS else page_title(page)
            hits = f" ({self._hits[page]})" if self._hits and self._hits.get(page) else ""
            item.setText(title.in_(self._language) + hits)

    def _items(self) -> dict[str, QListWidgetItem]:
        items = (self.item(row) for row in range(self.count()))
        return {item.data(_PAGE): item for item in items if item is not None}
