"""Exits that were begun and are not over: what is left of them is sold until nothing is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.order import Order, OrderIntent, OrderKind, OrderReport, OrderStatus, Reason, Side
from core.domain.price import Price
from core.domain.session import Phase
from core.engine.parts import Parts
from core.execution.policy import PATIENT, at_market

_AGAIN = timedelta(seconds=1)
_CLOSED = timedelta(seconds=30)  # while no market order is taken
_LATE = timedelta(minutes=1)  # how long a buy's fill may come after the exit was thought over
_TAKING = frozenset({Phase.OPENING_AUCTION, Phase.CONTINUOUS, Phase.CLOSING_AUCTION})
_NOT_OURS = frozenset({Reason.EOD, Reason.LIMIT, Reason.FLATTEN, Reason.FOREIGN})
"""Exits that a flatten plans anew by itself, or that others made."""
_AT_MARKET = frozenset({OrderKind.MARKET, OrderKind.AFTER_HOURS_CLOSE})


class Pursuit:
    """Owned by the engine thread. Never sells more than is held less all working sells."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._desk, self._orders = parts, parts.desk, parts.orders
        self._exits: dict[str, OrderIntent] = {}  # by symbol, as decided
        self._dues: dict[str, datetime] = {}
        self._over: dict[str, datetime] = {}  # nothing is held: when it is forgotten
        parts.desk.hasten = self._hasten

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._exits

    def drop(self, symbol: str) -> None:
        """A person has decided otherwise."""
        self._exits.pop(symbol, None)
        self._dues.pop(symbol, None)
        self._over.pop(symbol, None)

    @property
    def is_idle(self) -> bool:
        return not self._dues

    @property
    def wakeup(self) -> datetime | None:
        return min(self._dues.values(), default=None)

    def advance(self, now: datetime) -> None:
        for symbol, due in tuple(self._dues.items()):
            if now >= due:
                self._go_on(symbol, now)

    def on_order(self, order: Order, _: OrderReport | None) -> None:
        intent, is_new = order.intent, order.status is OrderStatus.SUBMITTED
        if is_new and intent.side is Side.BUY:
            self.drop(intent.symbol)  # whatever was left of an exit: this is another position
        elif is_new and intent.reason not in _NOT_OURS:
            self._begin(intent)
        if intent.symbol in self._exits:
            self._go_on(intent.symbol, self._parts.clock.now())

    def _begin(self, intent: OrderIntent) -> bool:
        """Take an exit on; return whether it is news: none, or only a patient one, was begun."""
        before = self._exits.get(intent.symbol)
        if before is not None and (before.reason not in PATIENT or intent.reason in PATIENT):
            return False
        self._exits[intent.symbol] = intent
        return True

    def _hasten(self, symbol: str, reason: Reason, price: Price, now: datetime) -> bool:
        """Let an urgent exit take the place of one that waits for its price.

        Returns whether it has: the rest is sold as soon as the cancel is confirmed.
        """
        if reason in PATIENT or not self._waiting(symbol):
            return False
        held = self._parts.account.portfolio.held(symbol)
        is_news = self._begin(OrderIntent(symbol, Side.SELL, held, reason, now, price))
        self._clear(symbol, now)
        self._dues[symbol] = now + _AGAIN
        return is_news

    def _go_on(self, symbol: str, now: datetime) -> None:
        self._dues.pop(symbol, None)
        intent, held = self._exits[symbol], self._parts.account.portfolio.held(symbol)
        if held <= 0:
            self._end(symbol, now)
            return
        if symbol in self._over and self._is_foreign(symbol):
            self.drop(symbol)  # bought elsewhere since: another position, and not ours to sell
            return
        self._over.pop(symbol, None)
        if intent.reason not in PATIENT:
            self._clear(symbol, now)
        free = held - self._orders.selling(symbol)
        if free <= 0:
            if intent.reason not in PATIENT and self._waiting(symbol):
                self._dues[symbol] = now + _AGAIN
            return
        if self._parts.day.phase not in _TAKING:
            self._dues[symbol] = now + _CLOSED
        elif not self._may_sell(intent) or not self._sell(intent, free, now):
            self._dues[symbol] = now + _AGAIN

    def _end(self, symbol: str, now: datetime) -> None:
        """Forget an exit with nothing left, unless what was bought before may still be told."""
        if self._desk.own_buys(symbol):
            return
        until = self._over.setdefault(symbol, now + _LATE)
        if now >= until:
            self.drop(symbol)
        else:
            self._dues[symbol] = until

    def _is_foreign(self, symbol: str) -> bool:
        position = self._parts.account.portfolio.position(symbol)
        return position is not None and position.is_foreign

    def _may_sell(self, intent: OrderIntent) -> bool:
        """Not while a flatten does it, nor by a signal in a frozen symbol."""
        is_frozen = intent.reason is Reason.SIGNAL and intent.symbol in self._desk.frozen
        return not self._parts.day.is_flattening and not is_frozen

    def _sell(self, intent: OrderIntent, quantity: int, now: datetime) -> bool:
        return self._desk.sell_once(replace(at_market(intent, quantity), time=now), now)

    def _clear(self, symbol: str, now: datetime) -> None:
        """Take back own sells that wait for a price."""
        for order in self._waiting(symbol):
            if order.status is not OrderStatus.PENDING_CANCEL:
                self._desk.try_cancel(order.id, now)

    def _waiting(self, symbol: str) -> list[Order]:
        return [
            order
            for order in self._orders.working(symbol, Side.SELL)
            if order.intent.kind not in _AT_MARKET and order.intent.reason is not Reason.FOREIGN
        ]
