"""Asks for the account now and then: a notice that was lost leaves no trace, only silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from broker.kiwoom.watch import Alarms
from core.domain.messages import MarketNotice

_LOOK = timedelta(seconds=5)  # between two looks
_QUIET = timedelta(seconds=10)  # without a word of a working order: its fill may have been lost
_RESTING = timedelta(minutes=1)  # between two questions while an order goes on saying nothing
_IDLE = timedelta(minutes=5)  # while no order works: somebody else's may have been lost as a whole
_ALARM = "audit"
_ENDS = frozenset({MarketNotice.CLOSED, MarketNotice.AFTER_HOURS_CLOSED, MarketNotice.DAY_ENDED})


class QuietOrders(Protocol):
    """What an audit needs to know of the orders."""

    def quiet_since(self) -> Sequence[datetime]:
        """Return when each order that may still be filled was last heard of."""
        ...


class Audit:
    """Costs three requests each time, so it asks soon about a new doubt and rarely about old ones.

    `ask` asks for the account and the day's orders; its argument says why.
    """

    def __init__(self, alarms: Alarms, ask: Callable[[str], None]) -> None:
        self._alarms, self._ask = alarms, ask
        self._orders: QuietOrders | None = None
        self._asked: datetime | None = None

    def open(self, orders: QuietOrders, now: datetime) -> None:
        """Logged in, which asks for the account by itself."""
        self._orders, self._asked = orders, now
        self._alarms.set(_ALARM, now + _LOOK, self._look)

    def hold(self) -> None:
        """The line is lost: there is nobody to ask."""
        self._alarms.drop(_ALARM)

    def noticed(self, notice: MarketNotice, now: datetime) -> None:
        """The end of a session is told for all orders at once: look at what became of each."""
        if notice in _ENDS and self._alarms.is_set(_ALARM):
            self._alarms.set(_ALARM, now + _LOOK, lambda at: self._put(at, "a session has ended"))

    def _look(self, now: datetime) -> None:
        assert self._orders is not None and self._asked is not None
        quiet = self._orders.quiet_since()
        since_asked = now - self._asked
        if any(self._asked < since + _QUIET <= now for since in quiet):
            self._put(now, "no word of a working order")
        elif since_asked >= (_RESTING if quiet else _IDLE):
            self._put(now, "as a matter of routine")
        else:
            self._alarms.set(_ALARM, now + _LOOK, self._look)

    def _put(self, now: datetime, why: str) -> None:
        self._asked = now
        self._alarms.set(_ALARM, now + _LOOK, self._look)
        self._ask(why)
