"""The settings dialog, generated from the declared options; nothing counts until Apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from config.schema import Applies, Settings
from config.text import Text
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_index import PRESETS, SettingsIndex
from gui.dialogs.settings_kinds import InputContext
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.settings_presets import Presets
from gui.dialogs.settings_presets_page import PresetsPage
from gui.dialogs.settings_texts import applied_summary, matches, ordered, page_of
from gui.roles import set_role

_SIZE = (900, 660)
_TITLE = Text("설정", "Settings")
_SEARCH = Text("설정 찾기 (Ctrl+F)", "Search settings (Ctrl+F)")
_NOTHING = Text("찾는 설정이 없습니다.", "No setting found.")
_ALL = Text("모두 기본값", "All defaults")
_OK = Text("확인", "OK")
_CANCEL = Text("취소", "Cancel")
_APPLY = Text("적용", "Apply")
_WRONG = Text("고쳐야 할 값 {}개: {}", "{} to put right: {}")
_PENDING = Text("바뀐 설정 {}개, 아직 적용하지 않았습니다.", "{} changed, not applied yet.")


class SettingsDialog(QDialog):
    """Shows and edits every declared option; not modal.

    Signals:
        applied: the new `Settings`, once for each Apply or OK that changed something.
        drafted: `Settings` as they would be, after every edit; None: unchanged, or not all right.
    """

    applied = pyqtSignal(object)
    drafted = pyqtSignal(object)

    def __init__(
        self,
        settings: Settings,
        directory: Mapping[str, str],
        language: str,
        home: Path,
        parent: QWidget | None = None,
        boxes: Mapping[str, Callable[[str], QWidget]] | None = None,
    ) -> None:
        """`directory` holds the names of all known securities by code, `home` the presets.

        `boxes` makes, in a language, what stands below the options of a page.
        """
        super().__init__(parent)
        self.draft = Draft(settings)
        self._directory, self._language = directory, language
        self._presets, self._boxes = Presets(home), boxes or {}
        self._keys = self._by_page()
        self._pages: dict[str, SettingsPage | PresetsPage] = {}
        self.search, self.index = QLineEdit(), SettingsIndex(list(self._keys))
        self._stack, self.status = QStackedWidget(), QLabel()
        self._buttons: dict[str, tuple[QPushButton, Text]] = {}
        self._set_up()
        self._lay_out()
        self.set_language(language)
        self.resize(*_SIZE)

    def set_language(self, language: str) -> None:
        """Say everything in "ko" or "en"; pending edits stay."""
        self._language = language
        self.setWindowTitle(_TITLE.in_(language))
        self.search.setPlaceholderText(_SEARCH.in_(language))
        for button, title in self._buttons.values():
            button.setText(title.in_(language))
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.setParent(None)
            page.deleteLater()
        self._pages.clear()
        self.index.set_language(language)
        self._show_page(self.index.current())
        self._refresh_state()

    def set_settings(self, settings: Settings) -> None:
        """Take settings changed elsewhere in the program; pending edits stay."""
        self.draft.follow(settings)
        self._refresh_pages()

    def add_line(self, widget: QWidget) -> None:
        """Put something of others above the buttons."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, widget)

    def show_option(self, key: str) -> None:
        """Open the page of an option with the cursor in it."""
        self.search.clear()
        page = page_of(self.draft.options[key])
        self.index.show_page(page)
        shown = self._page(page)
        assert isinstance(shown, SettingsPage)
        shown.show_option(key)

    def apply(self) -> bool:
        """Publish the changes; False where a value must be put right first, which is then shown."""
        if self.draft.problems:
            self.show_option(next(iter(self.draft.problems)))
            return False
        changed = {when: self.draft.changed_keys(when) for when in Applies}
        if any(changed.values()):
            settings = self.draft.settings()
            self.draft.rebase(settings)
            self.applied.emit(settings)
            self._refresh_pages()
            self._say(applied_summary(changed, self.draft.options), "ok")
        return True

    def _apply(self) -> None:
        self.apply()

    def _apply_and_close(self) -> None:
        if self.apply():
            self.accept()

    def _reset_all(self) -> None:
        self.draft.reset(self.draft.options)
        self._refresh_pages()

    def _by_page(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, item in self.draft.options.items():
            found.setdefault(page_of(item), []).append(key)
        return {page: found[page] for page in ordered(set(found))}

    def _page(self, page: str) -> SettingsPage | PresetsPage:
        """Return a page, made when it is first looked at: opening the dialog stays quick."""
        if page not in self._pages:
            self._pages[page] = made = self._make_page(page)
            self._stack.addWidget(made)
        return self._pages[page]

    def _make_page(self, page: str) -> SettingsPage | PresetsPage:
        if page == PRESETS:
            presets = PresetsPage(self._presets, self.draft, self._language)
            presets.loaded.connect(self._refresh_pages)
            return presets
        context = InputContext(self._language, self._directory)
        made = SettingsPage(page, self._keys[page], self.draft, context)
        made.edited.connect(self._refresh_state)
        made.show_only(self._found())
        if page in self._boxes:
            made.add_below(self._boxes[page](self._language))
        return made

    def _show_page(self, page: str) -> None:
        if page:
            self._stack.setCurrentWidget(self._page(page))

    def _found(self) -> set[str]:
        query = self.search.text()
        return {key for key, item in self.draft.options.items() if matches(query, item)}

    def _search(self) -> None:
        found = self._found()
        for page in self._pages.values():
            if isinstance(page, SettingsPage):
                page.show_only(found)
        self._stack.setVisible(bool(found))
        hits = {page: len(found.intersection(keys)) for page, keys in self._keys.items()}
        self.index.show_hits(hits if self.search.text().strip() else None)
        self._refresh_state()

    def _refresh_pages(self) -> None:
        for page in self._pages.values():
            if isinstance(page, SettingsPage):
                page.refresh()
        self._refresh_state()

    def _refresh_state(self) -> None:
        """Show what is changed and wrong, wherever the trader looks."""
        changed, problems = self.draft.changed_keys(), list(self.draft.problems)
        self.index.mark(
            {page_of(self.draft.options[key]) for key in changed},
            {page_of(self.draft.options[key]) for key in problems},
        )
        self._buttons["apply"][0].setEnabled(bool(changed) and not problems)
        if problems:
            titles = [self.draft.options[key].meta.title.in_(self._language) for key in problems]
            self._say(_WRONG.format(len(problems), ", ".join(titles)), "error")
        elif not self._stack.isVisibleTo(self):
            self._say(_NOTHING, "muted")
        else:
            self._say(_PENDING.format(len(changed)) if changed else Text.of(""), "accent")
        is_ready = bool(changed) and not problems
        self.drafted.emit(self.draft.settings() if is_ready else None)

    def _set_up(self) -> None:
        self.setObjectName("settingsDialog")
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.search.setObjectName("settingsSearch")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.index.page_chosen.connect(self._show_page)
        self.status.setObjectName("settingsStatus")
        self.status.setWordWrap(True)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.addWidget(self.index)
        body.addWidget(self._stack, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._button("resetAll", _ALL, self._reset_all))
        buttons.addWidget(self.status, 1)
        buttons.addWidget(self._button("ok", _OK, self._apply_and_close))
        buttons.addWidget(self._button("cancel", _CANCEL, self.reject))
        buttons.addWidget(self._button("apply", _APPLY, self._apply))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.search)
        column.addLayout(body, 1)
        column.addLayout(buttons)

    def _button(self, name: str, title: Text, act: Callable[[], None]) -> QPushButton:
        button = QPushButton()
        button.setObjectName(name)
        # Enter in a field must never apply by accident.
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        self._buttons[name] = (button, title)
        return button

    def _say(self, text: Text, role: str) -> None:
        self.status.setText(text.in_(self._language))
        set_role(self.status, role)

    def reject(self) -> None:
        """Close and forget what was not applied."""
        self.search.clear()
        self.draft.rebase(self.draft.base)
        self._refresh_pages()
        super().reject()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)
