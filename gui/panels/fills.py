"""체결: every execution of our orders, newest on top."""

from __future__ import annotations

from PyQt5.QtCore import Qt

from config.text import Text
from core.domain.messages import FillRecorded
from gui import format as fmt
from gui.models.column import Align, Column
from gui.panels.common_columns import (
    amount,
    choice,
    name_column,
    price,
    shares,
    symbol_column,
    time_column,
)
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.wording import REASON, SIDE, SIDE_TONE
from gui.workspace import Workspace

LIMIT = 5_000
SLIPPAGE = Text("슬리피지", "Slippage")
SLIPPAGE_HELP = Text(
    "판단한 가격보다 한 주에 얼마나 불리하게 체결되었는지 (원). 마이너스는 유리한 체결",
    "Won per share worse than the price decided at; below 0 is better",
)


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(event: FillRecorded) -> str:
        return event.fill.symbol

    def number(event: FillRecorded) -> str:
        return workspace.latest.number(event.fill.order_id)

    def side_tone(event: FillRecorded) -> str:
        return SIDE_TONE[event.fill.side]

    return [
        time_column(Text("체결시간", "Time"), lambda e: e.fill.time),
        symbol_column(symbol, is_hidden=True),
        name_column(workspace, symbol),
        choice("side", Text("구분", "Side"), lambda e: e.fill.side, SIDE, side_tone),
        shares("quantity", Text("체결수량", "Qty"), lambda e: e.fill.quantity),
        price("price", Text("체결가", "Price"), lambda e: e.fill.price),
        amount("value", Text("체결금액", "Value"), lambda e: e.fill.price * e.fill.quantity),
        shares("commission", Text("수수료", "Fee"), lambda e: e.fill.commission),
        shares("tax", Text("세금", "Tax"), lambda e: e.fill.tax),
        Column(
            "order", Text("주문번호", "Order no."), number, align=Align.LEFT, sample="0000000000"
        ),
        choice("reason", Text("사유", "Reason"), lambda e: e.reason, REASON),
        Column("slippage", SLIPPAGE, lambda e: e.slippage, fmt.signed_won, help=SLIPPAGE_HELP),
    ]


@panel("fills", Text("체결", "Fills"), Area.BOTTOM, 40, "Alt+4")
class FillsPanel(RecordPanel):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace,
            "fillsTable",
            _columns(workspace),
            key=lambda event: (event.fill.order_id, event.fill.id),
            symbol_of=lambda event: event.fill.symbol,
            limit=LIMIT,
        )
        self.view.sortByColumn(0, Qt.DescendingOrder)
        workspace.bridge.fills_recorded.connect(self.table.put)
