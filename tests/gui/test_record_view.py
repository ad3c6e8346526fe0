"""What every table of the window can do: copy, export, choose columns, be used by keyboard."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import QEvent, QObject, QRect, Qt
from PyQt5.QtGui import QRegion
from PyQt5.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.domain.messages import Noted, Severity
from gui import theme
from gui.main_window import MainWindow
from gui.panels.positions import PositionsPanel
from gui.panels.record_view import RecordView
from tests.gui.window_desk import Desk, a_view, an_account


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> PositionsPanel:
    panel = PositionsPanel(desk.workspace())
    qtbot.addWidget(panel)
    panel.table.put([a_view(), a_view("000660", 3, 180_000, 179_000)])
    panel.resize(1200, 200)
    panel.show()
    return panel


def test_copy_takes_the_selected_rows_as_they_are_shown(
    qtbot: QtBot, panel: PositionsPanel
) -> None:
    panel.view.selectRow(1)
    qtbot.keyClick(panel.view, Qt.Key_C, Qt.ControlModifier)
    title, row = QApplication.clipboard().text().split("\n")
    assert title.split("\t")[:3] == ["종목코드", "종목명", "평가손익"]
    assert row.split("\t")[:2] == ["000660", "SK하이닉스"]


def test_copy_without_a_selection_takes_all_rows(panel: PositionsPanel) -> None:
    panel.view.clearSelection()
    panel.view.copy()
    assert len(QApplication.clipboard().text().split("\n")) == 3


def test_hidden_and_moved_columns_are_copied_as_they_stand(panel: PositionsPanel) -> None:
    panel.view.setColumnHidden(0, True)
    panel.view.horizontalHeader().moveSection(2, 1)
    panel.view.copy()
    titles = QApplication.clipboard().text().split("\n")[0].split("\t")
    assert titles[:2] == ["평가손익", "종목명"]


def test_an_export_is_read_by_excel_as_numbers_and_whole_codes(
    panel: PositionsPanel, tmp_path: Path
) -> None:
    path = tmp_path / "positions.csv"
    panel.export(str(path))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][0] == '="005930"', "Excel would take the zeros away"
    assert rows[1][1] == "삼성전자"
    assert float(rows[1][2]) == 10_000 - 105 - 1_526
    assert rows[1][6] == "10"


def test_a_failed_export_is_told(panel: PositionsPanel, tmp_path: Path) -> None:
    notes: list[Noted] = []
    panel.workspace.bridge.noted.connect(notes.extend)
    panel.export(str(tmp_path / "no" / "such.csv"))
    assert notes[0].severity is Severity.ERROR
    assert "such.csv" in notes[0].text.ko


def test_asking_for_the_file_leaves_the_window_usable(qtbot: QtBot, panel: PositionsPanel) -> None:
    panel.ask_export()
    dialog = panel.findChild(QFileDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()


@pytest.mark.parametrize(("language", "name"), [("ko", "잔고"), ("en", "Positions")])
def test_the_file_is_called_like_the_panel(panel: PositionsPanel, language: str, name: str) -> None:
    panel.workspace.translator.set_language(language)
    panel.ask_export()
    dialog = panel.findChild(QFileDialog)
    assert re.fullmatch(rf"{name}_\d{{8}}_\d{{6}}\.csv", Path(dialog.selectedFiles()[0]).name)
    dialog.close()


def test_what_is_no_longer_selected_is_repainted_up_to_the_border(
    qtbot: QtBot, panel: PositionsPanel
) -> None:
    """The colour of a selected row goes on right of the last column."""
    panel.resize(2400, 200)
    panel.view.selectRow(0)
    QApplication.processEvents()
    painted = Painted(panel.view.viewport())
    panel.show_symbol("035720")  # not held
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    viewport = panel.view.viewport().rect()
    assert panel.view.columnAt(viewport.right()) < 0, "the last column ends before the border"
    row = QRect(0, 0, viewport.width(), panel.view.rowHeight(0))
    assert QRegion(row).subtracted(painted.region).isEmpty()


class Painted(QObject):
    """Sums up what is repainted of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Paint:
            self.region += event.region()
        return False


def test_the_menu_offers_copy_export_and_columns(qtbot: QtBot, panel: PositionsPanel) -> None:
    menu = panel.view.make_menu()
    titles = [action.text() for action in menu.actions()]
    assert titles[:1] == ["이 종목 시장가 매도"]
    assert {"복사", "CSV로 내보내기…", "표시할 열"} <= {t.split("\t")[0] for t in titles}


def test_the_last_column_cant_be_hidden(panel: PositionsPanel) -> None:
    for action in panel.view.column_actions(panel):
        if action.isEnabled():
            action.setChecked(False)
    enabled = [action for action in panel.view.column_actions(panel) if action.isChecked()]
    assert len(enabled) == 1
    assert not enabled[0].isEnabled()


