"""How much of every limit is used at this moment, for the risk panel."""

from __future__ import annotations

from config.schema import Settings
from config.text import Text
from core.domain.messages import AccountUpdated
from core.domain.risk import Check
from core.risk.checks.max_positions import MaxPositionsOptions
from core.risk.checks.order_rate import OrderRateOptions
from core.risk.daily_limits import DailyLimitOptions
from core.risk.sizing import SizingOptions


def gauges(money: AccountUpdated, orders_last_minute: int, settings: Settings) -> tuple[Check, ...]:
    """Return one gauge for each limit that fills up over time; a limit of 0 is off and left out."""
    daily = settings[DailyLimitOptions]
    day_pct = money.day_pnl / money.day_start * 100 if money.day_start else 0.0
    loss, gain = max(0.0, -day_pct), max(0.0, day_pct)  # in this order: no -0.0
    rows = [
        ("daily_loss", Text("일일 손실", "Daily loss"), loss, daily.daily_max_loss_pct, "%"),
        ("daily_target", Text("일일 목표", "Daily target"), gain, daily.daily_target_pct, "%"),
        (
            "max_positions",
            Text("보유 종목 수", "Positions"),
            len(money.positions),
            settings[MaxPositionsOptions].max_positions,
            "positions",
        ),
        (
            "position_value",
            Text("최대 종목 비중", "Largest position"),
            _largest_pct(money),
            settings[SizingOptions].max_position_pct,
            "%",
        ),
        ("cash", Text("투자 금액", "Invested"), money.equity - money.cash, money.equity, "won"),
        (
            "order_rate",
            Text("분당 주문", "Orders a minute"),
            orders_last_minute,
            settings[OrderRateOptions].max_orders_per_minute,
            "orders",
        ),
    ]
    return tuple(
        Check(name, title, passed=used < limit, used=used, limit=limit, unit=unit)
        for name, title, used, limit, unit in rows
        if limit
    )


def _largest_pct(money: AccountUpdated) -> float:
    costs = (view.position.entry_price * view.position.quantity for view in money.positions)
    return max(costs, default=0.0) / money.capital * 100 if money.capital else 0.0
