"""성과: the equity curve, its drawdown, and one line for each day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QSplitter

from config.text import Text
from core.domain.messages import AccountUpdated, FillRecorded, TradeClosed
from core.domain.portfolio import Trade
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.panels.common_columns import amount
from gui.panels.equity_plot import EquityPlot
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.workspace import Workspace

SIZES = (800, 550)  # of the curve and the table, as shares
SLIPPAGE = Text("슬리피지", "Slippage")
SLIPPAGE_HELP = Text(
    "판단한 가격보다 불리하게 체결된 금액의 합계 (원)",
    "What the fills cost beyond the prices decided at, in won",
)
DATE, FACTOR = Text("일자", "Date"), Text("손익비", "Profit factor")


@dataclass(frozen=True, slots=True)
class Day:
    """What the closed trades of one day brought, money in won."""

    date: date
    trades: int = 0
    wins: int = 0
    gained: float = 0  # sum of net profits
    lost: float = 0  # sum of net losses, 0 or above
    costs: float = 0
    slippage: float = 0  # of all fills, above 0: worse than decided

    @property
    def net(self) -> float:
        return self.gained - self.lost

    @property
    def win_rate_pct(self) -> float | None:
        return self.wins / self.trades * 100 if self.trades else None

    @property
    def profit_factor(self) -> float | None:
        """Net profits over net losses; None without a loss."""
        return self.gained / self.lost if self.lost else None

    def plus(self, trade: Trade) -> Day:
        """Return this day with one more closed trade."""
        net = trade.net_pnl
        return replace(
            self,
            trades=self.trades + 1,
            wins=self.wins + (net > 0),
            gained=self.gained + max(net, 0),
            lost=self.lost + max(-net, 0),
            costs=self.costs + trade.commission + trade.tax,
        )

    def after(self, event: FillRecorded) -> Day:
        """Return this day with the slippage of one more fill, where it is known."""
        slipped = (event.slippage or 0) * event.fill.quantity
        return replace(self, slippage=self.slippage + slipped)


def _columns() -> list[Column]:
    def net(day: Day) -> float:
        return day.net

    def rate(pct: float) -> str:
        return f"{pct:.1f}%"

    return [
        Column("date", DATE, lambda d: d.date, date.isoformat, Align.CENTER, sample="2026-01-01"),
        Column("trades", Text("거래수", "Trades"), lambda d: d.trades, fmt.number, sample="000"),
        Column("rate", Text("승률", "Win rate"), lambda d: d.win_rate_pct, rate, sample="00.0%"),
        Column("factor", FACTOR, lambda d: d.profit_factor, fmt.decimal, sample="00.00"),
        amount("costs", Text("비용", "Costs"), lambda d: d.costs),
        Column("slippage", SLIPPAGE, lambda d: d.slippage, fmt.signed_won, help=SLIPPAGE_HELP),
        Column("net", Text("순손익", "Net P&L"), net, fmt.signed_won, tone=by_sign(net)),
    ]


@panel("performance", Text("성과", "Performance"), Area.BOTTOM, 80, "Alt+8")
class PerformancePanel(RecordPanel):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace, "dayTable", _columns(), key=lambda day: day.date, symbol_of=lambda day: ""
        )
        self.plot = EquityPlot(workspace.translator, self)
        self.plot.setObjectName("equityPlot")
        splitter = QSplitter(Qt.Horizontal, self)
        splitter.addWidget(self.plot)
        splitter.addWidget(self.view)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes(SIZES)
        self.layout().addWidget(splitter, 1)
        self.view.sortByColumn(0, Qt.DescendingOrder)
        workspace.bridge.accounts_updated.connect(self._show_accounts)
        workspace.bridge.trades_closed.connect(self._show_trades)
        workspace.bridge.fills_recorded.connect(self._show_fills)

    def _show_accounts(self, events: list[AccountUpdated]) -> None:
        for event in events:
            self.plot.add(event.time, event.equity)

    def _show_fills(self, events: list[FillRecorded]) -> None:
        for event in events:
            if event.slippage is not None:
                today = event.fill.time.date()
                self.table.put([(self.table.get(today) or Day(today)).after(event)])

    def _show_trades(self, events: list[TradeClosed]) -> None:
        for event in events:
            today = event.trade.exit_time.date()
            day = self.table.get(today) or Day(today)
            self.table.put([day.plus(event.trade)])
