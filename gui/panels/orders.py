"""미체결: orders that may still be filled, each can be cancelled; ended ones on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QItemSelection, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QCheckBox, QPushButton, QShortcut

from config.text import Text
from core.domain.messages import CancelOrder, Severity
from core.domain.order import Order, OrderKind, OrderStatus, Reason, TimeInForce
from core.domain.own_words import told
from core.execution.amendments import state_refusal
from gui.dialogs.amend import AmendDialog
from gui.models.column import Align, Column
from gui.panels.common_columns import (
    choice,
    name_column,
    price,
    shares,
    symbol_column,
    time_column,
)
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.wording import KIND, REASON, SIDE, SIDE_TONE, STATUS, kind_title
from gui.workspace import Workspace

AMEND = Text("정정…", "Amend…")
AMEND_TIP = Text(
    "선택한 지정가 주문의 가격이나 수량을 바꿉니다 (F2)",
    "Changes price or quantity of the selected limit order (F2)",
)
CANT_AMEND = Text("정정할 수 없습니다: {}", "it can't be amended: {}")
CANCEL = Text("주문 취소", "Cancel order")
CANCEL_TIP = Text("선택한 주문을 취소합니다 (Delete)", "Cancels the selected orders (Delete)")
WITH_ENDED = Text("종료된 주문 포함", "Ended orders too")
NUMBER = "0000000000"  # the width of an order number
TIME_COLUMN = 10
LIMIT = 2_000

_ALARMING = frozenset({OrderStatus.REJECTED, OrderStatus.DENIED, OrderStatus.UNKNOWN})
_UNANSWERED = frozenset(
    {OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_AMEND, OrderStatus.UNKNOWN}
)


def _status(order: Order) -> OrderStatus:
    return order.status


def _status_tone(order: Order) -> str | None:
    if order.status in _ALARMING or order.is_overfilled:
        return "error"
    return None if order.is_working else "muted"


def _price(order: Order) -> Any:
    # An order that the customer gives no price has 0 in the HTS.
    return order.intent.limit_price if order.intent.kind.has_price else 0


def _kind_column() -> Column:
    """Orders of one kind stand together when it is sorted, in every language."""
    titles = {(k.value, t.value): kind_title(k, t) for k in OrderKind for t in TimeInForce}

    def code(order: Order) -> tuple[str, str]:
        return order.intent.kind.value, order.intent.time_in_force.value

    title = Text("매매구분", "Type")
    return Column(
        "kind", title, code, titles.__getitem__, Align.CENTER, sample=tuple(KIND.values())
    )


def _can_amend(order: Order) -> bool:
    """Return whether price or quantity can be asked to change now; see core.execution."""
    waits = order.intent.kind.has_price and order.intent.time_in_force is TimeInForce.DAY
    return order.is_working and waits and order.status not in _UNANSWERED


def _why_not(order: Order) -> Text:
    """Return why an order can't be amended."""
    return CANT_AMEND.format(state_refusal(order) or Text.of(order.status.value))


def _reason_column() -> Column:
    """Orders that were made by hand in the HTS stand out."""

    def tone(order: Order) -> str | None:
        return "accent" if order.intent.reason is Reason.FOREIGN else None

    return choice("reason", Text("사유", "Reason"), lambda o: o.intent.reason, REASON, tone)


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(order: Order) -> str:
        return order.intent.symbol

    def number(order: Order) -> str:
        return order.broker_id or order.id

    def side_tone(order: Order) -> str:
        return SIDE_TONE[order.intent.side]

    def why(order: Order) -> str:
        return workspace.translator(told(order.note))

    return [
        Column("number", Text("주문번호", "Order no."), number, align=Align.LEFT, sample=NUMBER),
        symbol_column(symbol),
        name_column(workspace, symbol),
        choice("side", Text("주문구분", "Side"), lambda o: o.intent.side, SIDE, side_tone),
        _kind_column(),
        shares("quantity", Text("주문수량", "Qty"), lambda o: o.intent.quantity),
        shares("remaining", Text("미체결수량", "Open qty"), lambda o: o.remaining),
        price("price", Text("주문가격", "Price"), _price),
        price("fill_price", Text("체결가", "Fill price"), lambda o: o.average_price),
        shares("filled", Text("체결량", "Filled"), lambda o: o.filled),
        time_column(Text("시간", "Time"), lambda o: o.changed or o.intent.time),
        choice("status", Text("상태", "Status"), _status, STATUS, _status_tone, why),
        _reason_column(),
    ]


