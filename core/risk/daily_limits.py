"""The day's profit target and loss limit; reaching either ends the day's trading."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from config.schema import Options, option, section
from config.text import Text
from core.domain.price import Price


@section("risk")
class DailyLimitOptions(Options):
    daily_target_pct: float = option(
        3.0,
        ge=0,
        le=100,
        unit="%",
        page="risk",
        title=Text("일일 목표 수익률", "Daily target"),
        help=Text(
            "하루 수익률이 여기에 닿으면 모두 정리하고 다음 거래일까지 진입하지 않습니다. 0은 끔.",
            "When the day's return reaches this, everything is closed and nothing is bought until "
            "the next trading day. 0 is off.",
        ),
    )
    daily_max_loss_pct: float = option(
        2.0,
        ge=0,
        le=100,
        unit="%",
        page="risk",
        title=Text("일일 최대 손실률", "Daily loss limit"),
        help=Text(
            "당일 시작 금액보다 이만큼 줄면 모두 정리하고 "
            "다음 거래일까지 진입하지 않습니다. 0은 끔.",
            "When the account falls this far below the day's start, everything is closed and "
            "nothing is bought until the next trading day. 0 is off.",
        ),
    )
    daily_basis: Literal["equity", "realized"] = option(
        "equity",
        page="risk",
        title=Text("일일 한도 기준", "Daily limits look at"),
        help=Text(
            "equity: 평가금액 포함 · realized: 실현손익만",
            "equity: open positions count at last prices; realized: closed trades only",
        ),
        choices={
            "equity": Text("평가금액 (equity)", "Equity (equity)"),
            "realized": Text("실현손익 (realized)", "Closed trades (realized)"),
        },
    )


class DailyLimit(Enum):
    TARGET = "TARGET"
    LOSS = "LOSS"


def reached(start: Price, value: Price, options: DailyLimitOptions) -> DailyLimit | None:
    """Return which limit `value` reaches, measured from the day's `start` (both won, start > 0)."""
    change_pct = (value - start) / start * 100
    if options.daily_max_loss_pct and change_pct <= -options.daily_max_loss_pct:
        return DailyLimit.LOSS
    if options.daily_target_pct and change_pct >= options.daily_target_pct:
        return DailyLimit.TARGET
    return None
