"""Choosing symbols: found by code, name and first consonants; ordered; mistakes named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QModelIndex, Qt
from PyQt5.QtWidgets import QToolButton

from gui.widgets import symbol_search
from gui.widgets.symbols import SymbolsInput

DIRECTORY = {
    "005930": "삼성전자",
    "005935": "삼성전자우",
    "006400": "삼성SDI",
    "000660": "SK하이닉스",
    "035420": "NAVER",
    "0126Z0": "삼성에피스홀딩스",
}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("005930", "005930"),
        ("0059", "005930"),
        ("삼성전자", "005930"),
        ("삼성 전자", "005930"),
        ("전자우", "005935"),
        ("naver", "035420"),
        ("ㅅㅅㅈㅈ", "005930"),
        ("ㅅㅅsdi", "006400"),
        ("ㅎㅇㄴㅅ", "000660"),
        ("0126z0", "0126Z0"),
    ],
)
def test_a_symbol_is_found(query: str, first: str) -> None:
    assert symbol_search.find(query, DIRECTORY)[0] == first


def test_nothing_asked_finds_all_and_nonsense_nothing() -> None:
    assert set(symbol_search.find("", DIRECTORY)) == set(DIRECTORY)
    assert symbol_search.find("없는회사", DIRECTORY) == []


def test_no_more_than_asked_for_is_found() -> None:
    assert len(symbol_search.find("", DIRECTORY, limit=2)) == 2


@given(st.text(max_size=10))
def test_any_text_can_be_searched(query: str) -> None:
    assert set(symbol_search.find(query, DIRECTORY)) <= set(DIRECTORY)
    assert set(symbol_search.nearest(query, DIRECTORY)) <= set(DIRECTORY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("005931", "005930"), ("삼성전지", "005930"), ("SK하이닉서", "000660"), ("NAVRE", "035420")],
)
def test_a_mistyped_symbol_is_guessed(typed: str, meant: str) -> None:
    assert meant in symbol_search.nearest(typed, DIRECTORY)


@pytest.fixture
def chosen(qtbot) -> Iterator[SymbolsInput]:
    made = SymbolsInput(DIRECTORY, "ko")
    qtbot.addWidget(made)
    made.show_value(["005930", "000660", "035420"])
    made.show()
    yield made


def press(chosen: SymbolsInput, name: str) -> None:
    button = chosen.findChild(QToolButton, name)
    assert button is not None
    button.click()


def enter(qtbot, chosen: SymbolsInput, text: str) -> None:
    chosen.finder.search.setText(text)  # key clicks can't type Korean
    qtbot.keyClick(chosen.finder.search, Qt.Key_Return)


def test_it_shows_names_and_how_many(chosen: SymbolsInput) -> None:
    item = chosen.chosen.item(0)
    assert item is not None
    assert item.text() == "005930  삼성전자"
    assert chosen.value() == ("005930", "000660", "035420")


@pytest.mark.parametrize("typed", ["006400", "삼성SDI", "ㅅㅅsdi"])
def test_enter_adds_what_is_found(qtbot, chosen: SymbolsInput, typed: str) -> None:
    with qtbot.waitSignal(chosen.edited) as edited:
        enter(qtbot, chosen, typed)
    assert edited.args == [("005930", "000660", "035420", "006400")]


@pytest.mark.parametrize(("typed", "hint"), [("005931", "삼성전자"), ("삼성전지", "005930")])
def test_an_unknown_symbol_is_refused_with_the_nearest(
    qtbot, chosen: SymbolsInput, typed: str, hint: str
) -> None:
    enter(qtbot, chosen, typed)
    assert chosen.value() == ("005930", "000660", "035420")
    message = chosen.finder.message
    assert message.isVisible()
    assert typed in message.text()
    assert hint in message.text()
    assert chosen.finder.found.count() > 0


def test_nonsense_is_refused_without_a_guess(qtbot, chosen: SymbolsInput) -> None:
    enter(qtbot, chosen, "!!!!")
    assert chosen.value() == ("005930", "000660", "035420")
    assert "!!!!" in chosen.finder.message.text()


def test_a_symbol_is_not_added_twice(qtbot, chosen: SymbolsInput) -> None:
    enter(qtbot, chosen, "000660")
    assert chosen.value() == ("005930", "000660", "035420")
    assert "000660" in chosen.finder.message.text()


def test_a_symbol_is_removed_by_button_and_key(qtbot, chosen: SymbolsInput) -> None:
    chosen.chosen.setCurrentRow(1)
    press(chosen, "remove")
    assert chosen.value() == ("005930", "035420")
    chosen.chosen.setFocus()
    chosen.chosen.setCurrentRow(0)
    qtbot.keyClick(chosen.chosen, Qt.Key_Delete)
    qtbot.waitUntil(lambda: chosen.value() == ("035420",))


def test_a_symbol_is_switched_off(qtbot, chosen: SymbolsInput) -> None:
    item = chosen.chosen.item(1)
    assert item is not None
    with qtbot.waitSignal(chosen.switched) as switched:
        item.setCheckState(Qt.Unchecked)
    assert switched.args == [("000660",)]
    assert chosen.value() == ("005930", "000660", "035420")


def test_showing_what_is_off_is_no_edit(qtbot, chosen: SymbolsInput) -> None:
    with qtbot.assertNotEmitted(chosen.switched):
        chosen.show_off(["035420"])
    assert chosen.off() == ("035420",)


def test_a_removed_symbol_is_not_kept_as_off(qtbot, chosen: SymbolsInput) -> None:
    chosen.show_off(["000660"])
    chosen.chosen.setCurrentRow(1)
    with qtbot.waitSignal(chosen.switched) as switched:
        press(chosen, "remove")
    assert switched.args == [()]


def test_a_symbol_moves_up_and_down(chosen: SymbolsInput) -> None:
    chosen.chosen.setCurrentRow(1)
    press(chosen, "up")
    assert chosen.value() == ("000660", "005930", "035420")
    press(chosen, "up")
    assert chosen.value() == ("000660", "005930", "035420")
    press(chosen, "down")
    press(chosen, "down")
    assert chosen.value() == ("005930", "035420", "000660")


def test_a_symbol_is_dragged(qtbot, chosen: SymbolsInput) -> None:
    model = chosen.chosen.model()
    assert model is not None
    with qtbot.waitSignal(chosen.edited) as edited:
        model.moveRow(QModelIndex(), 0, QModelIndex(), 3)
    assert edited.args == [("000660", "035420", "005930")]


def test_a_symbol_outside_the_directory_is_marked(chosen: SymbolsInput) -> None:
    chosen.show_value(["999999"])
    item = chosen.chosen.item(0)
    assert item is not None
    assert "없음" in item.text()
    assert chosen.value() == ("999999",)


def test_without_a_directory_any_code_can_be_added(qtbot) -> None:
    made = SymbolsInput({}, "en")
    qtbot.addWidget(made)
    enter(qtbot, made, "aapl")
    assert made.value() == ("AAPL",)
    enter(qtbot, made, "not a code")
    assert made.value() == ("AAPL",)
