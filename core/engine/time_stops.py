"""The time stop: sells what has been held too long without a gain."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.messages import Decided
from core.domain.portfolio import Position
from core.domain.signal import Action, Decision
from core.engine.parts import Parts
from core.journal.records import decision_record
from core.risk.exits import ExitOptions, is_overdue

_LOOK = timedelta(seconds=10)
"""Between two looks at the positions: a time stop counts minutes, and a halt may have ended."""


class TimeStops:
    """Owned by the engine thread; asleep while the option is off."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._next: datetime | None = None

    @property
    def wakeup(self) -> datetime | None:
        if not self._parts.settings[ExitOptions].time_stop_min:
            return None
        if self._next is None:
            self._next = self._parts.clock.now() + _LOOK
        return self._next

    def advance(self, now: datetime) -> None:
        self._next = now + _LOOK
        parts, options = self._parts, self._parts.settings[ExitOptions]
        for position in tuple(parts.account.portfolio):
            price = parts.account.price(position.symbol)
            is_ours = position.quantity > 0 and not position.is_foreign
            if is_ours and is_overdue(position, price, now, options):
                self._sell(position, now)

    def _sell(self, position: Position, now: datetime) -> None:
        parts, market = self._parts, self._parts.markets.get(position.symbol)
        if market is None or parts.day.is_flattening:
            return
        price = parts.account.price(position.symbol)
        decision = Decision(position.symbol, now, Action.SELL_TIME, price)
        if parts.desk.sell(market, price, decision.reason, now):
            parts.counts.signals += 1
            parts.outbox.publish(Decided(decision))
            parts.outbox.record(decision_record(decision), now)
