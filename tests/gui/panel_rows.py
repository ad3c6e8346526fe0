"""Looks into the window's panels, and records that several of their tests feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QTableView

from config.text import Text
from core.domain.order import Reason
from core.domain.portfolio import Trade
from core.domain.risk import Check
from gui.main_window import MainWindow
from gui.panels.record_panel import RecordPanel
from tests.builders import OPEN

Feed = Callable[..., None]
CHECKS = (
    Check("entries", Text("진입 허용", "Entries"), passed=True),
    Check("cash", Text("주문가능금액", "Cash"), True, 900_000.0, 1_000_000.0, "won"),
    Check("max", Text("보유 종목 수", "Positions"), False, 5, 5, "positions", Text("가득", "full")),
)


def panel_of(window: MainWindow, name: str) -> Any:
    return next(one.panel for one in window.docks.all if one.kind.name == name)


def row_text(panel: RecordPanel, row: int) -> dict[str, str]:
    """Return what a row shows, by the keys of the columns."""
    columns = panel.table.columns
    return {c.key: panel.view.filter.index(row, i).data() or "" for i, c in enumerate(columns)}


def titles(window: MainWindow, name: str) -> list[str]:
    """Return the titles of a table's columns, found as a user script would."""
    model = window.findChild(QTableView, name).model()
    return [model.headerData(i, Qt.Horizontal) for i in range(model.columnCount())]


def a_trade(net: int = 1_000, costs: int = 300, day: int = 0) -> Trade:
    end = OPEN + timedelta(days=day, hours=1)
    return Trade(
        "005930", OPEN, 70_000, 10, end, 70_100, Reason.TP, net + costs, costs - 100, 100
    )  # fmt: skip
