"""What enters the engine from people: commands, imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.domain.order import OrderId
from core.domain.price import Price

if TYPE_CHECKING:
    from config.schema import Settings


@dataclass(frozen=True, slots=True)
class Start:
    """Allow entries (the START button)."""


@dataclass(frozen=True, slots=True)
class Stop:
    """No new entries; exits go on. Cancels working buys."""


@dataclass(frozen=True, slots=True)
class Flatten:
    """Cancel everything, sell everything, then HALTED."""

    note: str = ""  # who asked: "button", "command", "hotkey"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    order_id: OrderId


@dataclass(frozen=True, slots=True)
class AmendOrder:
    """Move what is left of a working limit order to another price, or make it smaller."""

    order_id: OrderId
    limit_price: Price
    quantity: int  # of the whole order, what was filled before included; shares


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Sell one whole position by the trader's hand."""

    symbol: str


@dataclass(frozen=True, slots=True)
class ApplySettings:
    settings: Settings


@dataclass(frozen=True, slots=True)
class EnableSymbol:
    """Allow or forbid entries in one symbol of the watchlist."""

    symbol: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class ResolveMismatch:
    """Decide about a symbol in which the broker's word and our books differ."""

    symbol: str
    takes_brokers: bool  # False: our side is kept and looked into, and the symbol stays frozen
    who: str = ""  # who decided, for the journal


@dataclass(frozen=True, slots=True)
class AskForDay:
    """Have the broker list its whole day into the journal, to compare with ours."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Leave the engine's loop after what came before it."""


Command = (
    Start
    | Stop
    | Flatten
    | CancelOrder
    | AmendOrder
    | ClosePosition
    | ApplySettings
    | EnableSymbol
    | ResolveMismatch
    | AskForDay
    | Shutdown
)
