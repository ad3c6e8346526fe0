"""조건검색: saved searches are listed, run, followed, and their symbols join the watchlist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.messages import (
    ApplySettings,
    Condition,
    ConditionMatched,
    ConditionsListed,
)
from gui.dialogs.conditions import ConditionsDialog
from gui.main_window import MainWindow
from tests.gui.broker_fakes import FakeSource
from tests.gui.window_desk import Desk, a_quote

RISING, FALLING = Condition(0, "급등주"), Condition(3, "눌림목")


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def window(make_window: Callable[..., MainWindow], source: FakeSource) -> MainWindow:
    return make_window(conditions=source)


@pytest.fixture
def dialog(window: MainWindow, feed: Callable[..., None]) -> ConditionsDialog:
    """The dialog, opened by the menu, with two searches in its list."""
    next(it for it in window.findChildren(QAction) if it.text() == "조건검색…").trigger()
    (made,) = window.findChildren(ConditionsDialog)
    feed(ConditionsListed((RISING, FALLING)))
    return made


def press(qtbot: QtBot, dialog: ConditionsDialog, name: str) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, f"{name}Conditions"), Qt.LeftButton)


def is_on(dialog: ConditionsDialog, name: str) -> bool:
    return dialog.findChild(QPushButton, f"{name}Conditions").isEnabled()


def status(dialog: ConditionsDialog) -> str:
    return dialog.findChild(QLabel, "conditionsStatus").text()


def found(dialog: ConditionsDialog) -> list[str]:
    return [row.symbol for row in dialog.table.records]


def cells(dialog: ConditionsDialog, row: int) -> list[str]:
    model = dialog.view.filter
    return [model.index(row, column).data() or "" for column in range(model.columnCount())]


def matched(*entered: str, left: tuple[str, ...] = (), **changes: Any) -> ConditionMatched:
    return ConditionMatched(RISING, entered, left, **changes)


def test_the_list_is_asked_for_when_it_is_opened(
    qtbot: QtBot, dialog: ConditionsDialog, source: FakeSource
) -> None:
    assert source.listed == 1
    assert not dialog.isModal()
    assert [dialog.conditions.item(row).text() for row in range(2)] == ["급등주", "눌림목"]
    press(qtbot, dialog, "reload")
    assert source.listed == 2


def test_why_there_is_no_list_is_said(dialog: ConditionsDialog, feed: Callable[..., None]) -> None:
    feed(ConditionsListed((), "서버 응답 없음"))
    assert status(dialog) == "조건식 목록을 받지 못했습니다: 서버 응답 없음"
    assert dialog.conditions.count() == 2, "what was known stays"
    feed(ConditionsListed(()))
    assert "저장된 조건식이 없습니다" in status(dialog)
    assert not is_on(dialog, "run")


def test_a_search_shows_what_it_finds(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], source: FakeSource
) -> None:
    feed(a_quote(70_500))
    press(qtbot, dialog, "run")
    assert source.run == [(RISING, False)]
    assert status(dialog) == "급등주: 검색 중입니다"
    feed(matched("005930", "247540", is_first=True))
    assert status(dialog) == "급등주: 2종목"
    assert cells(dialog, 0)[:4] == ["005930", "삼성전자", "70,500", "+0.71%"]
    assert cells(dialog, 0)[5] == "✓"
    assert cells(dialog, 1)[:4] == ["247540", "247540", "", ""]
    feed(a_quote(1_000, "247540"))
    assert cells(dialog, 1)[2] == "1,000"


def test_in_real_time_symbols_enter_and_leave(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], source: FakeSource
) -> None:
    dialog.findChild(QCheckBox, "conditionRealTime").setChecked(True)
    press(qtbot, dialog, "run")
    assert source.run == [(RISING, True)]
    feed(matched("005930", is_first=True), matched("000660"), matched(left=("005930",)))
    assert found(dialog) == ["000660"]
    assert "실시간" in status(dialog)
    press(qtbot, dialog, "stop")
    assert source.stopped == [RISING]
    assert not is_on(dialog, "stop")
    assert found(dialog) == ["000660"], "the result stays"


def test_another_search_ends_the_one_before(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], source: FakeSource
) -> None:
    dialog.findChild(QCheckBox, "conditionRealTime").setChecked(True)
    press(qtbot, dialog, "run")
    feed(matched("005930", is_first=True))
    dialog.conditions.setCurrentRow(1)
    press(qtbot, dialog, "run")
    assert source.stopped == [RISING]
    assert source.run[-1] == (FALLING, True)
    assert found(dialog) == []
    feed(matched("000660"))
    assert found(dialog) == [], "a late word on the search before"


def test_a_search_that_fails_says_why(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None]
) -> None:
    dialog.findChild(QCheckBox, "conditionRealTime").setChecked(True)
    press(qtbot, dialog, "run")
    feed(matched(error="1분에 한 번만 검색할 수 있습니다"))
    assert status(dialog) == "급등주: 검색하지 못했습니다: 1분에 한 번만 검색할 수 있습니다"
    assert not is_on(dialog, "stop")


def test_what_is_selected_joins_the_watchlist(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], window: MainWindow,
    desk: Desk,
) -> None:  # fmt: skip
    press(qtbot, dialog, "run")
    feed(matched("005930", "247540", "068270", is_first=True))
    dialog.view.selectRow(2)
    press(qtbot, dialog, "add")
    assert window.settings.value("market.symbols") == ["005930", "000660", "035720", "068270"]
    assert desk.saved[-1] == window.settings
    assert desk.sent(ApplySettings) == [ApplySettings(window.settings)]
    assert status(dialog) == "관심종목에 1종목을 추가했습니다"
    assert cells(dialog, 2)[5] == "✓"


def test_without_a_selection_all_are_added_but_none_twice(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], window: MainWindow,
    desk: Desk,
) -> None:  # fmt: skip
    press(qtbot, dialog, "run")
    feed(matched("005930", "247540", is_first=True))
    press(qtbot, dialog, "add")
    assert window.settings.value("market.symbols") == ["005930", "000660", "035720", "247540"]
    press(qtbot, dialog, "add")
    assert "모두 관심종목에 있습니다" in status(dialog)
    assert len(desk.sent(ApplySettings)) == 1


def test_more_than_the_watchlist_takes_is_refused_with_the_reason(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], desk: Desk
) -> None:
    press(qtbot, dialog, "run")
    feed(matched(*(f"{number:06d}" for number in range(300_000, 300_198)), is_first=True))
    press(qtbot, dialog, "add")
    assert status(dialog).startswith("추가할 수 없습니다: ")
    assert "200" in status(dialog)
    assert desk.sent(ApplySettings) == []


def test_selecting_a_result_selects_it_everywhere(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], window: MainWindow
) -> None:
    press(qtbot, dialog, "run")
    feed(matched("247540", "000660", is_first=True))
    rect = dialog.view.visualRect(dialog.view.filter.index(1, 0))
    qtbot.mouseClick(dialog.view.viewport(), Qt.LeftButton, pos=rect.center())
    assert window.strip._space.symbol == "000660"


def test_it_changes_its_language(dialog: ConditionsDialog, window: MainWindow) -> None:
    window.choices["en"].trigger()
    assert dialog.windowTitle() == "Symbol searches"
    assert status(dialog) == "Choose a search and press Search"


def test_its_table_is_a_sound_model(
    qtbot: QtBot, dialog: ConditionsDialog, feed: Callable[..., None], qtmodeltester: Any
) -> None:
    press(qtbot, dialog, "run")
    qtmodeltester.check(dialog.table)
    feed(matched("005930", "247540", is_first=True), matched("000660", left=("005930",)))
    qtmodeltester.check(dialog.table)
