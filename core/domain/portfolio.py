"""What we hold, and what closed round trips brought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.errors import OrderError
from core.domain.order import Fill, Reason, Side
from core.domain.price import Price


@dataclass(frozen=True, slots=True)
class Trade:
    """A round trip from flat to flat; money in won, `net_pnl` = gross less both sides' costs."""

    symbol: str
    entry_time: datetime
    entry_price: Price  # average
    quantity: int
    exit_time: datetime
    exit_price: Price  # average
    exit_reason: Reason
    gross_pnl: Price
    commission: Price
    tax: Price

    @property
    def net_pnl(self) -> Price:
        return self.gross_pnl - self.commission - self.tax


@dataclass(frozen=True, slots=True)
class Position:
    """Shares of one symbol since it was last flat, as exact totals of its fills."""

    symbol: str
    opened: datetime
    bought: int = 0  # shares
    bought_value: Price = 0  # won
    sold: int = 0
    sold_value: Price = 0
    commission: Price = 0
    tax: Price = 0
    stop_level: float | None = None  # won, not rounded; None: no stop
    target_level: float | None = None
    peak: Price = 0  # the highest trade seen since it was opened, where a stop follows it
    is_foreign: bool = False  # not opened by this program; counts in risk, is not traded by rules

    @property
    def quantity(self) -> int:
        """Shares held; below 0 only when a broker filled beyond our orders."""
        return self.bought - self.sold

    @property
    def entry_price(self) -> float:
        """Average price of the buys, won."""
        return self.bought_value / self.bought if self.bought else 0.0

    def apply(self, fill: Fill) -> Position:
        """Return the position after one more fill of its symbol."""
        if fill.symbol != self.symbol:
            raise OrderError(f"position {self.symbol}: got a fill of {fill.symbol}")
        value = fill.price * fill.quantity
        paid = replace(self, commission=self.commission + fill.commission, tax=self.tax + fill.tax)
        if fill.side is Side.BUY:
            bought = paid.bought + fill.quantity
            return replace(paid, bought=bought, bought_value=paid.bought_value + value)
        return replace(paid, sold=paid.sold + fill.quantity, sold_value=paid.sold_value + value)

    def unrealized_pnl(self, price: Price) -> float:
        """Return gross profit of the whole position marked at `price`, in won."""
        return self.sold_value + self.quantity * price - self.bought_value

    def closed(self, time: datetime, reason: Reason) -> Trade:
        """Return the finished round trip; only for a position that is flat."""
        if self.quantity != 0 or not self.bought:
            raise OrderError(
                f"position {self.symbol}: {self.quantity} shares are not a closed trade"
            )
        return Trade(
            symbol=self.symbol,
            entry_time=self.opened,
            entry_price=self.entry_price,
            quantity=self.bought,
            exit_time=time,
            exit_price=self.sold_value / self.sold,
            exit_reason=reason,
            gross_pnl=self.sold_value - self.bought_value,
            commission=self.commission,
            tax=self.tax,
        )
