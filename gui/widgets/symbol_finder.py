"""Search all securities; pick one by Enter, double click or the button."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QVBoxLayout, QWidget

from config.text import Text
from gui.widgets import symbol_search
from gui.widgets.tool_button import tool_button

CODE_ROLE = Qt.ItemDataRole.UserRole

_SEARCH = Text("코드·이름·초성으로 찾기", "Find by code or name")
_UNKNOWN = Text("{}: 없는 종목입니다.", "{}: no such symbol.")
_NEAREST = Text(" 혹시 {}?", " Did you mean {}?")
_ADD = Text("추가 (Enter)", "Add (Enter)")
_CODE = re.compile(r"[A-Z0-9.]+")


class SymbolFinder(QWidget):
    """Signals:
    picked: the code of a known security (of any code where the directory is empty).
    """

    picked = pyqtSignal(str)

    def __init__(self, directory: Mapping[str, str], language: str) -> None:
        super().__init__()
        self._directory, self._language = directory, language
        self.search = QLineEdit()
        self.found = QListWidget()
        self.message = QLabel()
        self._set_up()
        self._find("")

    def say(self, text: Text) -> None:
        """Show why the last pick was refused, until the next search."""
        self.message.setText(text.in_(self._language))
        self.message.show()

    def _pick(self) -> None:
        current = self.found.currentItem()
        text = self.search.text().strip()
        if current is not None:
            self.picked.emit(current.data(CODE_ROLE))
        elif not self._directory and _CODE.fullmatch(text.upper()):
            self.picked.emit(text.upper())
        elif text:
            self._refuse(text)

    def _refuse(self, text: str) -> None:
        near = symbol_search.nearest(text, self._directory)
        titles = ", ".join(f"{code} {self._directory[code]}" for code in near)
        hint = _NEAREST.format(titles) if near else Text.of("")
        self.say(Text.of("{}{}").format(_UNKNOWN.format(text), hint))
        self._list(near)

    def _find(self, text: str) -> None:
        self.message.hide()
        self._list(symbol_search.find(text, self._directory))
        if text.strip():
            self.found.setCurrentRow(0)

    def _list(self, codes: list[str]) -> None:
        self.found.clear()
        for row, code in enumerate(codes):
            self.found.addItem(f"{code}  {self._directory[code]}")
            item = self.found.item(row)
            assert item is not None
            item.setData(CODE_ROLE, code)

    def _set_up(self) -> None:
        self.search.setObjectName("symbolSearch")
        self.search.setPlaceholderText(_SEARCH.in_(self._language))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._pick)
        self.found.setObjectName("foundSymbols")
        self.found.itemActivated.connect(self._pick)
        self.message.setObjectName("symbolMessage")
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(tool_button("add", _ADD.in_(self._language), self._pick))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(self.found, 1)
        column.addWidget(self.message)
