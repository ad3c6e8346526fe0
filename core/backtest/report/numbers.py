"""Figures as texts: thousands apart, a sign where it matters, a dash where there is none."""

from __future__ import annotations

from core.backtest.report.frame import Cell

NONE = "–"


def won(value: float | None, is_signed: bool = True) -> str:
    """Return an amount; parts of a won are told only below 1,000."""
    if value is None:
        return NONE
    decimals = 0 if float(value).is_integer() or abs(value) >= 1_000 else 2
    return f"{value:{'+' if is_signed and value else ''},.{decimals}f}"


def pct(value: float | None, decimals: int = 2, is_signed: bool = False) -> str:
    if value is None:
        return NONE
    return f"{value:{'+' if is_signed and value else ''},.{decimals}f}%"


def ratio(value: float | None) -> str:
    return NONE if value is None else f"{value:,.2f}"


def count(value: int) -> str:
    return f"{value:,}"


def tone(value: float | None) -> str:
    """Return "up" for a profit and "down" for a loss."""
    return "" if not value else "up" if value > 0 else "down"


def won_cell(value: float | None) -> Cell:
    return Cell(won(value), value, tone(value))


def pct_cell(value: float | None, decimals: int = 2) -> Cell:
    return Cell(pct(value, decimals, is_signed=True), value, tone(value))
