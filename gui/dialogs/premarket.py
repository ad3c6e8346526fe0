"""장전 점검: one page that is green, or says what was seen and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.doctor import Level
from core.doctor.premarket import Row, level_of
from gui import format as fmt
from gui.roles import set_role
from gui.workspace import Workspace

TITLE = Text("장전 점검", "Pre-market check")
CHECKING = Text("점검하고 있습니다…", "Checking…")
HEADLINES = {
    Level.OK: Text("모두 정상입니다. 매매할 수 있습니다", "All green: ready to trade"),
    Level.WARN: Text("확인할 것이 {}가지 있습니다", "{} to look at"),
    Level.FAIL: Text("고쳐야 할 것 {1}가지, 확인할 것 {0}가지", "{1} to put right, {0} to look at"),
}
AT = Text("{} 기준", "as of {}")
AGAIN, CLOSE = Text("다시 점검", "Check again"), Text("닫기", "Close")
LOOKS = {Level.OK: ("●", "ok"), Level.WARN: ("▲", "warning"), Level.FAIL: ("✖", "error")}
WORDS = {
    Level.OK: Text("정상", "ok"),
    Level.WARN: Text("주의", "warning"),
    Level.FAIL: Text("이상", "red"),
}
SIZE = (760, 500)
ARROW = "→ {}"


class _Line:
    """The widgets of one row of the page."""

    def __init__(self, page: QWidget, grid: QGridLayout, code: str) -> None:
        at = grid.rowCount()
        self._mark, self._title = QLabel(page), QLabel(page)
        self._what, self._advice = QLabel(page), QLabel(page)
        self._mark.setObjectName(f"premarket.{code}")
        cell = QVBoxLayout()
        cell.setSpacing(1)
        for label in (self._mark, self._title, self._what, self._advice):
            label.setTextFormat(Qt.PlainText)
        for label in (self._what, self._advice):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextSelectableByMouse)
            cell.addWidget(label)
        grid.addWidget(self._mark, at, 0, Qt.AlignTop)
        grid.addWidget(self._title, at, 1, Qt.AlignTop)
        grid.addLayout(cell, at, 2)

    def show_row(self, row: Row, language: str) -> None:
        mark, role = LOOKS[row.level]
        self._mark.setText(f"{mark} {WORDS[row.level].in_(language)}")
        self._title.setText(row.title.in_(language))
        self._what.setText(row.what.in_(language))
        advice = row.advice.in_(language)
        self._advice.setText(ARROW.format(advice))
        self._advice.setVisible(bool(advice))
        set_role(self._mark, role)
        set_role(self._advice, "muted" if row.level is Level.OK else role)


class PremarketDialog(QDialog):
    """Not modal, and takes no keys from the window unless it is clicked.

    Signals:
        again_wanted: the trader wants everything looked at anew.
    """

    again_wanted = pyqtSignal()

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("premarketDialog")
        self.setModal(False)
        self.setAttribute(Qt.WA_ShowWithoutActivating)
        self.resize(*SIZE)
        self._tr = workspace.translator
        self._lines: dict[str, _Line] = {}
        self._rows: Sequence[Row] = ()
        self._at: datetime | None = None
        self._is_complete = False
        self._headline, self._time = QLabel(self), QLabel(self)
        self._headline.setObjectName("premarketHeadline")
        set_role(self._time, "muted")
        self._again, self._close = QPushButton(self), QPushButton(self)
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self.again_wanted)
        self._close.clicked.connect(self.hide)
        self._lay_out()
        for show, text in (
            (self.setWindowTitle, TITLE),
            (self._again.setText, AGAIN),
            (self._close.setText, CLOSE),
        ):
            self._tr.bind(show, text)
        self._tr.changed.connect(self._show)
        self._show()

    def show_rows(self, rows: Sequence[Row], at: datetime, is_complete: bool) -> None:
        """Show what was found; while it is not complete no verdict is given."""
        self._rows, self._at, self._is_complete = rows, at, is_complete
        self._show()

    def _show(self) -> None:
        language = self._tr.language
        for row in self._rows:
            line = self._lines.get(row.code)
            if line is None:
                line = self._lines[row.code] = _Line(self._page, self._grid, row.code)
            line.show_row(row, language)
        self._show_headline()

    def _show_headline(self) -> None:
        level = level_of(self._rows)
        counts = [sum(row.level is each for row in self._rows) for each in (Level.WARN, Level.FAIL)]
        text = HEADLINES[level].format(*counts) if self._is_complete else CHECKING
        self._headline.setText(self._tr(text))
        set_role(self._headline, LOOKS[level][1] if self._is_complete else "muted")
        self._time.setText("" if self._at is None else self._tr(AT).format(fmt.clock(self._at)))

    def _lay_out(self) -> None:
        font = self._headline.font()
        font.setBold(True)
        self._headline.setFont(font)
        self._page = QWidget(self)
        self._page.setObjectName("page")
        inside = QVBoxLayout(self._page)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(2, 1)
        inside.addLayout(self._grid)
        inside.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._page)
        top, buttons = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._headline, 1)
        top.addWidget(self._time)
        buttons.addStretch(1)
        buttons.addWidget(self._again)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
