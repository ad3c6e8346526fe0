"""Why BUYs of a backtest were refused, in words, for its printed result and its report."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from config.text import Text
from core.backtest.outcome import Refusals


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a check refuses, and what lets more through."""

    title: Text
    remedy: Text


REASONS = {
    "max_positions": Reason(
        Text("보유 종목 수가 찼음", "every position taken"),
        Text("risk.max_positions를 늘리세요", "raise risk.max_positions"),
    ),
    "order_size": Reason(
        Text("한 주도 살 수 없는 비중", "share of capital buys no share"),
        Text(
            "risk.max_position_pct나 자본을 늘리거나 더 싼 종목을 쓰세요",
            "raise risk.max_position_pct or the capital, or choose cheaper symbols",
        ),
    ),
    "cash": Reason(
        Text("현금 부족", "not enough cash"),
        Text(
            "risk.max_position_pct를 줄이거나 자본을 늘리세요",
            "lower risk.max_position_pct, or raise the capital",
        ),
    ),
    "position_value": Reason(
        Text("종목당 금액 초과", "position too large"),
        Text("risk.max_position_pct를 늘리세요", "raise risk.max_position_pct"),
    ),
}
"""By the fields of Refusals, which are the codes of the checks."""


def counted(refusals: Refusals) -> list[tuple[Reason, int]]:
    """Return the reasons that there were, the most frequent first."""
    found = [(REASONS[code], count) for code, count in asdict(refusals).items() if count]
    return sorted(found, key=lambda one: -one[1])


def told(refusals: Refusals) -> Text:
    """Return the reasons with their numbers in one line, "" where nothing was refused."""
    parts = [(reason.title, f"{count:,}") for reason, count in counted(refusals)]
    return Text(
        ", ".join(f"{title.ko} {count}" for title, count in parts),
        ", ".join(f"{title.en} {count}" for title, count in parts),
    )
