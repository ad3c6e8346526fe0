"""Signals and refusals with what they were made of, fed as the engine feeds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt5.QtWidgets import QCheckBox, QLabel, QTableView

from core.domain.messages import Decided, IntentDenied
from core.domain.signal import Action
from gui.main_window import MainWindow
from tests.builders import an_intent, at
from tests.gui.panel_rows import CHECKS, Feed, panel_of, row_text
from tests.gui.window_desk import a_decision

# Signals


def test_hold_is_shown_on_demand(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(a_decision(), a_decision(Action.HOLD))
    assert panel.view.filter.rowCount() == 1
    window.findChild(QCheckBox, "holdToggle").setChecked(True)
    assert panel.view.filter.rowCount() == 2


def test_a_signal_shows_its_breakdown(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(a_decision())
    assert row_text(panel, 0)["why"] == "EMA 교차, RSI"
    panel.view.selectRow(0)
    receipt = window.findChild(QTableView, "receiptTable").model()
    cells = [
        [receipt.index(r, c).data() or "" for c in range(6)] for r in range(receipt.rowCount())
    ]
    assert cells[0] == ["EMA 교차", "●", "·", "1.0", "ema_short 70,010, ema_long 70,000", ""]
    assert cells[1][1:5] == ["●", "·", "0.5", "rsi 28.50"]
    assert cells[2][3:] == ["1.0", "ai -", "timeout"]
    assert "매수 1.5 / 1.5" in panel.findChildren(QLabel)[-1].text()


def test_a_refused_buy_names_the_checks_in_the_windows_words(
    window: MainWindow, feed: Feed
) -> None:
    held_back = a_decision(Action.HOLD).decision
    feed(IntentDenied(an_intent(), CHECKS), Decided(replace(held_back, note="max · rsi")))
    window.findChild(QCheckBox, "holdToggle").setChecked(True)
    assert row_text(panel_of(window, "signals"), 0)["why"] == "보유 종목 수, RSI"


def test_a_touched_stop_says_which_level(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(a_decision(Action.SELL_SL))
    panel.view.selectRow(0)
    assert row_text(panel, 0)["action"] == "손절"
    assert row_text(panel, 0)["level"] == "69,300"
    assert any("69,300.00" in label.text() for label in panel.findChildren(QLabel))


# Blocked


def test_a_refusal_says_why_and_shows_every_check(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "blocked")
    feed(IntentDenied(an_intent(), CHECKS))
    assert row_text(panel, 0)["why"] == "가득"
    panel.view.selectRow(0)
    checks = window.findChild(QTableView, "checksTable").model()
    assert [checks.index(row, 1).data() for row in range(3)] == ["통과", "통과", "차단"]
    assert [checks.index(1, column).data() for column in (2, 3, 4)] == [
        "900,000",
        "1,000,000",
        "원",
    ]


# A candle


def shown(panel: Any) -> tuple[str, Action] | None:
    record = panel.view.current_record()
    return record and (record.symbol, record.decision.action)


def test_a_clicked_candle_shows_its_decision(window: MainWindow, feed: Feed) -> None:
    """Of a longer bar the newest that acts; other symbols and other bars don't count."""
    panel = panel_of(window, "signals")
    feed(
        a_decision(Action.BUY, time=at(9, 1)),
        a_decision(Action.SELL, time=at(9, 3)),
        a_decision(Action.HOLD, time=at(9, 4)),
        a_decision(Action.BUY, time=at(9, 5)),
        a_decision(Action.BUY, "000660", time=at(9, 3)),
    )
    window.chart.set_timeframe(5)
    window.chart.barClicked.emit(at(9, 0))
    assert shown(panel) == ("005930", Action.SELL)
    assert not window.findChild(QCheckBox, "holdToggle").isChecked()
    assert not panel.visibleRegion().isEmpty()


def test_the_decision_of_a_clicked_candle_is_scrolled_to(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(*(a_decision(Action.BUY, time=at(9, minute)) for minute in range(50)))
    window.chart.barClicked.emit(at(9, 5))
    panel.view.scrollToTop()
    window.chart.barClicked.emit(at(9, 5))
    place = panel.view.visualRect(panel.view.currentIndex())
    assert panel.view.viewport().rect().contains(place.center())


def test_a_candle_where_nothing_was_done_shows_why(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(a_decision(Action.HOLD, time=at(9, 1)), a_decision(Action.BUY, time=at(9, 2)))
    window.chart.set_timeframe(1)
    window.chart.barClicked.emit(at(9, 1))
    assert shown(panel) == ("005930", Action.HOLD)
    assert window.findChild(QTableView, "receiptTable").model().rowCount() == 3


def test_a_candle_without_a_decision_changes_nothing(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "signals")
    feed(a_decision(Action.BUY, time=at(9, 1)))
    panel.view.selectRow(0)
    window.chart.barClicked.emit(at(8, 0))
    assert shown(panel) == ("005930", Action.BUY)
    assert panel.visibleRegion().isEmpty()
