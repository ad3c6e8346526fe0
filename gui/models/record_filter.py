"""Leaves rows of a `RecordTable` out; the table itself does the sorting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QModelIndex, QSortFilterProxyModel, Qt

from gui.models.record_table import RecordTable


class RecordFilter(QSortFilterProxyModel):
    """Rows whose record is accepted and, during a search, shows the text in one of its cells."""

    def __init__(self, table: RecordTable, parent: Any = None) -> None:
        super().__init__(parent)
        self._accepts: Callable[[Any], bool] | None = None
        self._needle = ""
        self._table = table
        self.setSourceModel(table)

    def accept(self, accepts: Callable[[Any], bool] | None) -> None:
        """Show only the records for which `accepts` is true; None shows all."""
        self._accepts = accepts
        self.invalidateFilter()

    def search(self, needle: str) -> None:
        """Show only rows with `needle` in a cell, upper or lower case."""
        self._needle = needle.strip().casefold()
        self.invalidateFilter()

    def record(self, row: int) -> Any:
        """Return the record shown in `row`."""
        return self._table.records[self.mapToSource(self.index(row, 0)).row()]

    def sort(self, column: int, order: Qt.SortOrder = Qt.AscendingOrder) -> None:
        self._table.sort(column, order)

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        if self._accepts is not None and not self._accepts(self._table.records[row]):
            return False
        if not self._needle:
            return True
        table, record = self._table, self._table.records[row]
        return any(self._needle in table.shown(record, c).casefold() for c in table.columns)
