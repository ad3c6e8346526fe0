"""정정: another price, or fewer shares, for what is left of a working limit order."""

from __future__ import annotations

import math

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.messages import AmendOrder, OrderUpdated
from core.domain.order import Order
from core.domain.price import Price
from core.execution.amendments import refusal
from gui import format as fmt
from gui.roles import set_role
from gui.widgets.numbers import NumberInput
from gui.widgets.price_input import PriceInput
from gui.wording import SIDE, SIDE_TONE, STATUS, kind_title
from gui.workspace import Workspace

TITLE = Text("주문 정정", "Amend order")
HEADLINE = Text("{} {} · {} · {}", "{} {} · {} · {}")
STATE = Text("주문번호 {} · {} · 체결 {}주 · 미체결 {}주", "Order {} · {} · filled {} · open {}")
PRICE, QUANTITY = Text("정정가격", "New price"), Text("정정수량", "New open quantity")
TICK = Text("원 · 호가단위 {}원", "won · tick {} won")
MOST = Text("주 · 최대 {}주", "shares · at most {}")
PREVIEW = Text("{} → {}원 ({}) · {} → {}주 · {}원", "{} → {} won ({}) · {} → {} shares · {} won")
SAME = Text("가격이나 수량을 바꾸세요", "Change the price or the quantity")
NO_NUMBER = Text("가격과 수량을 숫자로 적으세요", "Write price and quantity as numbers")
LOSES_PLACE = Text(
    "가격을 바꾸면 새 가격의 대기 순서 맨 뒤로 갑니다",
    "Another price queues behind all who wait at it",
)
KEEPS_PLACE = Text(
    "수량만 줄이면 대기 순서가 유지됩니다", "Fewer shares keep their place in the queue"
)
AMEND, CLOSE = Text("정정 주문", "Amend"), Text("닫기", "Close")
WIDTH = 430


class AmendDialog(QDialog):
    """Not modal; follows its order, which may be filled meanwhile."""

    def __init__(self, workspace: Workspace, order: Order, parent: QWidget) -> None:
        super().__init__(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
        self.setObjectName("amendDialog")
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self._space, self._tr, self._order = workspace, workspace.translator, order
        symbol = order.intent.symbol
        latest = workspace.latest
        self._instrument = latest.instruments.get(symbol) or Instrument(symbol, latest.name(symbol))
        self.setWindowTitle(self._tr(TITLE))
        self.price = PriceInput(self._instrument.grid, self)
        self.price.setObjectName("amendPrice")
        self.quantity = NumberInput(is_whole=True, parent=self)
        self.quantity.setObjectName("amendQuantity")
        self._state, self._tick, self._most = QLabel(self), QLabel(self), QLabel(self)
        self._preview, self._note = QLabel(self), QLabel(self)
        self._preview.setObjectName("amendPreview")
        self._note.setObjectName("amendNote")
        self._amend = QPushButton(self._tr(AMEND), self)
        self._amend.setObjectName("amendButton")
        self._amend.setDefault(True)
        self._amend.clicked.connect(self._send)
        self._lay_out()
        self.price.show_value(round(order.intent.worst_price))
        self.quantity.show_value(order.remaining)
        for field in (self.price, self.quantity):
            field.edited.connect(self._show)
        workspace.bridge.orders_updated.connect(self._follow)
        self._show()
        self.price.setFocus()
        self.price.selectAll()

    def _follow(self, events: list[OrderUpdated]) -> None:
        for event in events:
            if event.order.id != self._order.id:
                continue
            # Who has not touched the quantity wants all that is left.
            if self.quantity.value() == self._order.remaining:
                self.quantity.show_value(event.order.remaining)
            self._order = event.order
        self._show()

    def _wanted(self) -> tuple[Price, int] | None:
        """Return price and open quantity as typed; None where one of them is no number."""
        price, quantity = self.price.value(), self.quantity.value()
        if not isinstance(price, int) or not isinstance(quantity, int):
            return None
        return price, quantity

    def _problem(self) -> Text | None:
        """Return why it can't be sent as typed."""
        wanted, order = self._wanted(), self._order
        if wanted is None:
            return NO_NUMBER
        price, quantity = wanted
        account = self._space.latest.account
        available = math.inf if account is None else account.available
        found = refusal(order, price, order.filled + quantity, self._instrument, available)
        if found is None and wanted == (order.intent.worst_price, order.remaining):
            return SAME
        return found

    def _send(self) -> None:
        wanted = self._wanted()
        if wanted is None or self._problem() is not None:
            return
        price, quantity = wanted
        self._space.post(AmendOrder(self._order.id, price, self._order.filled + quantity))
        self.close()

    def _show(self, *edited: object) -> None:
        order, tr = self._order, self._tr
        number, status = order.broker_id or order.id, STATUS[order.status]
        counts = fmt.number(order.filled), fmt.number(order.remaining)
        self._state.setText(tr(STATE.format(number, status, *counts)))
        self._most.setText(tr(MOST.format(fmt.number(order.remaining))))
        problem = self._problem()
        self._show_preview()
        self._amend.setEnabled(problem is None)
        is_wrong = problem is not None and problem is not SAME
        self._note.setText(tr(problem or self._place()))
        set_role(self._note, "error" if is_wrong else "muted")

    def _place(self) -> Text:
        wanted = self._wanted()
        moves = wanted is not None and wanted[0] != self._order.intent.worst_price
        return LOSES_PLACE if moves else KEEPS_PLACE

    def _show_preview(self) -> None:
        wanted, before = self._wanted(), self._order.intent.worst_price
        if wanted is None:
            self._preview.clear()
            return
        price, quantity = wanted
        self._tick.setText(self._tr(TICK.format(fmt.number(self._instrument.grid.tick(price)))))
        moved = fmt.percent((price - before) / before * 100) if before else ""
        sums = fmt.number(self._order.remaining), fmt.number(quantity), fmt.won(price * quantity)
        prices = fmt.number(before), fmt.number(price), moved
        self._preview.setText(self._tr(PREVIEW.format(*prices, *sums)))

    def _lay_out(self) -> None:
        intent, tr = self._order.intent, self._tr
        kind = kind_title(intent.kind, intent.time_in_force)
        name = self._space.latest.name(intent.symbol)
        headline = QLabel(tr(HEADLINE.format(intent.symbol, name, SIDE[intent.side], kind)), self)
        set_role(headline, SIDE_TONE[intent.side])
        font = headline.font()
        font.setBold(True)
        headline.setFont(font)
        set_role(self._state, "muted")
        form = QFormLayout()
        for title, field, unit in (
            (PRICE, self.price, self._tick),
            (QUANTITY, self.quantity, self._most),
        ):
            field.setAccessibleName(tr(title))
            set_role(unit, "muted")
            line = QHBoxLayout()
            line.addWidget(field)
            line.addWidget(unit, 1)
            form.addRow(tr(title), line)
        close = QPushButton(tr(CLOSE), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._amend)
        buttons.addWidget(close)
        for label in (self._preview, self._note):
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(headline)
        layout.addWidget(self._state)
        layout.addLayout(form)
        layout.addWidget(self._preview)
        layout.addWidget(self._note)
        layout.addLayout(buttons)
