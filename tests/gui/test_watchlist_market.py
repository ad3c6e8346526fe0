"""Interruptions, auctions and the exchange's warnings in the watchlist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor

from core.domain.messages import (
    AuctionIndicated,
    HistoryReady,
    Interrupted,
    Interruption,
    OrderUpdated,
    PhaseChanged,
    Resumed,
)
from core.domain.order import OrderStatus
from core.domain.session import Phase
from gui import theme
from gui.main_window import MainWindow
from tests.builders import OPEN, an_order, at
from tests.gui.panel_rows import Feed, panel_of, row_text
from tests.gui.window_desk import Desk, a_history

STATUS = 12
CONTINUOUS = PhaseChanged(Phase.CONTINUOUS, OPEN, at(15, 20))


def known(symbol: str = "005930", **facts: Any) -> HistoryReady:
    history = a_history(symbol)
    return replace(history, instrument=replace(history.instrument, **facts))


def vi(
    kind: Interruption = Interruption.STATIC_VI, symbol: str = "005930", seconds: int = 120
) -> Interrupted:
    return Interrupted(symbol, OPEN, kind, 77_000, at(9, 0, seconds))


def status(window: MainWindow, row: int = 0) -> str:
    return row_text(panel_of(window, "watchlist"), row)["status"]


def look(window: MainWindow, role: int, row: int = 0, column: int = STATUS) -> Any:
    return panel_of(window, "watchlist").view.filter.index(row, column).data(role)


def color(window: MainWindow, row: int = 0, column: int = STATUS) -> QColor:
    return look(window, Qt.ForegroundRole, row, column).color()


def test_a_vi_counts_down_until_it_is_over(window: MainWindow, feed: Feed, desk: Desk) -> None:
    feed(CONTINUOUS, known(), vi())
    assert status(window) == "정적VI 2:00"
    assert color(window) == QColor(theme.current().warning)
    panel = panel_of(window, "watchlist")
    assert panel._counting.isActive()
    desk.clock.move_to(at(9, 0, 15))
    panel._count_down()
    assert status(window) == "정적VI 1:45"
    desk.clock.move_to(at(9, 2, 20))  # it ends at random, up to 30 s later
    panel._count_down()
    assert status(window) == "정적VI 0:00"
    feed(Resumed("005930", at(9, 2, 21)))
    assert status(window) == "감시중"
    assert not panel._counting.isActive()


def test_the_tip_tells_all_of_a_vi(window: MainWindow, feed: Feed) -> None:
    feed(CONTINUOUS, known(), vi(), AuctionIndicated("005930", at(9, 0, 30), 77_300, 12_345))
    assert look(window, Qt.ToolTipRole).splitlines() == [
        "정적VI 09:00:00 발동, 발동가 77,000원, 09:02:00까지",
        "예상체결 77,300 · 12,345주",
    ]


def test_a_circuit_breaker_is_said_of_every_symbol(window: MainWindow, feed: Feed) -> None:
    feed(CONTINUOUS, known(), Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER))
    assert [status(window, row) for row in range(3)] == ["서킷브레이커"] * 3
    assert look(window, Qt.ToolTipRole, 1) == "시장 전체 서킷브레이커 09:00:00 발동"
    feed(Resumed("", at(9, 20)))
    assert [status(window, row) for row in range(3)] == ["감시중", "로딩중", "로딩중"]


@pytest.mark.parametrize(
    "events",
    [
        [known(is_halted=True)],
        [known(), Interrupted("005930", OPEN, Interruption.HALT)],
        [known(is_halted=True), Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER)],
    ],
    ids=["by the master data", "during the day", "stays so"],
)
def test_a_halt_is_said_before_all_else(window: MainWindow, feed: Feed, events: list) -> None:
    feed(CONTINUOUS, *events, OrderUpdated(an_order(status=OrderStatus.ACCEPTED)))
    assert status(window) == "거래정지"
    assert color(window) == QColor(theme.current().error)


@pytest.mark.parametrize(
    ("price", "text", "tone"),
    [
        (71_500, "예상 71,500 ▲", "up"),
        (69_000, "예상 69,000 ▼", "down"),
        (70_000, "예상 70,000", "flat"),
        (1_020_000, "예 1,020,000 ▲", "up"),
        (None, "감시중", "text"),
    ],
)
def test_an_auction_shows_its_expected_price(
    window: MainWindow, feed: Feed, price: int | None, text: str, tone: str
) -> None:
    auction = PhaseChanged(Phase.CLOSING_AUCTION, at(15, 20), at(15, 30))
    feed(auction, known(), AuctionIndicated("005930", at(15, 25), price, 100))
    assert status(window) == text
    assert color(window) == QColor(getattr(theme.current(), tone))
    feed(PhaseChanged(Phase.AFTER_CLOSE, at(15, 30), None))
    assert status(window) == "감시중"


def test_an_expected_price_of_a_symbol_that_is_not_watched_adds_no_row(
    window: MainWindow, feed: Feed
) -> None:
    auction = PhaseChanged(Phase.CLOSING_AUCTION, at(15, 20), at(15, 30))
    feed(auction, AuctionIndicated("247540", at(15, 25), 1_000, 1))
    assert panel_of(window, "watchlist").view.filter.rowCount() == 3


def test_warnings_of_the_exchange_are_said_and_mark_the_name(
    window: MainWindow, feed: Feed
) -> None:
    feed(known(warnings=("투자경고", "단기과열")))
    assert status(window) == "투자경고"
    assert color(window, column=2) == QColor(theme.current().warning)
    assert look(window, Qt.ToolTipRole, column=2).splitlines() == [
        "삼성전자",
        "투자경고",
        "단기과열",
    ]
    feed(OrderUpdated(an_order(status=OrderStatus.ACCEPTED)))
    assert status(window) == "주문중"
    assert color(window, column=2) == QColor(theme.current().warning), "the name still says it"


def test_it_speaks_english_too(make_window: Callable[..., MainWindow]) -> None:
    window = make_window(language="en")
    panel = panel_of(window, "watchlist")
    panel.workspace.bridge.phases_changed.emit([CONTINUOUS])
    panel.workspace.bridge.histories_loaded.emit([known("000660", warnings=("관리종목",))])
    panel.workspace.bridge.interrupted.emit([vi(Interruption.DYNAMIC_VI)])
    assert [status(window, row) for row in range(2)] == ["Dyn. VI 2:00", "Administrative"]


def test_the_most_important_rows_sort_together(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "watchlist")
    feed(CONTINUOUS, known(), known("000660"), known("035720", is_halted=True), vi(symbol="000660"))
    panel.view.sortByColumn(STATUS, Qt.AscendingOrder)
    assert [record.symbol for record in panel.view.shown_records()] == [
        "035720",
        "000660",
        "005930",
    ]
