"""What a symbol search has found, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from config.text import Text
from core.domain.price import Price
from gui import format as fmt
from gui.models.column import Align, Column, by_sign
from gui.panels.common_columns import name_column, price, symbol_column, time_column
from gui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One symbol of a result."""

    symbol: str
    since: datetime | None  # when it entered, seen by this window
    price: Price | None = None
    change_pct: float | None = None
    is_watched: bool = False


def found_columns(workspace: Workspace) -> list[Column]:
    def symbol(row: FoundRow) -> str:
        return row.symbol

    def watched(row: FoundRow) -> str:
        return "✓" if row.is_watched else ""

    moved = by_sign(lambda row: row.change_pct)
    return [
        symbol_column(symbol),
        replace(name_column(workspace, symbol), sample="KODEX 코스닥150레버리지"),
        price("price", Text("현재가", "Price"), lambda row: row.price, moved),
        Column(
            "change_pct",
            Text("등락률", "Chg %"),
            lambda row: row.change_pct,
            fmt.percent,
            tone=moved,
            sample="+00.00%",
        ),
        time_column(Text("편입시간", "Entered"), lambda row: row.since),
        Column("watched", Text("관심", "Watched"), watched, align=Align.CENTER, sample="✓"),
    ]
