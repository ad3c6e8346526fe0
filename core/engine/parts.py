"""What the parts of one engine share, so that a new part needs no list of everything it touches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from config.schema import Settings
from core.domain.messages import Message
from core.engine.account import Account
from core.engine.asked_broker import AskedBroker
from core.engine.clock_drift import KEPT, Arrival
from core.engine.counts import Counts
from core.engine.day import TradingDay
from core.engine.desk import Desk
from core.engine.market import SymbolMarket
from core.engine.outbox import Outbox
from core.execution.interruptions import Interruptions
from core.execution.order_manager import OrderManager
from core.ports import Clock


@dataclass(slots=True)
class Parts:
    """Owned by the engine thread; `settings` are those in force."""

    settings: Settings
    clock: Clock
    broker: AskedBroker
    markets: Mapping[str, SymbolMarket]
    account: Account
    orders: OrderManager
    desk: Desk
    day: TradingDay
    interruptions: Interruptions
    outbox: Outbox
    counts: Counts
    recent: deque[Message]  # the engine's last messages, oldest first
    money_changed: Callable[[datetime], None]
    """Looks at the daily limits; to be called after every closed bar and every fill."""
    arrivals: deque[Arrival] = field(default_factory=lambda: deque(maxlen=KEPT))
    """When trades came and when they were made, for the clock."""


class Timed(Protocol):
    """A part of the engine with something to do at a time of its own."""

    @property
    def wakeup(self) -> datetime | None:
        """When `advance` is due next; None: nothing is."""
        ...

    def advance(self, now: datetime) -> None: ...


def advance_due(timed: Timed, now: datetime) -> None:
    """Let `timed` do what is due."""
    due = timed.wakeup
    if due is not None and now >= due:
        timed.advance(now)


def in_turn(*steps: Callable[[datetime], object], now: datetime) -> None:
    """Call each of `steps`, whatever one of them raises, and raise the first error at the end."""
    errors = []
    for step in steps:
        try:
            step(now)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]


class EntryBlock(Protocol):
    """A part of the engine that may forbid entries."""

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        """Return a code of `core.risk.checks.entries_allowed.BLOCKS`; empty: nothing forbids."""
        ...


class Listener(Protocol):
    """A part of the engine with messages of its own."""

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        """Return what handles which message, by the message's type."""
        ...
