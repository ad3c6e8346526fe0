"""What we want done: an intent, and the words it is told in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from core.domain.price import Price

OrderId = NewType("OrderId", str)  # ours
BrokerOrderId = NewType("BrokerOrderId", str)  # theirs (주문번호)


class Side(Enum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        """+1 for BUY, -1 for SELL."""
        return 1 if self is Side.BUY else -1


class OrderKind(Enum):
    """How an order finds its price (호가 구분); which phases take which is the exchange's rule."""

    MARKET = "MARKET"  # 시장가
    LIMIT = "LIMIT"  # 지정가
    CONDITIONAL = "CONDITIONAL"  # 조건부지정가: its rest turns into a market order at the close
    BEST = "BEST"  # 최유리지정가: a limit at the best opposite price when it arrives
    TOP = "TOP"  # 최우선지정가: a limit at the best price of its own side when it arrives
    BEFORE_HOURS_CLOSE = "BEFORE_HOURS_CLOSE"  # 장전시간외종가: at the previous close
    AFTER_HOURS_CLOSE = "AFTER_HOURS_CLOSE"  # 장후시간외종가: at the day's close
    AFTER_HOURS_SINGLE = "AFTER_HOURS_SINGLE"  # 시간외단일가: 10-minute auctions after the close

    @property
    def has_price(self) -> bool:
        """Whether the customer names the price."""
        return self in _PRICED


_PRICED = frozenset({OrderKind.LIMIT, OrderKind.CONDITIONAL, OrderKind.AFTER_HOURS_SINGLE})


class TimeInForce(Enum):
    """What becomes of what can't be filled at once."""

    DAY = "DAY"  # it waits
    IOC = "IOC"  # it is cancelled
    FOK = "FOK"  # nothing is filled at all


class Reason(Enum):
    """Why an order was made; of an exit it is the trade's exit reason."""

    SIGNAL = "SIGNAL"
    SL = "SL"  # stop-loss level touched
    TP = "TP"  # take-profit level touched
    TIME = "TIME"  # held too long without a gain
    EOD = "EOD"  # end of the day, or of the data
    LIMIT = "LIMIT"  # daily target or daily loss limit
    FLATTEN = "FLATTEN"  # emergency flatten
    MANUAL = "MANUAL"  # by the trader's hand
    FOREIGN = "FOREIGN"  # not made by this program


@dataclass(frozen=True, slots=True)
class OrderIntent:
    """What we want done, before risk has looked at it."""

    symbol: str
    side: Side
    quantity: int
    reason: Reason
    time: datetime  # of the decision
    reference_price: Price  # last trade when decided: sizing, cash reserve, collar
    kind: OrderKind = OrderKind.MARKET
    limit_price: Price | None = None
    time_in_force: TimeInForce = TimeInForce.DAY

    @property
    def worst_price(self) -> Price:
        """The limit price; without one the price that was decided on."""
        return self.reference_price if self.limit_price is None else self.limit_price
