"""A table view with what every table of the window can do: copy, export, columns, keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from PyQt5.QtCore import QByteArray, QEvent, QItemSelection, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QMenu,
    QTableView,
    QWidget,
)

from config.text import Text
from gui.models.column import Column
from gui.models.export import tsv
from gui.models.record_filter import RecordFilter
from gui.models.record_table import RecordTable
from gui.panels.row_painter import MARGIN_PX, RowPainter
from gui.translator import Translator

COPY = Text("복사", "Copy")
EXPORT = Text("CSV로 내보내기…", "Export as CSV…")
COLUMNS = Text("표시할 열", "Columns")
FIT = Text("열 너비 맞춤", "Fit column widths")
ROW_PX = 22
PADDING_PX = 2 * MARGIN_PX


class RecordView(QTableView):
    """Shows a `RecordTable`.

    Signals:
        record_selected: the trader moved to a record, by mouse or key; never by a model change.
        record_opened: Enter or a double click on a record.
        export_wanted: the trader wants the rows in a file.
    """

    record_selected = pyqtSignal(object)
    record_opened = pyqtSignal(object)
    export_wanted = pyqtSignal()

    def __init__(
        self, table: RecordTable, translator: Translator, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.table, self._tr = table, translator
        self.filter = RecordFilter(table, self)
        self.row_actions: list[QAction] = []
        self.setModel(self.filter)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self._painter = RowPainter(self, table, self.filter)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSortIndicator(-1, Qt.AscendingOrder)
        header.setContextMenuPolicy(Qt.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_column_menu)
        self.setSortingEnabled(True)
        self.filter.rowsInserted.connect(self._stay)
        self.reset_columns()
        translator.changed.connect(self._widen_columns)

    def current_record(self) -> Any:
        """Return the record under the cursor, or None."""
        index = self.currentIndex()
        return self.filter.record(index.row()) if index.isValid() else None

    def selected_records(self) -> list[Any]:
        """Return the selected records from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.filter.record(row) for row in rows]

    def shown_records(self) -> list[Any]:
        """Return every record that passes the filter, in the order of the rows."""
        return [self.filter.record(row) for row in range(self.filter.rowCount())]

    def shown_columns(self) -> list[Column]:
        """Return the visible columns from left to right."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(position) for position in range(header.count()))
        return [self.table.columns[i] for i in order if not header.isSectionHidden(i)]

    def move_to(self, matches: Callable[[Any], bool]) -> bool:
        """Go to the first record that matches, unless the present one does; say if there is one."""
        current = self.current_record()
        if current is not None and matches(current):
            return True
        for row, record in enumerate(self.shown_records()):
            if matches(record):
                self.selectRow(row)
                return True
        self.clearSelection()
        self.setCurrentIndex(self.filter.index(-1, -1))
        return False

    def copy(self) -> None:
        """Put the selected rows, or all where none is selected, on the clipboard."""
        records = self.selected_records() or self.shown_records()
        QApplication.clipboard().setText(tsv(self.shown_columns(), records, self._tr))

    def fit_columns(self) -> None:
        """Give every column the width of its title or its widest usual value."""
        for position in range(len(self.table.columns)):
            self.setColumnWidth(position, self._fitting(position))

    def fitting_width(self, most: int) -> int:
        """Return the largest width up to `most` at which no column is cut."""
        frame = 2 * self.frameWidth()
        header = self.horizontalHeader()
        sections = (header.logicalIndex(position) for position in range(header.count()))
        ends = accumulate((header.sectionSize(section) for section in sections), initial=frame)
        return max((end for end in ends if frame < end <= most), default=most)

    def reset_columns(self) -> None:
        """Show the columns as they were declared."""
        header = self.horizontalHeader()
        for position, column in enumerate(self.table.columns):
            header.moveSection(header.visualIndex(position), position)
            self.setColumnHidden(position, column.is_hidden())
        self.fit_columns()

    def save_state(self) -> QByteArray:
        """Return widths, order, visibility and sort order of the columns."""
        return self.horizontalHeader().saveState()

    def restore_state(self, state: QByteArray) -> bool:
        return self.horizontalHeader().restoreState(state)

    def _fitting(self, position: int) -> int:
        column = self.table.columns[position]
        if column.is_check:
            return max(
                30, self.fontMetrics().horizontalAdvance(self._tr(column.title)) + PADDING_PX
            )
        samples = (column.sample,) if isinstance(column.sample, str | Text) else column.sample
        texts = (it if isinstance(it, str) else self._tr(it) for it in (*samples, column.title))
        return max(self.fontMetrics().horizontalAdvance(text) for text in texts) + PADDING_PX

    def _widen_columns(self) -> None:
        for position in range(len(self.table.columns)):
            self.setColumnWidth(position, max(self.columnWidth(position), self._fitting(position)))

    def _show_column_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        menu.addActions(self.column_actions(menu))
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    def column_actions(self, parent: QWidget) -> Iterable[QAction]:
        """Yield one tick for each column, that shows or hides it."""
        for position, column in enumerate(self.table.columns):
            action = QAction(self._tr(column.title), parent, checkable=True)
            action.setChecked(not self.isColumnHidden(position))
            # The last visible column stays: without a header there is no way back.
            action.setEnabled(not action.isChecked() or len(self.shown_columns()) > 1)
            action.toggled.connect(lambda on, at=position: self.setColumnHidden(at, not on))
            yield action

    def make_menu(self) -> QMenu:
        """Return a menu of what can be done with rows and columns; it deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        menu.addActions(self.row_actions)
        menu.addSeparator()
        menu.addAction(self._tr(COPY), self.copy, QKeySequence(QKeySequence.Copy))
        menu.addAction(self._tr(EXPORT), self.export_wanted.emit)
        columns = menu.addMenu(self._tr(COLUMNS))
        columns.addActions(self.column_actions(columns))
        menu.addAction(self._tr(FIT), self.fit_columns)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.make_menu().popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.Copy):
            self.copy()
            return
        if event.key() in (Qt.Key_Return, Qt.Key_Enter) and self.current_record() is not None:
            self.record_opened.emit(self.current_record())
            return
        if event.key() == Qt.Key_Space and self._toggle():
            return
        super().keyPressEvent(event)
        self._tell_selected()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._tell_selected()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.pos())
        if index.isValid() and not self.table.columns[index.column()].is_check:
            self.record_opened.emit(self.filter.record(index.row()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.rect())
        painter.end()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        # Qt repaints cells only, but a selected row is coloured up to the border of the table.
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.PaletteChange:
            self._painter.forget_colors()
        super().changeEvent(event)

    def _toggle(self) -> bool:
        """Tick or clear the box of the present row; return whether there is one."""
        record = self.current_record()
        for column in self.table.columns:
            if column.is_check and record is not None:
                self.table.checked.emit(record, not column.value(record))
                return True
        return False

    def _stay(self, parent: QModelIndex, first: int, last: int) -> None:
        """Keep what is being read in its place when rows come above it; the top shows new ones."""
        bar, count = self.verticalScrollBar(), last - first + 1
        if bar.value() and first <= bar.value():
            if bar.value() + count > bar.maximum():
                self.updateGeometries()
            bar.setValue(bar.value() + count)

    def _tell_selected(self) -> None:
        record = self.current_record()
        if record is not None:
            self.record_selected.emit(record)
