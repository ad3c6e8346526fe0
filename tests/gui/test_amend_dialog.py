"""정정: price and quantity of a working limit order, with a preview before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.domain.messages import AmendOrder, OrderUpdated
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderId,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
    TimeInForce,
)
from core.domain.price import FREE, KRX_STOCK
from gui.dialogs.amend import AmendDialog
from gui.main_window import MainWindow
from gui.widgets.price_input import PriceInput
from gui.wording import kind_title
from tests.builders import OPEN, an_intent, an_order
from tests.gui.panel_rows import panel_of, row_text
from tests.gui.window_desk import Desk, a_history, an_account

Feed = Callable[..., None]


def a_limit_order(
    price: int = 70_000,
    side: Side = Side.BUY,
    status: OrderStatus = OrderStatus.ACCEPTED,
    filled: int = 0,
    **changes: Any,
) -> Order:
    intent = replace(an_intent(side, price=price, kind=OrderKind.LIMIT), **changes)
    order = an_order(intent, status)
    value = price * filled
    number = BrokerOrderId("0000077")
    return replace(order, broker_id=number, filled=filled, filled_value=value, changed=OPEN)


@pytest.fixture
def amend(qtbot: QtBot, window: MainWindow, feed: Feed) -> Callable[[Order], AmendDialog]:
    """Return a function that shows an order, selects it and asks to amend it."""

    def ask(order: Order) -> AmendDialog:
        feed(a_history(), an_account(), OrderUpdated(order))
        panel = panel_of(window, "orders")
        panel.view.selectRow(0)
        qtbot.mouseClick(window.findChild(QPushButton, "amendOrderButton"), Qt.LeftButton)
        (dialog,) = window.findChildren(AmendDialog)
        return dialog

    return ask


def retype(qtbot: QtBot, field: Any, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def said(dialog: AmendDialog, name: str) -> str:
    return dialog.findChild(QLabel, name).text()


def send(qtbot: QtBot, dialog: AmendDialog) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, "amendButton"), Qt.LeftButton)


def can_send(dialog: AmendDialog) -> bool:
    return dialog.findChild(QPushButton, "amendButton").isEnabled()


def test_a_new_price_is_previewed_and_sent(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog], desk: Desk
) -> None:
    dialog = amend(a_limit_order(filled=3))
    assert not dialog.isModal()
    assert (dialog.price.value(), dialog.quantity.value()) == (70_000, 7)
    assert not can_send(dialog)
    retype(qtbot, dialog.price, "70300")
    assert said(dialog, "amendPreview") == "70,000 → 70,300원 (+0.43%) · 7 → 7주 · 492,100원"
    assert "대기 순서 맨 뒤" in said(dialog, "amendNote")
    send(qtbot, dialog)
    assert desk.sent(AmendOrder) == [AmendOrder(OrderId("t-0001"), 70_300, 10)]
    assert not dialog.isVisible()


def test_what_is_left_can_be_made_smaller(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog], desk: Desk
) -> None:
    dialog = amend(a_limit_order(filled=3))
    retype(qtbot, dialog.quantity, "5")
    assert "대기 순서가 유지" in said(dialog, "amendNote")
    send(qtbot, dialog)
    assert desk.sent(AmendOrder) == [AmendOrder(OrderId("t-0001"), 70_000, 8)]


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("price", "70350", "호가 단위"),
        ("price", "91100", "하한"),
        ("price", "0", "호가 단위"),
        ("price", "abc", "숫자"),
        ("quantity", "8", "정정 수량"),
        ("quantity", "0", "정정 수량"),
        ("quantity", "", "숫자"),
    ],
)
def test_what_the_exchange_would_refuse_is_said_before(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog], desk: Desk, field: str, text: str,
    reason: str,
) -> None:  # fmt: skip
    dialog = amend(a_limit_order(filled=3))
    retype(qtbot, getattr(dialog, field), text or " ")
    assert reason in said(dialog, "amendNote")
    assert not can_send(dialog)
    qtbot.keyClick(dialog, Qt.Key_Return)
    assert desk.sent(AmendOrder) == []


def test_a_purchase_beyond_the_cash_is_refused(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog]
) -> None:
    dialog = amend(a_limit_order(quantity=1_000))
    retype(qtbot, dialog.price, "90000")
    assert "주문가능금액" in said(dialog, "amendNote")


def test_it_follows_fills_and_ends_with_its_order(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog], feed: Feed
) -> None:
    dialog = amend(a_limit_order())
    retype(qtbot, dialog.price, "70300")
    feed(OrderUpdated(a_limit_order(status=OrderStatus.PARTIALLY_FILLED, filled=4)))
    assert dialog.quantity.value() == 6
    assert can_send(dialog)
    feed(OrderUpdated(a_limit_order(status=OrderStatus.FILLED, filled=10)))
    assert said(dialog, "amendNote") == "이미 끝난 주문입니다"
    assert not can_send(dialog)


def test_a_quantity_that_was_typed_stays(
    qtbot: QtBot, amend: Callable[[Order], AmendDialog], feed: Feed
) -> None:
    dialog = amend(a_limit_order())
    retype(qtbot, dialog.quantity, "2")
    feed(OrderUpdated(a_limit_order(status=OrderStatus.PARTIALLY_FILLED, filled=4)))
    assert dialog.quantity.value() == 2


@pytest.mark.parametrize(
    "order",
    [
        an_order(status=OrderStatus.ACCEPTED),
        a_limit_order(time_in_force=TimeInForce.IOC),
        a_limit_order(status=OrderStatus.PENDING_CANCEL),
        a_limit_order(status=OrderStatus.PENDING_AMEND),
        a_limit_order(status=OrderStatus.UNKNOWN),
    ],
    ids=["market", "IOC", "being cancelled", "being amended", "lost"],
)
def test_other_orders_cant_be_amended(window: MainWindow, feed: Feed, order: Order) -> None:
    feed(OrderUpdated(order))
    panel = panel_of(window, "orders")
    panel.view.selectRow(0)
    assert not window.findChild(QPushButton, "amendOrderButton").isEnabled()
    panel.amend_selected()
    assert window.findChildren(AmendDialog) == []


def test_f2_and_the_menu_amend_too(qtbot: QtBot, window: MainWindow, feed: Feed) -> None:
    feed(a_history(), OrderUpdated(a_limit_order()))
    panel = panel_of(window, "orders")
    with qtbot.waitActive(window):
        window.activateWindow()
    next(one.show for one in window.docks.all if one.panel is panel).trigger()
    panel.view.selectRow(0)
    qtbot.keyClick(panel.view, Qt.Key_F2)
    assert len(window.findChildren(AmendDialog)) == 1
    assert panel.view.row_actions[0].text() == "정정…"
    panel.view.row_actions[0].trigger()
    assert len([it for it in window.findChildren(AmendDialog) if it.isVisible()]) == 1


# Words


@pytest.mark.parametrize(
    ("kind", "time_in_force", "ko"),
    [
        (OrderKind.MARKET, TimeInForce.DAY, "시장가"),
        (OrderKind.LIMIT, TimeInForce.DAY, "지정가"),
        (OrderKind.CONDITIONAL, TimeInForce.DAY, "조건부지정가"),
        (OrderKind.BEST, TimeInForce.DAY, "최유리지정가"),
        (OrderKind.TOP, TimeInForce.DAY, "최우선지정가"),
        (OrderKind.LIMIT, TimeInForce.IOC, "지정가IOC"),
        (OrderKind.MARKET, TimeInForce.IOC, "시장가IOC"),
        (OrderKind.BEST, TimeInForce.IOC, "최유리IOC"),
        (OrderKind.LIMIT, TimeInForce.FOK, "지정가FOK"),
        (OrderKind.MARKET, TimeInForce.FOK, "시장가FOK"),
        (OrderKind.BEST, TimeInForce.FOK, "최유리FOK"),
        (OrderKind.BEFORE_HOURS_CLOSE, TimeInForce.DAY, "장전시간외종가"),
        (OrderKind.AFTER_HOURS_SINGLE, TimeInForce.DAY, "시간외단일가"),
        (OrderKind.AFTER_HOURS_CLOSE, TimeInForce.DAY, "장후시간외종가"),
    ],
)
def test_orders_are_called_as_in_the_hts(
    window: MainWindow, feed: Feed, kind: OrderKind, time_in_force: TimeInForce, ko: str
) -> None:
    order = a_limit_order(kind=kind, time_in_force=time_in_force)
    feed(OrderUpdated(order))
    row = row_text(panel_of(window, "orders"), 0)
    assert row["kind"] == ko
    assert kind_title(kind, time_in_force).en != ko
    assert row["price"] == ("70,000" if kind.has_price else "0")


def test_an_order_made_in_the_hts_says_so(window: MainWindow, feed: Feed) -> None:
    feed(OrderUpdated(a_limit_order(reason=Reason.FOREIGN)))
    assert row_text(panel_of(window, "orders"), 0)["reason"] == "수동(HTS)"


@pytest.mark.parametrize(
    ("status", "text"),
    [(OrderStatus.PENDING_AMEND, "정정중"), (OrderStatus.UNKNOWN, "확인중")],
)
def test_states_in_between_have_words(
    window: MainWindow, feed: Feed, status: OrderStatus, text: str
) -> None:
    feed(OrderUpdated(a_limit_order(status=status)))
    assert row_text(panel_of(window, "orders"), 0)["status"] == text


# The price field


@pytest.mark.parametrize(
    ("price", "steps", "wanted"),
    [
        (70_000, 1, 70_100),
        (70_000, -1, 69_900),
        (199_900, 1, 200_000),
        (200_000, 1, 200_500),
        (200_000, -1, 199_900),
        (70_050, 1, 70_100),
        (70_050, -1, 70_000),
        (70_000, 10, 71_000),
        (1, -1, 1),
    ],
)
def test_arrows_step_along_the_grid(qtbot: QtBot, price: int, steps: int, wanted: int) -> None:
    field = PriceInput(KRX_STOCK)
    qtbot.addWidget(field)
    field.show_value(price)
    with qtbot.waitSignal(field.edited) as caught:
        field.stepBy(steps)
    assert (field.value(), caught.args) == (wanted, [wanted])


def test_without_a_grid_arrows_step_as_in_any_field(qtbot: QtBot) -> None:
    field = PriceInput(FREE)
    qtbot.addWidget(field)
    field.show_value(100)
    field.stepBy(1)
    assert field.value() == 110


def test_why_a_market_order_cannot_be_amended_is_said(
    qtbot: QtBot, window: MainWindow, feed: Feed
) -> None:
    order = a_limit_order()
    intent = replace(order.intent, kind=OrderKind.MARKET, limit_price=None)
    feed(a_history(), an_account(), OrderUpdated(replace(order, intent=intent)))
    view = panel_of(window, "orders").view
    view.selectRow(0)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key_F2)
    assert not window.findChildren(AmendDialog)
    assert "지정가" in window.statusBar().findChild(QLabel, "statusText").toolTip()
