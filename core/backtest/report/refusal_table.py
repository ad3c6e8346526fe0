"""How many BUYs a check refused, and which."""

from __future__ import annotations

from config.text import Text
from core.backtest.outcome import Counts
from core.backtest.refusals import counted
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import Cell, table

NOTE = Text(
    "매수 신호가 났지만 주문 전 점검에서 거부된 횟수입니다. 여러 점검에 걸리면 종목 수, 수량, "
    "현금, 금액의 순서로 먼저 걸린 것에만 셉니다.",
    "Buy signals that a pre-trade check refused; one that several refuse counts with the first of "
    "positions, size, cash and value.",
)


def refusal_table(counts: Counts) -> str:
    """Return HTML; for runs in which something was refused."""
    buys = counts.denied + counts.fills // 2 + counts.canceled
    rows = [
        [
            Cell(reason.title),
            Cell(fmt.count(number), number),
            Cell(fmt.pct(number / buys * 100, 1), number),
            Cell(reason.remedy),
        ]
        for reason, number in counted(counts.refusals)
    ]
    columns = (
        Text("이유", "Reason"),
        Text("횟수", "Times"),
        Text("매수 신호 중", "Of the buy signals"),
        Text("더 사려면", "To buy more"),
    )
    return table(columns, rows, Text("거부된 매수", "Buys refused"), is_sortable=False)