@panel("orders", Text("미체결", "Orders"), Area.BOTTOM, 30, "Alt+3")
class OrdersPanel(RecordPanel):
    counts_rows = True

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace,
            "ordersTable",
            _columns(workspace),
            key=lambda order: order.id,
            symbol_of=lambda order: order.intent.symbol,
            limit=LIMIT,
        )
        self.view.sortByColumn(TIME_COLUMN, Qt.DescendingOrder)
        self._with_ended = QCheckBox(self)
        self._with_ended.toggled.connect(self._refilter)
        self._amending: AmendDialog | None = None
        self.amend_button = QPushButton(self, enabled=False)
        self.amend_button.setObjectName("amendOrderButton")
        self.amend_button.clicked.connect(self.amend_selected)
        self.cancel_button = QPushButton(self, enabled=False)
        self.cancel_button.setObjectName("cancelOrderButton")
        self.cancel_button.clicked.connect(self.cancel_selected)
        self.tools = [self._with_ended, self.amend_button, self.cancel_button]
        self._add_action(AMEND, QKeySequence(Qt.Key_F2), self.amend_selected)
        self._add_action(CANCEL, QKeySequence(QKeySequence.Delete), self.cancel_selected)
        bind = workspace.translator.bind
        bind(self._with_ended.setText, WITH_ENDED)
        bind(self.amend_button.setText, AMEND)
        bind(self.amend_button.setToolTip, AMEND_TIP)
        bind(self.cancel_button.setText, CANCEL)
        bind(self.cancel_button.setToolTip, CANCEL_TIP)
        self._refilter(False)
        self.view.selectionModel().selectionChanged.connect(self._enable_tools)
        workspace.bridge.orders_updated.connect(self._show_orders)

    def cancel_selected(self) -> None:
        """Ask the engine to cancel every selected order that still works."""
        for order in self._cancelable():
            self.workspace.post(CancelOrder(order.id))

    def amend_selected(self) -> None:
        """Ask for the new price and quantity of the first selected order that can be amended."""
        selected, amendable = self.view.selected_records(), self._amendable()
        if selected and not amendable:
            self.workspace.note(Severity.WARNING, _why_not(selected[0]))
        for order in amendable[:1]:
            if self._amending is not None:
                self._amending.close()
            self._amending = dialog = AmendDialog(self.workspace, order, self.window())
            dialog.finished.connect(self._forget_dialog)
            dialog.show()

    def _forget_dialog(self) -> None:
        self._amending = None

    def _add_action(self, title: Text, keys: QKeySequence, run: Callable[[], None]) -> None:
        """Put an action into the rows' menu and on keys that work in the table."""
        action = QAction(self)
        self.workspace.translator.bind(action.setText, title)
        action.triggered.connect(run)
        self.view.row_actions.append(action)
        shortcut = QShortcut(keys, self.view, context=Qt.WidgetShortcut)
        shortcut.activated.connect(run)

    def _amendable(self) -> list[Order]:
        return [order for order in self.view.selected_records() if _can_amend(order)]

    def _cancelable(self) -> list[Order]:
        return [
            order
            for order in self.view.selected_records()
            if order.is_working and order.status is not OrderStatus.PENDING_CANCEL
        ]

    def _show_orders(self, events: list) -> None:
        self.table.put(event.order for event in events)
        self._enable_tools()

    def _refilter(self, with_ended: bool) -> None:
        self.view.filter.accept(None if with_ended else lambda order: order.is_working)

    def _enable_tools(self, *changed: QItemSelection) -> None:
        self.amend_button.setEnabled(bool(self._amendable()))
        self.cancel_button.setEnabled(bool(self._cancelable()))
