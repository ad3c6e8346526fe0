"""When a position is sold by price or age: stop, target, trailing, break-even, time stop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.schema import Options, option, section
from config.text import Text
from core.domain.portfolio import Position
from core.domain.price import Price
from core.domain.signal import Action


@section("risk")
class ExitOptions(Options):
    stop_loss_pct: float = option(
        1.0,
        ge=0.1,
        le=30,
        unit="%",
        page="risk",
        title=Text("손절", "Stop loss"),
        help=Text(
            "평균 매입가에서 이만큼 내리면 시장가로 매도합니다. 체결(틱)마다 확인합니다.",
            "Sells at market once the price is this far below the average entry, on any tick.",
        ),
    )
    take_profit_pct: float = option(
        2.0,
        ge=0.1,
        le=100,
        unit="%",
        page="risk",
        title=Text("익절", "Take profit"),
        help=Text(
            "평균 매입가에서 이만큼 오르면 시장가로 매도합니다. 체결(틱)마다 확인합니다.",
            "Sells at market once the price is this far above the average entry, on any tick.",
        ),
    )
    trailing_stop_pct: float = option(
        0.0,
        ge=0,
        le=30,
        unit="%",
        page="risk",
        title=Text("추적 손절", "Trailing stop"),
        help=Text(
            "매입 뒤 최고 체결가에서 이만큼 내리면 매도합니다. 손절가는 따라 오르기만 합니다. "
            "0이면 쓰지 않습니다.",
            "Sells once the price is this far below the highest trade since the entry; the stop "
            "only ever rises. 0: off.",
        ),
    )
    trailing_start_pct: float = option(
        0.0,
        ge=0,
        le=100,
        unit="%",
        page="risk",
        title=Text("추적 시작", "Trailing begins at"),
        help=Text(
            "평균 매입가에서 이만큼 오른 뒤부터 손절가가 따라갑니다. 0이면 처음부터입니다.",
            "The stop begins to follow once the price has been this far above the average entry. "
            "0: from the beginning.",
        ),
    )
    break_even_pct: float = option(
        0.0,
        ge=0,
        le=100,
        unit="%",
        page="risk",
        title=Text("본전 손절", "Break-even stop"),
        help=Text(
            "이만큼 오른 적이 있으면 손절가를 본전(양쪽 수수료와 세금 포함)으로 올립니다. "
            "0이면 쓰지 않습니다.",
            "Once the price has been this far above the entry, the stop moves up to where a sale "
            "pays both sides' costs. 0: off.",
        ),
    )
    time_stop_min: int = option(
        0,
        ge=0,
        le=390,
        unit=Text("분", "min"),
        page="risk",
        title=Text("시간 손절", "Time stop"),
        help=Text(
            "이 시간 동안 들고 있어도 아래 수익률에 못 미치면 시장가로 매도합니다. "
            "0이면 쓰지 않습니다.",
            "Sells at market what has been held this long without the gain below. 0: off.",
        ),
    )
    time_stop_gain_pct: float = option(
        0.0,
        ge=-30,
        le=100,
        unit="%",
        page="risk",
        title=Text("시간 손절 기준 수익률", "Time stop spares from"),
        help=Text(
            "평균 매입가에서 이만큼 이상 오른 종목은 시간 손절로 팔지 않습니다.",
            "Positions at least this far above their average entry are spared by the time stop.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Levels:
    """What the price of a position is watched for, in won, not rounded to the price grid."""

    stop: float
    target: float
    rises_at: float = math.inf  # the price from which the stop has to be worked out anew


def levels(
    entry_price: float, peak: Price, tick: int, break_even: float, options: ExitOptions
) -> Levels:
    """Return the levels of a position that has seen `peak` since it was opened.

    Args:
        entry_price: Average price of the buys.
        peak: The highest trade since the position was opened; 0: none was seen yet.
        tick: Between valid prices at `peak`; the stop follows in steps no smaller than that.
        break_even: The price at which a sale pays the costs of both sides.
        options: A stop that is off takes no part.
    """
    stop = entry_price * (1 - options.stop_loss_pct / 100)
    target = entry_price * (1 + options.take_profit_pct / 100)
    rises_at = math.inf
    if options.trailing_stop_pct:
        begins = entry_price * (1 + options.trailing_start_pct / 100)
        high = max(float(peak), entry_price)
        if high >= begins:
            stop = max(stop, high * (1 - options.trailing_stop_pct / 100))
        rises_at = max(high + tick, begins)
    if options.break_even_pct:
        reached = entry_price * (1 + options.break_even_pct / 100)
        if peak >= reached:
            stop = max(stop, break_even)
        else:
            rises_at = min(rises_at, reached)
    return Levels(stop, target, rises_at)


def touched(position: Position, price: Price) -> Action | None:
    """Return SELL_SL or SELL_TP where `price` reaches a level; the stop wins over the target."""
    if position.stop_level is not None and price <= position.stop_level:
        return Action.SELL_SL
    if position.target_level is not None and price >= position.target_level:
        return Action.SELL_TP
    return None


def is_overdue(position: Position, price: Price, now: datetime, options: ExitOptions) -> bool:
    """Return whether the time stop sells `position`, whose last price is `price`."""
    limit = timedelta(minutes=options.time_stop_min)
    if not limit or now - position.opened < limit:
        return False
    return price < position.entry_price * (1 + options.time_stop_gain_pct / 100)
