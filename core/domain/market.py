"""What the market prints: trades, quotes, and bars made of trades.

`Tick` and `Level` are named tuples, not dataclasses: a frozen dataclass takes three times as long
to make, and they are made tens of thousands of times a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.domain.order import Side
from core.domain.price import Price


class Tick(NamedTuple):
    """One execution printed by the market."""

    symbol: str
    time: datetime  # the exchange's own trade time, aware
    price: Price
    quantity: int  # shares
    side: Side | None = None  # of the aggressor, where known
    bid: Price | None = None  # best quotes beside the trade, where known
    ask: Price | None = None


class Level(NamedTuple):
    """One price of the order book (호가) with the shares waiting there."""

    price: Price
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Up to ten levels a side, best first; an empty side means nobody quotes there."""

    symbol: str
    time: datetime
    asks: tuple[Level, ...]
    bids: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Trades of [start, start + length), stamped with the start."""

    symbol: str
    start: datetime
    open: Price
    high: Price
    low: Price
    close: Price
    volume: int
    turnover: Price | None = None  # sum of price x quantity in won; None where trades are not known
    ticks: int = 0  # trades in the bar, 0 where not known