def test_columns_are_remembered_and_reset(panel: PositionsPanel, desk: Desk, qtbot: QtBot) -> None:
    panel.view.setColumnHidden(3, True)
    panel.view.horizontalHeader().moveSection(0, 4)
    other = PositionsPanel(desk.workspace())
    qtbot.addWidget(other)
    assert other.view.restore_state(panel.view.save_state())
    assert [c.key for c in other.view.shown_columns()] == [
        c.key for c in panel.view.shown_columns()
    ]
    other.view.reset_columns()
    assert [c.key for c in other.view.shown_columns()][:5] == [
        "symbol",
        "name",
        "pnl",
        "pnl_pct",
        "entry",
    ]


def test_keys_select_the_symbol_and_enter_opens_its_chart(
    qtbot: QtBot, panel: PositionsPanel
) -> None:
    panel.view.selectRow(0)
    panel.view.setFocus()
    with qtbot.waitSignal(panel.workspace.symbol_selected) as selected:
        qtbot.keyClick(panel.view, Qt.Key_Down)
    assert selected.args == ["000660"]
    with qtbot.waitSignal(panel.workspace.chart_wanted) as wanted:
        qtbot.keyClick(panel.view, Qt.Key_Return)
    assert wanted.args == ["000660"]


def test_a_row_that_vanishes_selects_no_other_symbol(panel: PositionsPanel) -> None:
    panel.view.setFocus()
    panel.workspace.select("005930")
    panel.table.remove(["005930"])
    assert panel.workspace.symbol == "005930"


def test_search_shows_matching_rows_and_escape_all(qtbot: QtBot, panel: PositionsPanel) -> None:
    panel.open_search()
    panel.search.setText("하이")  # QTest types no Hangul
    assert panel.view.filter.rowCount() == 1
    qtbot.keyClick(panel.search, Qt.Key_Escape)
    assert panel.view.filter.rowCount() == 2
    assert not panel.search.isVisible()


def test_a_narrow_dock_cuts_no_column(panel: PositionsPanel) -> None:
    width = panel.view.fitting_width(400)
    assert 0 < width <= 400
    ends = [panel.view.columnWidth(0)]
    for column in range(1, len(panel.table.columns)):
        ends.append(ends[-1] + panel.view.columnWidth(column))
    assert width - 2 * panel.view.frameWidth() in ends


def test_a_sorted_column_is_marked_above_its_title(panel: PositionsPanel) -> None:
    theme.apply(QApplication.instance(), "dark")
    header = panel.view.horizontalHeader()
    above = QRect(header.sectionViewportPosition(2), 0, header.sectionSize(2), 6)
    plain, marks = header.grab(above).toImage(), []
    for order in (Qt.AscendingOrder, Qt.DescendingOrder):
        panel.view.sortByColumn(2, order)
        marks.append(header.grab(above).toImage())
    assert plain != marks[0] != marks[1] != plain


def test_titles_grow_with_the_language(panel: PositionsPanel) -> None:
    panel.workspace.translator.set_language("en")
    metrics, header = panel.view.fontMetrics(), panel.view.horizontalHeader()
    for column in range(len(panel.table.columns)):
        title = panel.table.headerData(column, Qt.Horizontal)
        assert header.sectionSize(column) > metrics.horizontalAdvance(title)


def test_selecting_anywhere_selects_everywhere(
    window: MainWindow, feed: Callable[..., None]
) -> None:
    feed(an_account(a_view(), a_view("000660")))
    panels = {one.kind.name: one.panel for one in window.docks.all}
    panels["watchlist"].workspace.select("000660")
    for name in ("watchlist", "positions"):
        record = panels[name].view.current_record()
        assert panels[name].symbol_of(record) == "000660"
    assert "000660" in [label.text() for label in window.chart.findChildren(QLabel)]


def falling(qtbot: QtBot, panel: PositionsPanel) -> RecordView:
    """Return a view of forty rows, more than it can show, the largest code first."""
    panel.view.sortByColumn(0, Qt.DescendingOrder)
    panel.table.show_only(a_view(f"{code:06}") for code in range(40))
    qtbot.waitUntil(lambda: panel.view.verticalScrollBar().maximum() > 0)
    return panel.view


@pytest.mark.parametrize("row", [3, 17, 39])
def test_what_is_read_stays_in_its_place_when_rows_come_above(
    qtbot: QtBot, panel: PositionsPanel, row: int
) -> None:
    view = falling(qtbot, panel)
    view.scrollTo(view.filter.index(row, 0), view.PositionAtTop)
    top = view.filter.record(view.rowAt(0)).position.symbol
    panel.table.put(a_view(f"{code:06}") for code in range(50, 60))
    assert view.filter.record(view.rowAt(0)).position.symbol == top


def test_at_the_top_new_rows_are_seen(qtbot: QtBot, panel: PositionsPanel) -> None:
    view = falling(qtbot, panel)
    view.scrollToTop()
    panel.table.put([a_view("000099")])
    assert view.filter.record(view.rowAt(0)).position.symbol == "000099"
