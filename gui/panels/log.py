"""로그: what a person should know, newest on top, filtered by level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QLabel

from config.text import Text
from core.domain.messages import Noted, Severity
from gui.models.column import Align, Column
from gui.panels.common_columns import choice, symbol_column, time_column
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.wording import SEVERITY, SEVERITY_TONE
from gui.workspace import Workspace

LEVEL = Text("수준", "Level")
LEVELS = (
    (Severity.INFO, Text("전체", "Everything")),
    (Severity.WARNING, Text("주의 이상", "Warnings and errors")),
    (Severity.ERROR, Text("오류만", "Errors only")),
)
_RANK = {severity: rank for rank, severity in enumerate(Severity)}
LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One note with a number, since two may be alike."""

    number: int
    note: Noted

    @property
    def symbol(self) -> str:
        return self.note.symbol


def _text(line: Line) -> Text:
    return line.note.text


def _columns() -> list[Column]:
    def tone(line: Line) -> str:
        return SEVERITY_TONE[line.note.severity]

    def code(line: Line) -> str:
        return line.symbol

    return [
        time_column(Text("시각", "Time"), lambda line: line.note.time),
        choice("level", LEVEL, lambda line: line.note.severity, SEVERITY, tone),
        symbol_column(code),
        Column(
            "text",
            Text("내용", "Message"),
            _text,
            tone=tone,
            align=Align.LEFT,
            tip=_text,
            sample="가" * 60,
        ),
    ]


@panel("log", Text("로그", "Log"), Area.BOTTOM, 90, "Alt+9")
class LogPanel(RecordPanel):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace, "logView", _columns(), key=lambda line: line.number, limit=LIMIT
        )
        self._numbers = count()
        self.view.sortByColumn(0, Qt.DescendingOrder)
        self.view.horizontalHeader().setStretchLastSection(True)
        self._level = QComboBox(self)
        self._level.setObjectName("logLevel")
        self._level.addItems([workspace.translator(text) for _, text in LEVELS])
        self._level.currentIndexChanged.connect(self._refilter)
        label = QLabel(self)
        label.setBuddy(self._level)
        workspace.translator.bind(label.setText, LEVEL)
        workspace.translator.changed.connect(self._retitle)
        self.tools = [label, self._level]
        workspace.bridge.noted.connect(self._show_notes)

    def _show_notes(self, events: list[Noted]) -> None:
        self.table.put(Line(next(self._numbers), event) for event in events)

    def _refilter(self, choice: int) -> None:
        lowest = _RANK[LEVELS[choice][0]]
        self.view.filter.accept(lambda line: _RANK[line.note.severity] >= lowest)

    def _retitle(self) -> None:
        for position, (_, text) in enumerate(LEVELS):
            self._level.setItemText(position, self.workspace.translator(text))
