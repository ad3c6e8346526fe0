"""What a journal leaves of an account, and symbols in which the broker tells another story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.text import Text
from core.domain.order import BrokerOrderId, Order, Reason
from core.domain.portfolio import Position
from core.domain.price import Price


@dataclass(frozen=True, slots=True)
class PastOrder:
    """One order of today as the journal knows it; its fills are booked as far as told here."""

    order: Order
    sent: datetime
    numbers: tuple[BrokerOrderId, ...] = ()  # all it had, oldest first
    commission: Price = 0
    tax: Price = 0

    @property
    def is_foreign(self) -> bool:
        return self.order.intent.reason is Reason.FOREIGN


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A symbol in which the broker's word differs from our books, and no rule says why.

    Until it is resolved nothing is bought and no signal sells in it; stop, target and flatten work
    on what the broker says is held, which is also what our books have meanwhile.
    """

    symbol: str
    since: datetime
    theirs: int  # shares the broker says are held
    ours: int  # shares our books had
    why: Text
    theirs_price: Price = 0  # average paid a share, won
    ours_price: Price = 0
    is_investigated: bool = False  # a person has taken our side: it goes on until the broker agrees


@dataclass(frozen=True, slots=True)
class Past:
    """Our books and orders of one account as the journal's last session left them."""

    cash: Price
    positions: tuple[Position, ...]
    orders: tuple[PastOrder, ...]  # of today, ended and foreign ones too
    identity: str = ""  # of the account at the broker, masked; "" where it was not told
    flatten: Reason | None = None  # of a flatten that was begun and neither ended nor given up
    mismatches: tuple[Mismatch, ...] = ()
    claims: tuple[Position, ...] = ()  # our side of mismatches, where we had a position
    was_cut_off: bool = False  # the last session did not come to its end
