"""성과: the equity curve, its drawdown, and one line for each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QSplitter

from config.text import Text
from core.domain.messages import AccountUpdated, TradeClosed
from core.domain.portfolio import Trade
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.panels.common_columns import amount
from gui.panels.equity_plot import EquityPlot
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.workspace import Workspace

SIZES = (900, 450)  # of the curve and the table, as shares
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
        return Day(
            self.date,
            self.trades + 1,
            self.wins + (net > 0),
            self.gained + max(net, 0),
            self.lost + max(-net, 0),
            self.costs + trade.commission + trade.tax,
        )


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

    def _show_accounts(self, events: list[AccountUpdated]) -> None:
        for event in events:
            self.plot.add(event.time, event.equity)

    def _show_trades(self, events: list[TradeClosed]) -> None:
        for event in events:
            today = event.trade.exit_time.date()
            day = self.table.get(today) or Day(today)
            self.table.put([day.plus(event.trade)])
