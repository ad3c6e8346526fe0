"""Which bars a backtest runs on: folder, symbols, dates, calendar, engine."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from config.text import Text
from core.backtest.chosen_data import files_in
from gui.workspace import Workspace

FOLDER, CHOOSE = Text("데이터 폴더", "Data folder"), Text("찾기…", "Browse…")
SYMBOLS, SEARCH = Text("종목", "Symbols"), Text("종목 찾기", "Search symbols")
ALL, NONE = Text("모두", "All"), Text("해제", "None")
FIRST, LAST = Text("첫날", "From"), Text("마지막 날", "To")
CALENDAR, ENGINE = Text("달력", "Calendar"), Text("엔진", "Engine")
CALENDARS = {
    "XKRX": Text("한국거래소 (XKRX)", "Korea (XKRX)"),
    "XNYS": Text("뉴욕 (XNYS)", "New York (XNYS)"),
    "data": Text("파일 그대로 (data)", "As in the files (data)"),
}
ENGINES = {
    "fast": Text("빠르게 (fast)", "Fast (fast)"),
    "exact": Text("봉마다 (exact)", "Bar by bar (exact)"),
}
DAY_HINT = Text("비우면 전체, 예: 2026-11-23", "All if empty, e.g. 2026-11-23")


class DataForm(QWidget):
    """Signals:
    changed: something was chosen otherwise.
    """

    changed = pyqtSignal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._space, self._tr = workspace, workspace.translator
        self.folder, self.symbols = QLineEdit(self), QListWidget(self)
        self.first, self.last = QLineEdit(self), QLineEdit(self)
        self.calendar, self.engine = QComboBox(self), QComboBox(self)
        self._search = QLineEdit(self)
        self._form = QFormLayout(self)
        self._lay_out()
        self.folder.editingFinished.connect(self.read_folder)
        for box in (self.folder, self.first, self.last):
            box.textChanged.connect(lambda *_: self.changed.emit())
        for choice in (self.calendar, self.engine):
            choice.activated.connect(lambda *_: self.changed.emit())
        self.symbols.itemChanged.connect(lambda *_: self.changed.emit())
        self._search.textChanged.connect(self._filter)
        self._tr.changed.connect(self._name_choices)
        self._name_choices()

    def read_folder(self) -> None:
        """List the symbols of the folder; those ticked before stay ticked."""
        ticked = set(self.chosen())
        try:
            found = files_in(Path(self.folder.text().strip()))
        except OSError:  # a folder that may not be read holds nothing for us; Run says so
            found = []
        self.symbols.clear()
        for symbol in found:
            name = self._space.context.names.get(symbol, "")
            item = QListWidgetItem(f"{symbol} {name}".strip())
            item.setData(Qt.UserRole, symbol)
            item.setFlags(Qt.ItemIsUserCheckable | Qt.ItemIsEnabled | Qt.ItemIsSelectable)
            is_on = symbol in ticked if ticked else symbol in self._space.symbols
            item.setCheckState(Qt.Checked if is_on or len(found) == 1 else Qt.Unchecked)
            self.symbols.addItem(item)

    def chosen(self) -> tuple[str, ...]:
        """Return the ticked symbols in the order shown."""
        items = [self.symbols.item(row) for row in range(self.symbols.count())]
        return tuple(item.data(Qt.UserRole) for item in items if item.checkState() == Qt.Checked)

    def tick(self, symbols: Collection[str]) -> None:
        """Tick these and no others."""
        for row in range(self.symbols.count()):
            item = self.symbols.item(row)
            is_on = item.data(Qt.UserRole) in symbols
            item.setCheckState(Qt.Checked if is_on else Qt.Unchecked)

    def day(self, box: QLineEdit) -> date | None:
        """Return a date, None for an empty box; raises ValueError for anything else."""
        text = box.text().strip()
        return date.fromisoformat(text) if text else None

    def _tick(self, state: Qt.CheckState) -> None:
        for row in range(self.symbols.count()):
            item = self.symbols.item(row)
            if not item.isHidden():
                item.setCheckState(state)

    def _filter(self, text: str) -> None:
        for row in range(self.symbols.count()):
            item = self.symbols.item(row)
            item.setHidden(text.strip().lower() not in item.text().lower())

    def _choose_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self._tr(FOLDER), self.folder.text())
        if found:
            self.folder.setText(found)
            self.read_folder()

    def _name_choices(self, *_: object) -> None:
        for box, texts in ((self.calendar, CALENDARS), (self.engine, ENGINES)):
            chosen = max(box.currentIndex(), 0)
            box.clear()
            for code, text in texts.items():
                box.addItem(self._tr(text), code)
            box.setCurrentIndex(chosen)

    def _lay_out(self) -> None:
        choose = self._button("chooseFolder", CHOOSE, self._choose_folder)
        ticks = QHBoxLayout()
        ticks.addWidget(self._search, 1)
        ticks.addWidget(self._button("tickAll", ALL, lambda: self._tick(Qt.Checked)))
        ticks.addWidget(self._button("tickNone", NONE, lambda: self._tick(Qt.Unchecked)))
        folder = QHBoxLayout()
        folder.addWidget(self.folder, 1)
        folder.addWidget(choose)
        self._add(FOLDER, folder, self.folder)
        self._form.addRow(ticks)
        self._form.addRow(self.symbols)
        for title, box in ((FIRST, self.first), (LAST, self.last)):
            self._tr.bind(box.setPlaceholderText, DAY_HINT)
            self._add(title, box, box)
        self._add(CALENDAR, self.calendar, self.calendar)
        self._add(ENGINE, self.engine, self.engine)
        self._tr.bind(self._search.setPlaceholderText, SEARCH)
        self._tr.bind(self.symbols.setAccessibleName, SYMBOLS)
        self.folder.setObjectName("backtestFolder")
        self.symbols.setObjectName("backtestSymbols")

    def _add(self, title: Text, what: QWidget | QHBoxLayout, named: QWidget) -> None:
        self._form.addRow(" ", what)
        label = self._form.labelForField(what)
        self._tr.bind(label.setText, title)
        self._tr.bind(named.setAccessibleName, title)

    def _button(self, name: str, title: Text, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        self._tr.bind(button.setText, title)
        button.clicked.connect(lambda *_: act())
        return button
