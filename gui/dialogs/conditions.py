"""조건검색: runs the symbol searches saved in the HTS; what they find goes to the watchlist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.domain.messages import Condition, ConditionMatched, ConditionsListed, QuoteUpdated
from core.ports import SymbolSource
from gui.dialogs.condition_rows import FoundRow, found_columns
from gui.models.record_table import RecordTable
from gui.panels.record_view import RecordView
from gui.roles import set_role
from gui.workspace import Workspace

TITLE = Text("조건검색", "Symbol searches")
LISTING = Text("조건식 목록을 요청했습니다", "Asked for the saved searches")
NO_LIST = Text("조건식 목록을 받지 못했습니다: {}", "The searches can't be listed: {}")
NONE = Text(
    "저장된 조건식이 없습니다. 영웅문 조건검색(0150)에서 만들어 저장하세요",
    "No search is saved; make and save one in the HTS (screen 0150)",
)
CHOOSE = Text("조건식을 고르고 검색을 누르세요", "Choose a search and press Search")
RUNNING = Text("{}: 검색 중입니다", "{}: searching")
FOUND = Text("{}: {}종목", "{}: {} symbols")
FOUND_LIVE = Text("{}: {}종목 · 실시간 편입·이탈 중", "{}: {} symbols, following changes")
FAILED = Text("{}: 검색하지 못했습니다: {}", "{}: the search failed: {}")
ADDED = Text("관심종목에 {}종목을 추가했습니다", "{} symbols were added to the watchlist")
ALL_THERE = Text("고른 종목이 모두 관심종목에 있습니다", "All of them are in the watchlist already")
NOT_ADDED = Text("추가할 수 없습니다: {}", "They can't be added: {}")
RELOAD, RUN, STOP = Text("목록 새로고침", "Reload"), Text("검색", "Search"), Text("중지", "Stop")
REAL_TIME = Text("실시간", "Follow changes")
REAL_TIME_TIP = Text(
    "검색한 뒤에도 편입과 이탈을 계속 받습니다",
    "Goes on telling what enters and leaves the result",
)
ADD = Text("관심종목에 추가", "Add to the watchlist")
SIZE = (700, 460)
LIST_WIDTH = 190
_CONDITION = Qt.UserRole


class ConditionsDialog(QDialog):
    """Not modal; stays when it is closed, and goes on following what runs in real time.

    Signals:
        symbols_chosen: codes (a tuple) that shall be added to the watchlist.
    """

    symbols_chosen = pyqtSignal(object)

    def __init__(self, workspace: Workspace, source: SymbolSource, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("conditionsDialog")
        self.resize(*SIZE)
        self._space, self._tr, self._source = workspace, workspace.translator, source
        self._running: Condition | None = None
        self._is_live = False
        self._note: tuple[Text, str] = (LISTING, "muted")
        self.conditions = QListWidget(self)
        self.conditions.setObjectName("conditionsList")
        self.table = RecordTable(
            found_columns(workspace), lambda row: row.symbol, workspace.translator, parent=self
        )
        self.view = RecordView(self.table, workspace.translator, self)
        self.view.setObjectName("conditionResult")
        self._status, self._real_time = QLabel(self), QCheckBox(self)
        self._buttons: dict[str, QPushButton] = {}
        self._set_up()
        self._lay_out()
        bridge = workspace.bridge
        bridge.conditions_listed.connect(self._take_list)
        bridge.conditions_matched.connect(self._take_matches)
        bridge.quotes_updated.connect(self._take_quotes)
        workspace.settings_changed.connect(self._mark_watched)
        self._enable()

    def request(self) -> None:
        """Ask for the saved searches."""
        self._say(LISTING, "muted")
        self._source.request_conditions()

    def say_added(self, count: int) -> None:
        """Tell how many symbols the watchlist has got."""
        self._say(ADDED.format(count) if count else ALL_THERE, "ok" if count else "muted")

    def say_refused(self, reason: object) -> None:
        """Tell why the watchlist did not take them."""
        self._say(NOT_ADDED.format(reason), "error")

    def _take_list(self, events: list[ConditionsListed]) -> None:
        newest = events[-1]
        if newest.error:
            self._say(NO_LIST.format(newest.error), "error")
            return
        chosen = self._chosen()
        self.conditions.clear()
        for condition in newest.conditions:
            item = QListWidgetItem(condition.name)
            item.setData(_CONDITION, condition)
            self.conditions.addItem(item)
            if condition == chosen:
                self.conditions.setCurrentItem(item)
        if self.conditions.currentRow() < 0:
            self.conditions.setCurrentRow(0)
        self._say(CHOOSE if newest.conditions else NONE, "muted")
        self._enable()

    def _run(self) -> None:
        condition = self._chosen()
        if condition is None:
            return
        self._stop()
        self._running, self._is_live = condition, self._real_time.isChecked()
        self.table.show_only(())
        self._say(RUNNING.format(condition.name), "accent")
        self._source.run_condition(condition, self._is_live)
        self._enable()

    def _stop(self) -> None:
        """Follow the present search no longer; its result stays."""
        if self._running is not None and self._is_live:
            self._source.stop_condition(self._running)
            self._is_live = False
            self._say_found()
        self._enable()

    def _take_matches(self, events: list[ConditionMatched]) -> None:
        for event in events:
            if event.condition == self._running:
                self._take_match(event)

    def _take_match(self, event: ConditionMatched) -> None:
        if event.error:
            self._is_live = False
            self._say(FAILED.format(event.condition.name, event.error), "error")
            self._enable()
            return
        rows = [self._row(symbol) for symbol in event.entered]
        if event.is_first:
            self.table.show_only(rows)
        else:
            self.table.put(rows)
        self.table.remove(event.left)
        self._say_found()

    def _take_quotes(self, quotes: list[QuoteUpdated]) -> None:
        shown = [quote.symbol for quote in quotes if self.table.row_of(quote.symbol) is not None]
        self.table.put(self._row(symbol) for symbol in shown)

    def _mark_watched(self, *settings: object) -> None:
        self.table.put([self._row(row.symbol) for row in self.table.records])

    def _row(self, symbol: str) -> FoundRow:
        known = self.table.get(symbol) or FoundRow(symbol, self._space.context.clock.now())
        quote = self._space.latest.quotes.get(symbol)
        return replace(
            known,
            price=None if quote is None else quote.price,
            change_pct=None if quote is None else quote.change_pct,
            is_watched=symbol in self._space.symbols,
        )

    def _chosen(self) -> Condition | None:
        item = self.conditions.currentItem()
        return None if item is None else item.data(_CONDITION)

    def _add(self) -> None:
        records: Iterable[FoundRow] = self.view.selected_records() or self.view.shown_records()
        self.symbols_chosen.emit(tuple(row.symbol for row in records))

    def _say_found(self) -> None:
        if self._running is not None:
            text = FOUND_LIVE if self._is_live else FOUND
            self._say(text.format(self._running.name, len(self.table.records)), "muted")
        self._enable()

    def _say(self, text: Text, role: str) -> None:
        self._note = (text, role)
        self._status.setText(self._tr(text))
        self._status.setToolTip(self._status.text())
        set_role(self._status, role)

    def _enable(self) -> None:
        self._buttons["run"].setEnabled(self._chosen() is not None)
        self._buttons["stop"].setEnabled(self._is_live)
        self._buttons["add"].setEnabled(bool(self.table.records))

    def _set_up(self) -> None:
        bind = self._tr.bind
        bind(self.setWindowTitle, TITLE)
        bind(self._real_time.setText, REAL_TIME)
        bind(self._real_time.setToolTip, REAL_TIME_TIP)
        self._tr.changed.connect(lambda: self._say(*self._note))
        self._status.setObjectName("conditionsStatus")
        self._status.setTextFormat(Qt.PlainText)
        self._status.setWordWrap(True)
        self._real_time.setObjectName("conditionRealTime")
        self.conditions.setFixedWidth(LIST_WIDTH)
        self.conditions.currentRowChanged.connect(lambda row: self._enable())
        self.conditions.itemDoubleClicked.connect(lambda item: self._run())
        self.view.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.record_selected.connect(lambda row: self._space.select(row.symbol))
        for name, title, act in (
            ("reload", RELOAD, self.request),
            ("run", RUN, self._run),
            ("stop", STOP, self._stop),
            ("add", ADD, self._add),
        ):
            button = self._buttons[name] = QPushButton(self)
            button.setObjectName(f"{name}Conditions")
            button.setAutoDefault(False)
            button.clicked.connect(act)
            bind(button.setText, title)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.conditions, 1)
        left.addWidget(self._buttons["reload"])
        line = QHBoxLayout()
        for widget in (self._buttons["run"], self._real_time, self._buttons["stop"]):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self._buttons["add"])
        right.addLayout(line)
        right.addWidget(self.view, 1)
        both = QHBoxLayout()
        both.addLayout(left)
        both.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(both, 1)
        layout.addWidget(self._status)
