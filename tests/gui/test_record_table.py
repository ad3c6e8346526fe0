"""The table of frozen records, and the filter over it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt5.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PyQt5.QtGui import QColor
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from config.text import Text
from gui import theme
from gui.models.column import Align, Column, by_sign
from gui.models.record_filter import RecordFilter
from gui.models.record_table import RECORD_ROLE, SORT_ROLE, RecordTable
from gui.translator import Translator

WORD = Text("가", "b")


@dataclass(frozen=True)
class Stock:
    code: str
    price: int | None = 0
    is_on: bool = True
    word: Text = WORD


def _price(stock: Stock) -> int | None:
    return stock.price


COLUMNS = (
    Column("code", Text("코드", "Code"), lambda s: s.code, align=Align.LEFT, tip=lambda s: s.word),
    Column("price", Text("가격", "Price"), _price, "{:,}".format, tone=by_sign(_price)),
    Column("on", Text("사용", "On"), lambda s: s.is_on, is_check=True, help=Text("도움", "help")),
    Column("word", Text("말", "Word"), lambda s: s.word),
)  # fmt: skip


@pytest.fixture
def translator(qtbot: QtBot) -> Translator:
    return Translator("ko")


@pytest.fixture
def table(translator: Translator) -> RecordTable:
    return RecordTable(COLUMNS, key=lambda stock: stock.code, translator=translator)


def codes(table: RecordTable) -> list[str]:
    return [stock.code for stock in table.records]


def test_a_newer_record_takes_the_row_of_its_key(qtbot: QtBot, table: RecordTable) -> None:
    table.put([Stock("A", 1), Stock("B", 2)])
    with qtbot.waitSignal(table.dataChanged) as caught:
        table.put([Stock("B", 1234)])
    assert [index.row() for index in caught.args[:2]] == [1, 1]
    assert table.index(1, 1).data() == "1,234"
    assert table.rowCount() == 2


def test_one_signal_for_a_batch_of_updates(table: RecordTable) -> None:
    table.put(Stock(str(i)) for i in range(50))
    signals = []
    table.dataChanged.connect(lambda *args: signals.append(args))
    table.put(Stock(str(i), 7) for i in range(50))
    assert len(signals) == 1


def test_every_role_of_a_cell(table: RecordTable) -> None:
    table.put([Stock("A", -5)])
    price = table.index(0, 1)
    assert price.data() == "-5"
    assert price.data(SORT_ROLE) == -5
    assert price.data(RECORD_ROLE) == Stock("A", -5)
    assert price.data(Qt.TextAlignmentRole) == Align.RIGHT.value
    assert price.data(Qt.ForegroundRole).color() == QColor(theme.current().down)
    assert table.index(0, 2).data(Qt.CheckStateRole) == Qt.Checked
    assert table.index(0, 0).data(Qt.CheckStateRole) is None
    assert table.index(0, 0).data(Qt.ToolTipRole) == "가"
    assert table.headerData(2, Qt.Horizontal, Qt.ToolTipRole) == "도움"


def test_a_missing_value_is_an_empty_cell_and_sorts_last_in_both_orders(table: RecordTable) -> None:
    table.put([Stock("A", None), Stock("B", 2), Stock("C", 3), Stock("D", None)])
    assert table.index(0, 1).data() == ""
    table.sort(1, Qt.AscendingOrder)
    assert codes(table) == ["B", "C", "A", "D"]
    table.sort(1, Qt.DescendingOrder)
    assert codes(table) == ["C", "B", "A", "D"]
    table.sort(-1)
    assert codes(table) == ["A", "B", "C", "D"]


def test_new_rows_go_to_their_place_the_newest_of_equals_on_top(table: RecordTable) -> None:
    table.sort(1, Qt.DescendingOrder)
    table.put([Stock("A", 2), Stock("B", 3), Stock("C", 2), Stock("D", 1), Stock("E", None)])
    assert codes(table) == ["B", "C", "A", "D", "E"]


def test_rows_that_moved_are_sorted_again_after_a_while(
    qtbot: QtBot, table: RecordTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table._resort.setInterval(1)
    table.put([Stock("A", 1), Stock("B", 2)])
    table.sort(1, Qt.AscendingOrder)
    with qtbot.waitSignal(table.layoutChanged):
        table.put([Stock("A", 9)])
    assert codes(table) == ["B", "A"]


def test_a_persistent_index_follows_its_record(table: RecordTable) -> None:
    table.put([Stock("A", 1), Stock("B", 2), Stock("C", 3)])
    held = QPersistentModelIndex(table.index(0, 0))
    table.sort(1, Qt.DescendingOrder)
    assert held.row() == 2
    table.remove(["B"])
    assert held.data() == "A"


def test_above_its_limit_the_oldest_rows_go(translator: Translator) -> None:
    table = RecordTable(COLUMNS, lambda stock: stock.code, translator, limit=3)
    table.sort(0, Qt.DescendingOrder)
    table.put(Stock(code) for code in "CABED")
    assert codes(table) == ["E", "D", "B"]


def test_show_only_leaves_exactly_these(table: RecordTable) -> None:
    table.put([Stock("A"), Stock("B"), Stock("C")])
    table.show_only([Stock("C", 5), Stock("D")])
    assert table.records == [Stock("C", 5), Stock("D")]


def test_ticking_a_box_only_asks(qtbot: QtBot, table: RecordTable) -> None:
    table.put([Stock("A")])
    with qtbot.waitSignal(table.checked) as caught:
        assert table.setData(table.index(0, 2), Qt.Unchecked, Qt.CheckStateRole)
    assert caught.args == [Stock("A"), False]
    assert table.get("A") == Stock("A")
    assert not table.setData(table.index(0, 0), "x", Qt.EditRole)


def test_language_changes_titles_and_cells(table: RecordTable, translator: Translator) -> None:
    table.put([Stock("A")])
    translator.set_language("en")
    assert table.headerData(0, Qt.Horizontal) == "Code"
    assert table.index(0, 3).data() == "b"


def test_colours_are_asked_anew_after_a_change_of_theme(table: RecordTable, qapp: object) -> None:
    table.put([Stock("A", 1)])
    dark = table.index(0, 1).data(Qt.ForegroundRole).color()
    theme.apply(qapp, "light")
    table.forget_colors()
    assert table.index(0, 1).data(Qt.ForegroundRole).color() == QColor(theme.current().up) != dark
    theme.apply(qapp, "dark")


def test_the_filter_hides_and_searches(table: RecordTable, qtmodeltester: ModelTester) -> None:
    filtered = RecordFilter(table)
    qtmodeltester.check(filtered)
    table.put([Stock("A", 1), Stock("B", -1), Stock("AB", 1)])
    filtered.accept(lambda stock: stock.price > 0)
    assert [filtered.record(row).code for row in range(filtered.rowCount())] == ["A", "AB"]
    table.put([Stock("B", 5), Stock("A", -5)])
    assert [filtered.record(row).code for row in range(filtered.rowCount())] == ["B", "AB"]
    filtered.accept(None)
    filtered.search("b")
    assert [filtered.record(row).code for row in range(filtered.rowCount())] == ["B", "AB"]
    filtered.sort(0, Qt.DescendingOrder)
    assert [filtered.record(row).code for row in range(filtered.rowCount())] == ["B", "AB"]


def test_the_model_keeps_qts_rules(table: RecordTable, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(table)
    table.put(Stock(str(i), i % 3 or None) for i in range(20))
    table.sort(1, Qt.DescendingOrder)
    table.put(Stock(str(i), 7) for i in range(15, 25))
    table.remove(["3", "nobody"])
    assert table.rowCount(table.index(0, 0)) == table.columnCount(table.index(0, 0)) == 0
    assert table.data(QModelIndex()) is None


_DO = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 9), st.one_of(st.none(), st.integers(-3, 3))),
    st.tuples(st.just("remove"), st.integers(0, 9), st.none()),
    st.tuples(st.just("sort"), st.integers(-1, 1), st.booleans()),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(steps=st.lists(_DO, max_size=40))
def test_it_always_holds_what_a_dictionary_would(translator: Translator, steps: list) -> None:
    table = RecordTable(COLUMNS, lambda stock: stock.code, translator)
    expected: dict[str, Stock] = {}
    for what, number, value in steps:
        code = str(number)
        if what == "put":
            expected[code] = replace(expected.get(code, Stock(code)), price=value)
            table.put([expected[code]])
        elif what == "remove":
            expected.pop(code, None)
            table.remove([code])
        else:
            table.sort(number, Qt.DescendingOrder if value else Qt.AscendingOrder)
        assert {stock.code: stock for stock in table.records} == expected
        assert all(table.records[table.row_of(c)].code == c for c in expected)
