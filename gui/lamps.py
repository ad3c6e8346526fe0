"""Lamps of the risk panel: what must always hold, and whether it does; never by colour alone."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QLabel, QWidget

from config.text import Text
from core.domain.messages import InvariantsChecked, Lamp
from gui import format as fmt
from gui.roles import set_role
from gui.workspace import Workspace

CAPTION = Text("지켜야 할 것", "Must always hold")
CHECKED = Text("마지막 검사 {}", "Last check {}")
NOT_YET = Text("첫 주문이나 체결 때 검사합니다", "Looked at with the first order or fill")
OK, BROKEN = Text("● 정상", "● OK"), Text("■ 깨짐", "■ BROKEN")


class LampBoard(QWidget):
    """One line for each invariant: a lamp in words and colour, and what it stands for."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lampBoard")
        self._tr = workspace.translator
        self._newest: InvariantsChecked | None = None
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(99, 1)
        self._caption = QLabel(self)
        self._caption.setProperty("role", "muted")
        self._caption.setObjectName("lampsChecked")
        self._grid.addWidget(self._caption, 0, 0, 1, 2)
        workspace.translator.changed.connect(self._show)
        workspace.bridge.invariants_checked.connect(self._take)
        self._show()

    def _take(self, events: list[InvariantsChecked]) -> None:
        self._newest = events[-1]
        self._show()

    def _show(self) -> None:
        newest = self._newest
        when = NOT_YET if newest is None else CHECKED.format(fmt.clock(newest.time))
        self._caption.setText(f"{self._tr(CAPTION)} · {self._tr(when)}")
        lamps = () if newest is None else newest.lamps
        while len(self._rows) < len(lamps):
            self._add_row()
        for row, lamp in zip(self._rows, lamps, strict=False):
            self._show_lamp(row, lamp)

    def _show_lamp(self, row: tuple[QLabel, QLabel], lamp: Lamp) -> None:
        state, title = row
        state.setText(self._tr(OK if lamp.is_ok else BROKEN))
        set_role(state, "ok" if lamp.is_ok else "error")
        title.setText(self._tr(lamp.title))
        set_role(title, "" if lamp.is_ok else "error")
        for widget in row:
            widget.setToolTip(self._tr(lamp.text))

    def _add_row(self) -> None:
        row = QLabel(self), QLabel(self)
        line = len(self._rows) + 1
        for column, label in enumerate(row):
            label.setTextFormat(Qt.PlainText)
            self._grid.addWidget(label, line, column)
            label.show()
        self._rows.append(row)
