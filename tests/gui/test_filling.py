"""Filling a table some rows at a time."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from gui.models.filling import Filling, in_order
from gui.models.record_table import RecordTable
from gui.translator import Translator
from tests.gui.test_record_table import COLUMNS, Stock

MANY = [Stock(f"{number:05d}", random.Random(number).randrange(100)) for number in range(1000)]


def make_table() -> RecordTable:
    return RecordTable(COLUMNS, lambda stock: stock.code, Translator("ko"))


def fill(qtbot: QtBot, filling: Filling, records: list[Stock]) -> None:
    with qtbot.waitSignal(filling.done):
        filling.show(records)


def test_all_rows_come_in_their_order_and_not_at_once(qtbot: QtBot) -> None:
    table = make_table()
    filling, inserted = Filling(table), []
    table.rowsInserted.connect(lambda parent, first, last: inserted.append(last - first + 1))
    fill(qtbot, filling, MANY)
    assert table.records == MANY
    assert max(inserted) < 200


def test_a_second_filling_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    table = make_table()
    filling = Filling(table)
    filling.show(MANY)
    fill(qtbot, filling, MANY[:10])
    assert table.records == MANY[:10]


def test_the_order_that_was_chosen_stays(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    table = make_table()
    filling = Filling(table)
    table.sort(1, Qt.DescendingOrder)
    fill(qtbot, filling, MANY)
    prices = [stock.price for stock in table.records]
    assert prices == sorted(prices, reverse=True)
    qtmodeltester.check(table)


def test_an_order_chosen_on_the_way_holds_for_all(qtbot: QtBot) -> None:
    table = make_table()
    filling = Filling(table)
    with qtbot.waitSignal(filling.done):
        filling.show(MANY)
        table.sort(1, Qt.AscendingOrder)
    prices = [stock.price for stock in table.records]
    assert prices == sorted(prices)
    assert len(prices) == len(MANY)


def test_nothing_to_show_leaves_an_empty_table(qtbot: QtBot) -> None:
    table = make_table()
    filling = Filling(table)
    fill(qtbot, filling, MANY[:3])
    fill(qtbot, filling, [])
    assert table.rowCount() == 0


@given(st.lists(st.integers(0, 9), max_size=2_000))
def test_sorting_with_breaks_is_sorting(numbers: list[int]) -> None:
    pairs = list(enumerate(numbers))
    assert in_order(pairs, lambda pair: pair[1]) == sorted(pairs, key=lambda pair: pair[1])
