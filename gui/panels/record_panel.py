"""A panel that is a table: its search line, and the symbol all panels share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QFileDialog, QLineEdit, QShortcut, QVBoxLayout, QWidget

from config.text import Text
from core.domain.messages import Severity
from gui.models.column import Column
from gui.models.export import write_csv
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.panels.registry import title_of
from gui.workspace import Workspace

SEARCH = Text("찾기 (Esc로 닫기)", "Search (Esc closes)")
EXPORTED = Text("{}에 {}행을 저장했습니다", "{1} rows were saved to {0}")
NOT_EXPORTED = Text("{}에 저장할 수 없습니다: {}", "{} can't be written: {}")


class RecordPanel(QWidget):
    """Base of all table panels; `table` is the model, `view` what shows it.

    Signals:
        count_changed: `shown_count` is another one.
        raise_wanted: something was asked for that this panel shows now.
    """

    count_changed = pyqtSignal()
    raise_wanted = pyqtSignal()
    counts_rows = False
    """Whether the panel's title shall say how many rows it has."""

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        columns: Sequence[Column],
        key: Callable[[Any], Hashable],
        symbol_of: Callable[[Any], str] = lambda record: record.symbol,
        limit: int = 0,
    ) -> None:
        """Make an empty table with the object name `name`; see `RecordTable` for the rest."""
        super().__init__()
        self.workspace, self.symbol_of = workspace, symbol_of
        self.table = RecordTable(columns, key, workspace.translator, limit, parent=self)
        self.view = RecordView(self.table, workspace.translator, self)
        self.view.setObjectName(name)
        self.tools: list[QWidget] = []  # for the dock's title bar
        self.search = QLineEdit(self)
        self.search.hide()
        self.search.textChanged.connect(self.view.filter.search)
        self.search.installEventFilter(self)
        workspace.translator.bind(self.search.setPlaceholderText, SEARCH)
        self._lay_out()
        self.view.record_selected.connect(lambda record: workspace.select(symbol_of(record)))
        self.view.record_opened.connect(lambda record: workspace.open_chart(symbol_of(record)))
        self.view.export_wanted.connect(self.ask_export)
        workspace.symbol_selected.connect(self.show_symbol)
        if self.counts_rows:
            for signal in (self.view.filter.rowsInserted, self.view.filter.rowsRemoved):
                signal.connect(self._tell_count)
        find = QShortcut(QKeySequence.Find, self, context=Qt.WidgetWithChildrenShortcut)
        find.activated.connect(self.open_search)

    @property
    def shown_count(self) -> int:
        """Return the number for the panel's title, 0 for none."""
        return self.view.filter.rowCount() if self.counts_rows else 0

    def show_symbol(self, symbol: str) -> None:
        """Move to the first row of `symbol`, unless the cursor is on one already."""
        self.view.move_to(lambda record: self.symbol_of(record) == symbol)

    def ask_export(self) -> None:
        """Ask where to save the rows on show; the window stays usable meanwhile."""
        stamp = f"{self.workspace.context.clock.now():%Y%m%d_%H%M%S}"
        dialog = QFileDialog(self.window(), "", str(Path.home()), "CSV (*.csv)")
        # The system's own dialog would lock the window, and with it the emergency button.
        dialog.setOption(QFileDialog.DontUseNativeDialog)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptSave)
        dialog.setDefaultSuffix("csv")
        title = self.workspace.translator(title_of(self))
        dialog.selectFile(f"{title}_{stamp}.csv")
        dialog.fileSelected.connect(self.export)
        dialog.show()

    def export(self, path: str) -> None:
        """Write the rows on show to a CSV file and say so."""
        columns, records = self.view.shown_columns(), self.view.shown_records()
        try:
            count = write_csv(Path(path), columns, records, self.workspace.translator)
        except OSError as error:
            self.workspace.note(Severity.ERROR, NOT_EXPORTED.format(path, error.strerror or error))
        else:
            self.workspace.note(Severity.INFO, EXPORTED.format(path, count))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.KeyPress:
            if event.key() == Qt.Key_Escape:
                self._close_search()
                return True
            if event.key() in (Qt.Key_Down, Qt.Key_Return, Qt.Key_Enter):
                self.view.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _tell_count(self, *rows: object) -> None:
        self.count_changed.emit()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)

    def open_search(self) -> None:
        """Show the search line and give it the keyboard."""
        self.search.show()
        self.search.setFocus()
        self.search.selectAll()

    def _close_search(self) -> None:
        self.search.clear()
        self.search.hide()
        self.view.setFocus()
