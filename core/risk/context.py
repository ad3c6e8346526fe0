"""What the pre-trade checks look at: one frozen picture of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.schema import Settings
from core.domain.order import OrderIntent
from core.domain.price import Price
from core.domain.session import Phase


@dataclass(frozen=True, slots=True)
class RiskContext:
    """The account, the market and the clock at the moment of an intent; money in won."""

    settings: Settings
    now: datetime
    phase: Phase
    entry_block: str  # stable code of what forbids entries altogether; empty: nothing does
    capital: Price
    available_cash: Price  # cash less what working buy orders reserve
    commission: Price  # of the intent at its worst price
    open_positions: int
    working_buys: int  # symbols with a working buy and no position
    orders_last_minute: int
    last_price: Price | None
    last_tick_time: datetime | None
    price_limits: tuple[Price, Price] | None
    is_halted: bool = False  # by the master data
    warnings: tuple[str, ...] = ()  # the exchange's words on the stock
    bid: Price | None = None  # best quotes, where known
    ask: Price | None = None
    refusals: tuple[datetime, ...] = ()  # when the broker refused orders, the newest last
    market_fall_pct: float | None = None  # from its high of the last minutes; None: not known

    def cost(self, intent: OrderIntent) -> Price:
        """Return what the intent will cost, commission included."""
        return intent.worst_price * intent.quantity + self.commission
