"""A table with, at its side, everything about the row under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from gui.models.column import Column
from gui.models.record_table import RecordTable
from gui.panels.record_panel import RecordPanel
from gui.panels.record_view import RecordView

SHARES = (3, 2)  # of the table and the pane


class DetailPane(QWidget):
    """A headline and a small table, filled from one record."""

    def __init__(self, panel: RecordPanel, name: str, columns: Sequence[Column]) -> None:
        """Stand beside the table of `panel`; `name` is the small table's object name."""
        super().__init__(panel)
        translator = panel.workspace.translator
        self.table = RecordTable(
            columns, key=lambda line: line.key, translator=translator, parent=self
        )
        self.view = RecordView(self.table, translator, self)
        self.view.setObjectName(name)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.headline = QLabel(self)
        self.headline.setTextFormat(Qt.PlainText)
        self.headline.setContentsMargins(6, 3, 6, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.headline)
        layout.addWidget(self.view, 1)


def put_beside(panel: RecordPanel, pane: DetailPane, show: Callable[[Any], None]) -> QSplitter:
    """Split `panel` into its table and `pane`; `show` is called with the record under the cursor.

    It is called with None while the cursor is on no row.
    """
    splitter = QSplitter(Qt.Horizontal, panel)
    panel.layout().addWidget(splitter, 1)
    splitter.addWidget(panel.view)
    splitter.addWidget(pane)
    for position, share in enumerate(SHARES):
        splitter.setStretchFactor(position, share)
    splitter.setSizes([share * 100 for share in SHARES])
    splitter.setChildrenCollapsible(True)

    def follow(current: QModelIndex, previous: QModelIndex) -> None:
        show(panel.view.filter.record(current.row()) if current.isValid() else None)

    panel.view.selectionModel().currentRowChanged.connect(follow)
    panel.workspace.translator.changed.connect(lambda: show(panel.view.current_record()))
    show(None)
    return splitter
