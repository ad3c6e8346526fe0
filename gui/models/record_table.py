"""The one table model of the window: frozen records, one row for each key."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QBrush, QColor

from config.text import Text
from gui import theme
from gui.models.column import Column
from gui.translator import Translator

SORT_ROLE = Qt.UserRole
RECORD_ROLE = Qt.UserRole + 1
RESORT_MS = 1000  # rows that move under the pointer more often can't be clicked
_NO_PARENT = QModelIndex()


class RecordTable(QAbstractTableModel):
    """Shows frozen records; a newer one replaces the record of the same key.

    It sorts itself: a QSortFilterProxyModel would ask Python for every single comparison.

    Signals:
        checked: (record, bool) somebody ticked the box in a row; the record is still the old one.
    """

    checked = pyqtSignal(object, bool)

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Any], Hashable],
        translator: Translator,
        limit: int = 0,
        parent: Any = None,
    ) -> None:
        """Make an empty table; above `limit` rows the oldest go, 0 keeps all."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key, self._tr, self._limit = key, translator, limit
        self._records: list[Any] = []
        self._born: dict[Hashable, int] = {}  # key -> serial number, oldest first
        self._serial = 0
        self._rows: dict[Hashable, int] | None = {}  # key -> row; None: to be counted anew
        self._sorted_by: tuple[int, Qt.SortOrder] = (-1, Qt.AscendingOrder)
        self._colors: dict[str, QColor] = {}
        self._resort = QTimer(self, singleShot=True, interval=RESORT_MS)
        self._resort.timeout.connect(self._sort_again)
        self._readers = {
            Qt.DisplayRole: self.shown,
            Qt.ForegroundRole: self._foreground,
            Qt.TextAlignmentRole: self._alignment,
            Qt.CheckStateRole: self._check_state,
            Qt.ToolTipRole: self._tool_tip,
            SORT_ROLE: lambda record, column: column.value(record),
            RECORD_ROLE: lambda record, column: record,
        }
        translator.changed.connect(self._show_again)

    @property
    def records(self) -> Sequence[Any]:
        """All records in the order of the rows."""
        return self._records

    def row_of(self, key: Hashable) -> int | None:
        """Return the row that shows `key`."""
        if self._rows is None:
            self._rows = {self._key(record): row for row, record in enumerate(self._records)}
        return self._rows.get(key)

    def get(self, key: Hashable) -> Any:
        """Return the record of `key`, or None."""
        row = self.row_of(key)
        return None if row is None else self._records[row]

    def put(self, records: Iterable[Any], columns: tuple[int, int] | None = None) -> None:
        """Show each record in the row of its key; a new key gets a new row.

        `columns` are the first and the last one that can have changed, all where it is None.
        """
        changed: list[int] = []
        for record in records:
            key = self._key(record)
            if key not in self._born:
                self._tell_changed(changed, columns)
                changed = []
                self._insert(key, record)
            elif (row := self.row_of(key)) is not None:
                self._records[row] = record
                changed.append(row)
        self._tell_changed(changed, columns)

    def remove(self, keys: Iterable[Hashable]) -> None:
        """Take the rows of these keys away; unknown keys are ignored."""
        for key in list(keys):
            row = self.row_of(key)
            if row is None:
                continue
            self.beginRemoveRows(_NO_PARENT, row, row)
            del self._records[row]
            del self._born[key]
            self._rows = None
            self.endRemoveRows()

    def show_only(self, records: Iterable[Any]) -> None:
        """Show exactly these records."""
        wanted = {self._key(record): record for record in records}
        self.remove([key for key in self._born if key not in wanted])
        self.put(wanted.values())

    def clear(self) -> None:
        """Take every row away."""
        if self._records:
            self.beginRemoveRows(_NO_PARENT, 0, len(self._records) - 1)
            self._records, self._rows = [], {}
            self._born.clear()
            self.endRemoveRows()

    def extend(self, records: Sequence[Any]) -> None:
        """Add records of new keys, all at once where they belong below the rows that are there."""
        if self._limit or not self._are_next(records):
            self.put(records)
            return
        first = len(self._records)
        self.beginInsertRows(_NO_PARENT, first, first + len(records) - 1)
        for record in records:
            self._serial += 1
            self._born[self._key(record)] = self._serial
        self._records += records
        self._rows = None
        self.endInsertRows()

    def rank(self) -> Callable[[Any], Any] | None:
        """Return what the rows are sorted by, None for the order of arrival."""
        column, order = self._sorted_by
        return None if column < 0 else _rank(self.columns[column], order)

    def forget_colors(self) -> None:
        """Ask the theme again; to be called when it has changed."""
        self._colors.clear()

    def _insert(self, key: Hashable, record: Any) -> None:
        row = self._place(record)
        self._serial += 1
        self.beginInsertRows(_NO_PARENT, row, row)
        self._records.insert(row, record)
        self._born[key] = self._serial
        if self._rows is not None and row == len(self._records) - 1:
            self._rows[key] = row
        else:
            self._rows = None
        self.endInsertRows()
        if self._limit and len(self._records) > self._limit:
            self.remove([next(iter(self._born))])

    def _are_next(self, records: Sequence[Any]) -> bool:
        """Return whether records in their order may stand below the last row."""
        rank = self.rank()
        if not records or rank is None:
            return bool(records)
        ranks = [rank(record) for record in (*self._records[-1:], *records)]
        return not any(later < earlier for earlier, later in pairwise(ranks))

    def _place(self, record: Any) -> int:
        column, order = self._sorted_by
        if column < 0:
            return len(self._records)
        rank = _rank(self.columns[column], order)
        # Among equals the newest comes first in a falling order, where the trader looks first.
        bisect = bisect_left if order == Qt.DescendingOrder else bisect_right
        return bisect(self._records, rank(record), key=rank)

    def _tell_changed(self, rows: list[int], columns: tuple[int, int] | None = None) -> None:
        if not rows:
            return
        first, last = columns or (0, len(self.columns) - 1)
        self.dataChanged.emit(self.index(min(rows), first), self.index(max(rows), last))
        if self._sorted_by[0] >= 0 and not self._resort.isActive():
            self._resort.start()

    def _sort_again(self) -> None:
        column, order = self._sorted_by
        rank = _rank(self.columns[column], order) if column >= 0 else self._age
        ranks = [rank(record) for record in self._records]
        if any(later < earlier for earlier, later in pairwise(ranks)):
            self.sort(column, order)

    def _age(self, record: Any) -> Any:
        return self._born[self._key(record)]

    def _show_again(self) -> None:
        self.headerDataChanged.emit(Qt.Horizontal, 0, len(self.columns) - 1)
        if self._records:
            self._tell_changed([0, len(self._records) - 1])

    def shown(self, record: Any, column: Column) -> str:
        """Return what a cell says."""
        return column.shown(record, self._tr)

    def _foreground(self, record: Any, column: Column) -> QBrush | None:
        color = self.color(record, column)
        return None if color is None else QBrush(color)

    def color(self, record: Any, column: Column) -> QColor | None:
        """Return the colour of a cell's text, None for the usual one."""
        tone = column.tone and column.tone(record)
        if not tone:
            return None
        if tone not in self._colors:
            self._colors[tone] = QColor(getattr(theme.current(), tone))
        return self._colors[tone]

    def _alignment(self, record: Any, column: Column) -> int:
        return column.align.value

    def _check_state(self, record: Any, column: Column) -> Qt.CheckState | None:
        if not column.is_check:
            return None
        return Qt.Checked if column.value(record) else Qt.Unchecked

    def _tool_tip(self, record: Any, column: Column) -> str | None:
        shown = column.tip and column.tip(record)
        return self._tr(shown) if isinstance(shown, Text) else shown or None

    def sort(self, column: int, order: Qt.SortOrder = Qt.AscendingOrder) -> None:
        """Order the rows by a column, those without a value last; -1 is the order of arrival."""
        self._sorted_by = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._key(self._records[index.row()]) for index in before]
        if column < 0:
            self._records.sort(key=self._age)
        else:
            # Turned by the sort itself: `_Falling` would be asked for every single comparison.
            is_falling = order == Qt.DescendingOrder
            key = _rising(self.columns[column], is_falling)
            self._records.sort(key=key, reverse=is_falling)
        self._rows = None
        after = [self.index(self.row_of(k), i.column()) for k, i in zip(keys, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        reader = self._readers.get(role)
        if reader is None or not index.isValid():
            return None
        return reader(self._records[index.row()], self.columns[index.column()])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole
    ) -> Any:
        if orientation != Qt.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.DisplayRole:
            return self._tr(column.title)
        if role == Qt.ToolTipRole:
            return self._tr(column.help or column.title)
        return int(Qt.AlignCenter) if role == Qt.TextAlignmentRole else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        if not index.isValid():
            return Qt.NoItemFlags
        flags = Qt.ItemIsEnabled | Qt.ItemIsSelectable | Qt.ItemNeverHasChildren
        return flags | Qt.ItemIsUserCheckable if self.columns[index.column()].is_check else flags

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        if role != Qt.CheckStateRole or not index.isValid():
            return False
        self.checked.emit(self._records[index.row()], value == Qt.Checked)
        return True


class _Falling:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Falling) -> bool:
        return other.value < self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and other.value == self.value

    __hash__ = None  # type: ignore[assignment]


def _rank(column: Column, order: Qt.SortOrder) -> Callable[[Any], tuple]:
    """Return what to sort a record by; a missing value comes last in both orders."""
    turned = _Falling if order == Qt.DescendingOrder else _as_it_is

    def rank(record: Any) -> tuple:
        value = column.value(record)
        if value is None:
            return (True,)
        return False, turned(value.ko if isinstance(value, Text) else value)

    return rank


def _rising(column: Column, is_none_first: bool) -> Callable[[Any], tuple]:
    """Return what to sort a record by in a rising order."""

    def rank(record: Any) -> tuple:
        value = column.value(record)
        if value is None:
            return (not is_none_first,)
        return is_none_first, value.ko if isinstance(value, Text) else value

    return rank


def _as_it_is(value: Any) -> Any:
    return value
