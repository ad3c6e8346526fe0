"""The panels, fed through the bridge as the engine feeds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from config.text import Text
from core.domain.messages import (
    CancelOrder,
    ClosePosition,
    FillRecorded,
    GaugesUpdated,
    IntentDenied,
    Noted,
    OrderUpdated,
    Severity,
    TradeClosed,
)
from core.domain.order import OrderKind, OrderStatus, Reason, Side
from core.domain.signal import Action
from gui.main_window import MainWindow
from gui.panels.performance import Day
from gui.panels.risk import GaugeBar
from tests.builders import OPEN, a_fill, an_intent, an_order, at
from tests.gui.panel_rows import CHECKS, Feed, a_trade, panel_of, row_text, titles
from tests.gui.window_desk import (
    Desk,
    a_closed_bar,
    a_decision,
    a_history,
    a_quote,
    a_score,
    a_view,
    an_account,
)

# Columns


WATCHLIST = "사용 종목코드 종목명 현재가 대비 등락률 거래량 체결강도 매수점수 매도점수 AI 보유 상태"
POSITIONS = (
    "종목코드 종목명 평가손익 수익률(%) 매입가 현재가 보유수량 매매가능수량 매입금액 평가금액 "
    "수수료합 세금 손절가 익절가 구분"
)
ORDERS = (
    "주문번호 종목코드 종목명 주문구분 매매구분 주문수량 미체결수량 주문가격 체결가 체결량 시간 "
    "상태 사유"
)
FILLS = "체결시간 종목명 구분 체결수량 체결가 체결금액 수수료 세금 주문번호 사유 슬리피지"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("watchlistTable", WATCHLIST), ("positionsTable", POSITIONS), ("ordersTable", ORDERS)],
)
def test_columns_stand_as_in_the_hts(window: MainWindow, name: str, expected: str) -> None:
    assert titles(window, name) == expected.split()


def test_fills_have_the_columns_of_the_hts_and_a_hidden_code(window: MainWindow) -> None:
    shown = [column.title.ko for column in panel_of(window, "fills").view.shown_columns()]
    assert shown == FILLS.split()


@pytest.mark.parametrize(
    "name",
    [
        *("watchlist", "positions", "orders", "fills", "signals", "blocked"),
        *("performance", "log", "twin"),
    ],
)
def test_every_model_keeps_qts_rules(
    window: MainWindow, feed: Feed, qtmodeltester: ModelTester, name: str
) -> None:
    panel = panel_of(window, name)
    qtmodeltester.check(panel.table)
    qtmodeltester.check(panel.view.filter)
    order = an_order(status=OrderStatus.ACCEPTED)
    feed(
        a_history(), a_quote(), a_closed_bar(score=a_score()),
        a_decision(), a_decision(Action.HOLD),
        OrderUpdated(order), OrderUpdated(replace(order, status=OrderStatus.CANCELED)),
        FillRecorded(a_fill(), Reason.SIGNAL), IntentDenied(an_intent(), CHECKS),
        an_account(a_view()), an_account(), Noted(OPEN, Severity.INFO, Text.of("x")),
        TradeClosed(a_trade()),
    )  # fmt: skip


# Positions


def test_a_position_is_marked_at_the_newest_price_all_costs_included(
    window: MainWindow, feed: Feed
) -> None:
    feed(an_account(a_view()), a_quote(71_000))
    row = row_text(panel_of(window, "positions"), 0)
    assert row["pnl"] == "+8,369"  # 10,000 less 105 paid and 1,526 to pay
    assert row["pnl_pct"] == "+1.20%"
    assert (row["purchase"], row["value"]) == ("700,000", "710,000")
    assert (row["stop"], row["target"]) == ("69,300", "71,400")
    feed(a_quote(69_500))
    row = row_text(panel_of(window, "positions"), 0)
    assert (row["price"], row["pnl"][0]) == ("69,500", "-")
    feed(an_account())
    assert panel_of(window, "positions").table.rowCount() == 0


def test_one_position_can_be_sold_by_hand(window: MainWindow, feed: Feed, desk: Desk) -> None:
    feed(an_account(a_view(), a_view("000660")))
    panel = panel_of(window, "positions")
    panel.view.selectRow(1)
    panel.view.row_actions[0].trigger()
    assert desk.sent(ClosePosition) == [ClosePosition("000660")]


def test_the_tab_says_how_many_positions_there_are(window: MainWindow, feed: Feed) -> None:
    dock = next(one.dock for one in window.docks.all if one.kind.name == "positions")
    feed(an_account(a_view(), a_view("000660")))
    assert dock.windowTitle() == "잔고 2"
    feed(an_account())
    assert dock.windowTitle() == "잔고"


# Orders


def a_limit_order(number: int = 1, status: OrderStatus = OrderStatus.ACCEPTED) -> OrderUpdated:
    return OrderUpdated(an_order(an_intent(kind=OrderKind.LIMIT), status, number))


def test_ended_orders_are_shown_on_demand(window: MainWindow, feed: Feed, qtbot: QtBot) -> None:
    panel = panel_of(window, "orders")
    feed(a_limit_order(1), a_limit_order(2, OrderStatus.REJECTED))
    assert panel.view.filter.rowCount() == 1
    assert row_text(panel, 0)["status"] == "접수"
    assert row_text(panel, 0)["price"] == "70,000"
    next(tool for tool in panel.tools if isinstance(tool, QCheckBox)).setChecked(True)
    assert panel.view.filter.rowCount() == 2


def test_an_order_is_cancelled_by_button_and_by_delete(
    window: MainWindow, feed: Feed, desk: Desk, qtbot: QtBot
) -> None:
    panel = panel_of(window, "orders")
    button = window.findChild(QPushButton, "cancelOrderButton")
    feed(a_limit_order(1), a_limit_order(2))
    assert not button.isEnabled()
    panel.view.selectRow(0)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.LeftButton)
    panel.view.selectRow(1)
    with qtbot.waitActive(window):
        window.activateWindow()
    next(one.show for one in window.docks.all if one.panel is panel).trigger()
    qtbot.keyClick(panel.view, Qt.Key_Delete)
    panel.view.row_actions[1].trigger()
    first, second = (panel.view.filter.record(row).id for row in (0, 1))
    assert desk.sent(CancelOrder) == [CancelOrder(first), CancelOrder(second), CancelOrder(second)]


def test_an_order_whose_cancel_was_asked_cant_be_cancelled_again(
    window: MainWindow, feed: Feed, desk: Desk
) -> None:
    panel = panel_of(window, "orders")
    feed(a_limit_order(1))
    panel.view.selectRow(0)
    feed(a_limit_order(1, OrderStatus.PENDING_CANCEL))
    panel.cancel_selected()
    assert desk.sent(CancelOrder) == []
    assert not panel.cancel_button.isEnabled()


# Fills


def test_fills_stand_newest_first_with_the_brokers_number(window: MainWindow, feed: Feed) -> None:
    order = an_order(status=OrderStatus.ACCEPTED)
    feed(
        OrderUpdated(replace(order, broker_id="0000042")),
        FillRecorded(a_fill(time=at(9, 5)), Reason.SIGNAL),
        FillRecorded(a_fill(Side.SELL, number=2, time=at(9, 20), tax=140), Reason.SL),
    )
    newest, oldest = (row_text(panel_of(window, "fills"), row) for row in (0, 1))
    assert (newest["side"], newest["reason"], newest["tax"]) == ("매도", "손절", "140")
    assert (oldest["value"], oldest["order"]) == ("700,000", "0000042")


# Risk


def test_gauges_show_used_and_limit(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "risk")
    feed(GaugesUpdated(CHECKS))
    texts = [label.text() for label in panel.findChildren(QLabel)]
    assert {"통과", "900,000 / 1,000,000 원", "5 / 5 종목"} <= set(texts)
    bars = panel.findChildren(GaugeBar)
    assert [bar.isVisibleTo(panel) for bar in bars] == [False, True, True]
    assert bars[1].share == pytest.approx(0.9)
    window.apply_settings(panel.workspace.settings.changed({"ui.language": "en"}))
    assert "5 / 5 positions" in [label.text() for label in panel.findChildren(QLabel)]


# Performance


def test_a_day_is_summed_up(window: MainWindow, feed: Feed) -> None:
    feed(*(TradeClosed(a_trade(net)) for net in (3_000, -1_000, 500)), TradeClosed(a_trade(day=1)))
    today, yesterday = (row_text(panel_of(window, "performance"), row) for row in (0, 1))
    assert (today["trades"], today["net"], today["factor"]) == ("1", "+1,000", "")
    assert yesterday == {
        "date": OPEN.date().isoformat(), "trades": "3", "rate": "66.7%", "factor": "3.50",
        "costs": "900", "slippage": "0", "net": "+2,500",
    }  # fmt: skip


def test_slippage_is_shown_for_each_fill_and_summed_for_the_day(
    window: MainWindow, feed: Feed
) -> None:
    feed(
        FillRecorded(a_fill(quantity=10, price=70_100), Reason.SIGNAL, 100),
        FillRecorded(a_fill(Side.SELL, 4, 70_200, number=2, time=at(9, 20)), Reason.TP, -50),
        FillRecorded(a_fill(number=3, time=at(9, 30)), Reason.FOREIGN),
    )
    fills = panel_of(window, "fills")
    assert [row_text(fills, row)["slippage"] for row in range(3)] == ["", "-50", "+100"]
    assert row_text(panel_of(window, "performance"), 0)["slippage"] == "+800"


def test_a_day_without_trades_has_no_rate() -> None:
    assert Day(OPEN.date()).win_rate_pct is None


def test_the_equity_curve_knows_its_drawdown(window: MainWindow, feed: Feed) -> None:
    feed(
        *(
            an_account(pnl=pnl, time=at(9, minute))
            for minute, pnl in enumerate((0, 10**6, 0, 10**6))
        )
    )
    curve = panel_of(window, "performance").plot.curve
    assert list(curve.values) == [10_000_000, 11_000_000, 10_000_000, 11_000_000]
    assert curve.drawdown_pct.min() == pytest.approx(-100 / 11)


def test_a_long_curve_loses_no_point(window: MainWindow) -> None:
    plot = panel_of(window, "performance").plot
    for second in range(1000):
        plot.add(OPEN + timedelta(seconds=second), second)
    plot.add(OPEN + timedelta(seconds=999), 5)
    assert list(plot.curve.values) == [*range(999), 5]


# Log


def test_the_log_is_filtered_by_level(window: MainWindow, feed: Feed) -> None:
    panel = panel_of(window, "log")
    feed(*(Noted(OPEN, severity, Text("글", "text")) for severity in Severity))
    level = window.findChild(QComboBox, "logLevel")
    counts = []
    for choice in range(3):
        level.setCurrentIndex(choice)
        counts.append(panel.view.filter.rowCount())
    assert counts == [3, 2, 1]
