"""Numbers on the chart's axes and in its legends."""

from __future__ import annotations

_KOREAN = ((1e8, "억"), (1e4, "만"))
_ENGLISH = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


def plain(value: float | None, decimals: int = 0) -> str:
    """Return "1,234,500", or a dash for what is not known."""
    return "–" if value is None else f"{value:,.{decimals}f}"


def compact(value: float, language: str) -> str:
    """Return a large count in few letters: "123만" or "1.23M"."""
    for unit, letter in _KOREAN if language == "ko" else _ENGLISH:
        if abs(value) >= unit:
            return f"{value / unit:,.4g}{letter}"
    return f"{value:,.0f}"
