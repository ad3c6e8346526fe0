"""A list of securities, ordered by hand and added to from all that are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QShortcut,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from gui.widgets.symbol_finder import CODE_ROLE, SymbolFinder
from gui.widgets.tool_button import tool_button

_HEIGHT = 300
_COUNT = Text("매매 종목 {}개", "{} symbols traded")
_STRANGE = Text("(종목 목록에 없음)", "(not in the directory)")
_TWICE = Text("{}: 이미 목록에 있습니다.", "{}: already in the list.")
_TICK = Text(
    "체크를 끄면 시세와 신호만 보고 새로 사지 않습니다",
    "Without the tick it is watched and scored, but not bought",
)
_UP = Text("위로 (끌어서도 옮길 수 있습니다)", "Move up (dragging works too)")
_DOWN = Text("아래로 (끌어서도 옮길 수 있습니다)", "Move down (dragging works too)")
_REMOVE = Text("삭제 (Delete)", "Remove (Delete)")


class SymbolsInput(QWidget):
    """The chosen symbols on the left, all that can be found on the right.

    Signals:
        edited: the chosen codes as a tuple, in order.
        switched: those of them that are switched off, as a tuple in order.
    """

    edited = pyqtSignal(object)
    switched = pyqtSignal(object)

    def __init__(self, directory: Mapping[str, str], language: str) -> None:
        super().__init__()
        self.setProperty("extent", "full")
        self._directory, self._language = directory, language
        self._off: set[str] = set()
        self._count = QLabel()
        self.chosen = QListWidget()
        self.finder = SymbolFinder(directory, language)
        self.finder.picked.connect(self._add)
        self._set_up_list()
        self._lay_out()

    def value(self) -> tuple[str, ...]:
        return tuple(item.data(CODE_ROLE) for item in self._items())

    def show_value(self, value: Sequence[str]) -> None:
        self.chosen.clear()
        for code in value:
            self.chosen.addItem(self._item(code))
        self._recount()

    def off(self) -> tuple[str, ...]:
        """Return the chosen codes that are switched off."""
        return tuple(code for code in self.value() if code in self._off)

    def show_off(self, off: Collection[str]) -> None:
        """Take the tick from these codes and give it to all others."""
        self._off = set(off)
        for item in self._items():
            self._tick(item)

    def _add(self, code: str) -> None:
        if code in self.value():
            self.finder.say(_TWICE.format(self._title(code)))
            return
        self.chosen.addItem(self._item(code))
        self.chosen.setCurrentRow(self.chosen.count() - 1)
        self.finder.search.clear()
        self._changed()

    def _remove(self) -> None:
        for item in self.chosen.selectedItems():
            self.chosen.takeItem(self.chosen.row(item))
        if not self._off.issubset(self.value()):
            self._off.intersection_update(self.value())
            self.switched.emit(self.off())
        self._changed()

    def _move(self, by: int) -> None:
        row = self.chosen.currentRow()
        if row < 0 or not 0 <= row + by < self.chosen.count():
            return
        self.chosen.insertItem(row + by, self.chosen.takeItem(row))
        self.chosen.setCurrentRow(row + by)
        self._changed()

    def _switch(self, item: QListWidgetItem) -> None:
        """Follow a click on a tick; also called for every other change of an item."""
        code, is_off = item.data(CODE_ROLE), item.checkState() == Qt.CheckState.Unchecked
        if is_off is not (code in self._off):
            self._off ^= {code}
            self.switched.emit(self.off())

    def _tick(self, item: QListWidgetItem) -> None:
        is_off = item.data(CODE_ROLE) in self._off
        item.setCheckState(Qt.CheckState.Unchecked if is_off else Qt.CheckState.Checked)

    def _items(self) -> list[QListWidgetItem]:
        items = (self.chosen.item(row) for row in range(self.chosen.count()))
        return [item for item in items if item is not None]

    def _changed(self) -> None:
        self._recount()
        self.edited.emit(self.value())

    def _recount(self) -> None:
        self._count.setText(_COUNT.format(self.chosen.count()).in_(self._language))

    def _item(self, code: str) -> QListWidgetItem:
        item = QListWidgetItem(self._title(code))
        item.setData(CODE_ROLE, code)
        item.setToolTip(_TICK.in_(self._language))
        self._tick(item)
        return item

    def _title(self, code: str) -> str:
        strange = _STRANGE.in_(self._language) if self._directory else ""
        return f"{code}  {self._directory.get(code, strange)}".rstrip()

    def _set_up_list(self) -> None:
        self.chosen.setObjectName("chosenSymbols")
        self.chosen.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.chosen.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        model = self.chosen.model()
        assert model is not None
        model.rowsMoved.connect(self._changed)
        self.chosen.itemChanged.connect(self._switch)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.chosen)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self._count, 1)
        for name, title, act in (
            ("up", _UP, lambda: self._move(-1)),
            ("down", _DOWN, lambda: self._move(1)),
            ("remove", _REMOVE, self._remove),
        ):
            line.addWidget(tool_button(name, title.in_(self._language), act))
        left = QVBoxLayout()
        left.addLayout(line)
        left.addWidget(self.chosen)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 4, 0, 4)
        both.addLayout(left, 1)
        both.addWidget(self.finder, 1)
        self.setFixedHeight(_HEIGHT)
