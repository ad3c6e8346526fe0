"""Objects for tests, with everything that does not matter filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.instrument import Instrument
from core.domain.market import Bar, Tick
from core.domain.order import (
    Fill,
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
)

SEOUL = ZoneInfo("Asia/Seoul")
OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=SEOUL)
"""A Monday's open at the KRX."""
SAMSUNG = Instrument("005930", "삼성전자", previous_close=70_000)


def at(hour: int, minute: int = 0, second: float = 0) -> datetime:
    """Return that time on the day of OPEN."""
    return OPEN.replace(hour=hour, minute=minute) + timedelta(seconds=second)


def a_tick(
    price: float = 70_000, quantity: int = 10, time: datetime = OPEN, symbol: str = "005930"
) -> Tick:
    return Tick(symbol, time, price, quantity)


def a_bar(close: float = 70_000, start: datetime = OPEN, symbol: str = "005930") -> Bar:
    return Bar(symbol, start, close, close, close, close, 100, close * 100, 1)


def an_intent(
    side: Side = Side.BUY,
    quantity: int = 10,
    price: float = 70_000,
    symbol: str = "005930",
    reason: Reason = Reason.SIGNAL,
    kind: OrderKind = OrderKind.MARKET,
) -> OrderIntent:
    limit = price if kind is OrderKind.LIMIT else None
    return OrderIntent(symbol, side, quantity, reason, OPEN, price, kind, limit)


def an_order(
    intent: OrderIntent | None = None,
    status: OrderStatus = OrderStatus.CREATED,
    number: int = 1,
) -> Order:
    return Order(OrderId(f"t-{number:04d}"), intent or an_intent(), status)


def a_fill(
    side: Side = Side.BUY,
    quantity: int = 10,
    price: float = 70_000,
    number: int = 1,
    order_id: str = "t-0001",
    symbol: str = "005930",
    commission: int = 0,
    tax: int = 0,
    time: datetime = OPEN,
) -> Fill:
    return Fill(
        f"{number:07d}", OrderId(order_id), symbol, side, price, quantity, commission, tax, time
    )
