"""The watchlist, fed through the bridge as the engine feeds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from core.domain.messages import ApplySettings, EnableSymbol, OrderUpdated, PredictorReported
from core.domain.order import OrderStatus
from gui.main_window import MainWindow
from gui.panels.record_panel import RecordPanel
from gui.panels.watchlist import AI_COLUMN
from tests.builders import an_order
from tests.gui.panel_rows import Feed, panel_of, row_text
from tests.gui.window_desk import (
    Desk,
    a_closed_bar,
    a_history,
    a_quote,
    a_score,
    a_view,
    an_account,
)


def test_the_watchlist_shows_quotes_with_their_direction(window: MainWindow, feed: Feed) -> None:
    feed(a_history(), a_quote(70_500, change=-500))
    row = row_text(panel_of(window, "watchlist"), 0)
    assert row["price"] == "70,500"
    assert row["change"] == "▼ 500"
    assert row["change_pct"] == "-0.70%"
    assert row["strength"] == "101.50"


def test_a_strength_and_a_volume_of_many_digits_fit_their_columns(
    window: MainWindow, feed: Feed
) -> None:
    view = panel_of(window, "watchlist").view
    feed(a_history(), replace(a_quote(70_500), strength=1_848.62, volume=146_927_000))
    row = row_text(panel_of(window, "watchlist"), 0)
    assert (row["strength"], row["volume"]) == ("1,849", "146,927천")
    keys = [column.key for column in view.table.columns]
    width = view.fontMetrics().horizontalAdvance
    for key in ("strength", "volume"):
        assert width(row[key]) < view.columnWidth(keys.index(key))


def test_the_watchlist_says_what_is_going_on_with_each_symbol(
    window: MainWindow, feed: Feed
) -> None:
    panel = panel_of(window, "watchlist")
    assert row_text(panel, 0)["status"] == "로딩중"
    feed(a_history(), a_history("000660", note="no data"))
    assert [row_text(panel, row)["status"] for row in range(3)] == ["감시중", "자료없음", "로딩중"]
    order = an_order(status=OrderStatus.ACCEPTED)
    feed(OrderUpdated(order))
    assert row_text(panel, 0)["status"] == "주문중"
    feed(OrderUpdated(replace(order, status=OrderStatus.FILLED)), an_account(a_view()))
    assert row_text(panel, 0)["status"] == "보유중"
    assert row_text(panel, 0)["held"] == "10"
    feed(an_account())
    assert row_text(panel, 0)["status"] == "감시중"


def test_scores_and_predictions_are_shown_a_failed_one_as_such(
    window: MainWindow, feed: Feed
) -> None:
    feed(
        a_closed_bar(score=a_score(1.5, 0.0)),
        PredictorReported("005930", 0.0062, 38.0, ""),
        PredictorReported("000660", None, 801.0, "timeout"),
    )
    panel = panel_of(window, "watchlist")
    first, second, third = (row_text(panel, row) for row in range(3))
    assert (first["buy"], first["sell"], first["ai"]) == ("1.5", "0.0", "+0.62%")
    assert second["ai"] == "오류"
    assert third["ai"] == ""
    tip = panel.view.filter.index(1, 10).data(Qt.ToolTipRole)
    assert tip == "timeout"


def test_the_box_switches_a_symbol_on_and_off(desk: Desk, window: MainWindow) -> None:
    panel = panel_of(window, "watchlist")
    panel.view.filter.setData(panel.view.filter.index(1, 0), Qt.Unchecked, Qt.CheckStateRole)
    assert desk.sent(EnableSymbol) == [EnableSymbol("000660", False)]
    assert row_text(panel, 1)["status"] == "제외"
    panel.view.filter.setData(panel.view.filter.index(1, 0), Qt.Checked, Qt.CheckStateRole)
    assert desk.sent(EnableSymbol)[-1] == EnableSymbol("000660", True)


def test_the_box_is_ticked_by_mouse_and_by_space(
    qtbot: QtBot, desk: Desk, window: MainWindow
) -> None:
    view = panel_of(window, "watchlist").view
    option = view.viewOptions()
    option.rect = view.visualRect(view.model().index(2, 0))
    option.features |= QStyleOptionViewItem.HasCheckIndicator
    box = view.style().subElementRect(QStyle.SE_ItemViewItemCheckIndicator, option, view)
    qtbot.mouseClick(view.viewport(), Qt.LeftButton, pos=box.center())
    assert desk.sent(EnableSymbol) == [EnableSymbol("035720", False)]
    view.selectRow(2)
    qtbot.keyClick(view, Qt.Key_Space)
    assert desk.sent(EnableSymbol)[-1] == EnableSymbol("035720", True)


def test_the_watchlist_follows_the_settings(window: MainWindow, desk: Desk) -> None:
    settings = desk.context().settings.changed({"market.symbols": ["035720", "005930"]})
    window.apply_settings(settings)
    shown = {row.symbol for row in panel_of(window, "watchlist").table.records}
    assert shown == {"035720", "005930"}


def test_what_is_switched_is_remembered_without_applying_all_settings(
    window: MainWindow, desk: Desk
) -> None:
    panel = panel_of(window, "watchlist")
    tick(panel, 1, Qt.Unchecked)
    assert window.settings.value("market.symbols_off") == ["000660"]
    assert desk.saved[-1].value("market.symbols_off") == ["000660"]
    tick(panel, 0, Qt.Unchecked)
    tick(panel, 1, Qt.Checked)
    assert desk.saved[-1].value("market.symbols_off") == ["005930"]
    assert desk.sent(ApplySettings) == []


def test_the_open_settings_dialog_shows_what_was_switched(window: MainWindow) -> None:
    window.open_settings()
    dialog = window.settings_dialog
    assert dialog is not None
    tick(panel_of(window, "watchlist"), 1, Qt.Unchecked)
    assert dialog.draft.value("market.symbols_off") == ["000660"]
    assert dialog.draft.changed_keys() == []


def test_a_symbol_switched_by_hand_follows_the_dialog_again(window: MainWindow, desk: Desk) -> None:
    """The engine keeps what was switched by hand, so that it must be told."""
    panel = panel_of(window, "watchlist")
    tick(panel, 1, Qt.Unchecked)
    window.apply_settings(window.settings.changed({"market.symbols_off": []}))
    assert desk.sent(EnableSymbol)[-1] == EnableSymbol("000660", True)
    assert row_text(panel, 1)["status"] == "로딩중"


def test_a_switch_that_cant_be_saved_still_counts(window: MainWindow, desk: Desk) -> None:
    desk.save_error = OSError("disk full")
    tick(panel_of(window, "watchlist"), 1, Qt.Unchecked)
    assert desk.sent(EnableSymbol) == [EnableSymbol("000660", False)]
    assert "disk full" in window.findChild(QLabel, "statusText").text()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("width", "last"),
    [(1280, "sell"), (1440, "status"), (1920, "status")],
    ids=["small screen", "first start", "large screen"],
)
def test_no_column_that_matters_hides_behind_a_scroll_bar(
    make_window: Callable[..., MainWindow], qtbot: QtBot, language: str, width: int, last: str
) -> None:
    window = make_window(language=language)
    window.resize(width, 800)
    window.docks.resize()
    view = panel_of(window, "watchlist").view
    position = [column.key for column in view.table.columns].index(last)

    def end() -> int:
        return view.columnViewportPosition(position) + view.columnWidth(position)

    qtbot.waitUntil(lambda: end() <= view.viewport().width())
    assert window.chart.width() >= width * 0.47


def test_the_ai_has_a_column_only_while_it_is_used(window: MainWindow) -> None:
    view = panel_of(window, "watchlist").view
    assert view.isColumnHidden(AI_COLUMN)
    with_ai = {"ai.enabled": True, "ai.endpoint": "http://localhost:1"}
    window.apply_settings(window.settings.changed(with_ai))
    assert not view.isColumnHidden(AI_COLUMN)
    window.reset_layout()
    assert not view.isColumnHidden(AI_COLUMN)
    window.apply_settings(window.settings.changed({"ai.enabled": False}))
    assert view.isColumnHidden(AI_COLUMN)
    assert view.table.columns[AI_COLUMN].key == "ai"


def tick(panel: RecordPanel, row: int, state: Qt.CheckState) -> None:
    view = panel.view
    view.filter.setData(view.filter.index(row, 0), state, Qt.CheckStateRole)
