"""Paints the rows of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter
from PyQt5.QtWidgets import QStyle, QStyleOptionViewItem, QTableView

from gui import theme
from gui.models.column import Column
from gui.models.record_filter import RecordFilter
from gui.models.record_table import RecordTable

MARGIN_PX = 5  # at either side of a text


class RowPainter:
    """Paints what can be seen in one go.

    A QTableView crosses between C++ and Python twenty times for each cell, and asks the style sheet
    for each: 200 symbols at 30 updates a second then keep a key waiting. A number keeps its colour
    while its row is selected: red and blue say what it is.
    """

    def __init__(self, view: QTableView, table: RecordTable, shown: RecordFilter) -> None:
        self._view, self._table, self._shown = view, table, shown
        self.forget_colors()

    def forget_colors(self) -> None:
        """Ask the theme again; to be called when it has changed."""
        colors = theme.current()
        self._text, self._selection = QColor(colors.text), QColor(colors.selection)
        self._alternate = QColor(colors.alternate)
        self._table.forget_colors()

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint every row that `area` of the viewport touches."""
        columns = list(self._columns(area))
        selected = self._selected_rows()
        metrics = self._view.fontMetrics()
        for row in self._rows(area):
            top, height = self._view.rowViewportPosition(row), self._view.rowHeight(row)
            if row in selected or row % 2:
                fill = self._selection if row in selected else self._alternate
                painter.fillRect(area.left(), top, area.width(), height, fill)
            record = self._shown.record(row)
            for column, left, width in columns:
                self._paint_cell(painter, metrics, column, record, QRect(left, top, width, height))

    def _paint_cell(
        self, painter: QPainter, metrics: QFontMetrics, column: Column, record: Any, rect: QRect
    ) -> None:
        if column.is_check:
            self._paint_box(painter, bool(column.value(record)), rect)
            return
        text = self._table.shown(record, column)
        if not text:
            return
        rect.adjust(MARGIN_PX, 0, -MARGIN_PX, 0)
        if metrics.horizontalAdvance(text) > rect.width():
            text = metrics.elidedText(text, Qt.ElideRight, rect.width())
        painter.setPen(self._table.color(record, column) or self._text)
        painter.drawText(rect, column.align.value, text)

    def _paint_box(self, painter: QPainter, is_ticked: bool, rect: QRect) -> None:
        option = QStyleOptionViewItem()
        option.initFrom(self._view)
        option.rect = rect
        option.features = QStyleOptionViewItem.HasCheckIndicator
        style = self._view.style()
        # Where the item view looks for the click.
        option.rect = style.subElementRect(QStyle.SE_ItemViewItemCheckIndicator, option, self._view)
        option.state = QStyle.State_Enabled | (QStyle.State_On if is_ticked else QStyle.State_Off)
        style.drawPrimitive(QStyle.PE_IndicatorViewItemCheck, option, painter, self._view)

    def _rows(self, area: QRect) -> range:
        first, last = self._view.rowAt(area.top()), self._view.rowAt(area.bottom())
        if first < 0:
            return range(0)
        return range(first, self._shown.rowCount() if last < 0 else last + 1)

    def _columns(self, area: QRect) -> Iterator[tuple[Column, int, int]]:
        """Yield the columns in sight with their left edge and width."""
        for position, column in enumerate(self._table.columns):
            if self._view.isColumnHidden(position):
                continue
            left, width = (
                self._view.columnViewportPosition(position),
                self._view.columnWidth(position),
            )
            if left + width > area.left() and left <= area.right():
                yield column, left, width

    def _selected_rows(self) -> set[int]:
        selection = self._view.selectionModel().selection()
        return {row for part in selection for row in range(part.top(), part.bottom() + 1)}
