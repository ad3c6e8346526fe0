"""KOSPI and KOSDAQ with their change of the day, at the end of the status line."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QWidget

from config.text import Text
from core.domain.messages import IndexMoved
from gui import format as fmt
from gui.roles import set_role
from gui.workspace import Workspace

_NAMES = {"KOSPI": Text("코스피", "KOSPI"), "KOSDAQ": Text("코스닥", "KOSDAQ")}
_TIP = Text("{} {}  {}  ({} 현재)", "{} {}  {}  (at {})")
_GAP_PX = 12


class IndexLabels(QWidget):
    """One text for each index; takes no room before the first value has come."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._tr = workspace.translator
        self._labels = {name: self._label(name) for name in _NAMES}
        self._newest: dict[str, IndexMoved] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, _GAP_PX, 0)
        layout.setSpacing(_GAP_PX)
        for label in self._labels.values():
            layout.addWidget(label)
        self.hide()
        workspace.bridge.indices_moved.connect(self._take)
        workspace.translator.changed.connect(self._show)

    def _take(self, events: list[IndexMoved]) -> None:
        self._newest |= {moved.index: moved for moved in events if moved.index in _NAMES}
        self._show()

    def _show(self) -> None:
        for name, moved in self._newest.items():
            label, title = self._labels[name], self._tr(_NAMES[name])
            value, pct = fmt.decimal(moved.value), moved.change_pct
            label.setText(f"{title} {value} {fmt.moved(pct)}".rstrip())
            tip = _TIP.format(title, value, fmt.percent(pct), fmt.clock(moved.time))
            label.setToolTip(self._tr(tip))
            set_role(label, "up" if pct and pct > 0 else "down" if pct and pct < 0 else "flat")
            label.show()
        self.setVisible(bool(self._newest))

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(f"index{name}")
        label.setTextFormat(Qt.PlainText)
        label.hide()
        return label
