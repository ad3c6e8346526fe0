"""잔고: what is held, marked at the newest prices."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QAction

from config.text import Text
from core.domain.messages import ClosePosition, PositionView
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.net_result import net_pct, net_pnl
from gui.panels.common_columns import amount, level, name_column, price, shares, symbol_column
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.workspace import Workspace

CLOSE = Text("이 종목 시장가 매도", "Sell this position at market")
PNL_HELP = Text(
    "지금 모두 팔았을 때의 손익 (수수료와 세금 포함)",
    "Profit if all were sold now, commission and tax included",
)


OURS, ELSEWHERE = Text("자동매매", "this program"), Text("외부", "elsewhere")
ORIGIN_HELP = Text(
    "외부: 이 프로그램이 사지 않은 주식. 위험 한도에는 들지만 손절·익절·신호로 팔지 않습니다",
    "elsewhere: not bought by this program; it counts in the risk limits, but stop, target and "
    "signals do not sell it",
)


def origin(view: PositionView) -> Text:
    return ELSEWHERE if view.position.is_foreign else OURS


def purchase(view: PositionView) -> float:
    """Return what the shares still held cost, in won without commission."""
    return view.position.quantity * view.position.entry_price


def value(view: PositionView) -> float:
    """Return what the shares held are worth at the last price, in won."""
    return view.position.quantity * view.last_price


def entry(view: PositionView) -> float:
    return view.position.entry_price


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(view: PositionView) -> str:
        return view.position.symbol

    def pnl(key: str, title: Text, of: Callable, text: Callable) -> Column:
        tone = by_sign(net_pnl)
        return Column(key, title, of, text, tone=tone, help=PNL_HELP, sample="+0,000,000")

    return [
        symbol_column(symbol),
        name_column(workspace, symbol),
        pnl("pnl", Text("평가손익", "P&L"), net_pnl, fmt.signed_won),
        pnl("pnl_pct", Text("수익률(%)", "Return"), net_pct, fmt.percent),
        Column("entry", Text("매입가", "Entry"), entry, fmt.won, sample="000,000"),
        price("price", Text("현재가", "Price"), lambda v: v.last_price),
        shares("quantity", Text("보유수량", "Shares"), lambda v: v.position.quantity),
        shares("sellable", Text("매매가능수량", "Sellable"), lambda v: v.sellable),
        amount("purchase", Text("매입금액", "Cost"), purchase),
        amount("value", Text("평가금액", "Value"), value),
        shares("commission", Text("수수료합", "Fees"), lambda v: v.position.commission),
        shares("tax", Text("세금", "Tax"), lambda v: v.position.tax),
        level("stop", Text("손절가", "Stop"), lambda v: v.position.stop_level, lambda v: "stop"),
        level(
            "target",
            Text("익절가", "Target"),
            lambda v: v.position.target_level,
            lambda v: "target",
        ),
        Column(
            "origin",
            Text("구분", "Origin"),
            origin,
            align=Align.CENTER,
            tone=lambda view: "warning" if view.position.is_foreign else "muted",
            help=ORIGIN_HELP,
            sample=(OURS, ELSEWHERE),
        ),
    ]


@panel("positions", Text("잔고", "Positions"), Area.BOTTOM, 20, "Alt+2")
class PositionsPanel(RecordPanel):
    counts_rows = True

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace,
            "positionsTable",
            _columns(workspace),
            key=lambda view: view.position.symbol,
            symbol_of=lambda view: view.position.symbol,
        )
        self._close = QAction(self)
        workspace.translator.bind(self._close.setText, CLOSE)
        self._close.triggered.connect(self._close_selected)
        self.view.row_actions.append(self._close)
        workspace.bridge.accounts_updated.connect(self._show_account)
        workspace.bridge.quotes_updated.connect(self._mark)

    def _show_account(self, events: list) -> None:
        self.table.show_only(self.workspace.latest.positions)

    def _mark(self, quotes: list) -> None:
        held = (self.workspace.latest.position(quote.symbol) for quote in quotes)
        self.table.put(view for view in held if view is not None)

    def _close_selected(self) -> None:
        for view in self.view.selected_records():
            self.workspace.post(ClosePosition(view.position.symbol))
