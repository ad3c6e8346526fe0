"""Which of our orders an event of Kiwoom's belongs to.

An answer to SendOrder names the request; an order event names the order number, and the screen it
was sent from. Until a number is known its request is found by the screen, afterwards by the number
alone. Amendments and cancels are orders with numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from broker.kiwoom import hoga
from broker.kiwoom.chejan import OrderEvent, Verb
from broker.kiwoom.ledger import Ledger
from core.domain.order import Order, OrderId, Side
from core.domain.price import Price


@dataclass(slots=True, eq=False)
class Tracked:
    """One order of the account with all numbers it has had."""

    order: Order
    number: str = ""  # the one its rest works under; "" while it is not known
    ledgers: dict[str, Ledger] = field(default_factory=dict)  # by number, oldest first
    request: Request | None = None  # on its way, in the queue or at the servers
    wants_cancel: bool = False  # as soon as nothing is on its way
    amends_to: Price | None = None  # the price it gets once it has been made smaller
    moved: datetime | None = None  # when the last thing about it was sent or heard
    unexplained: int = 0  # shares cancelled that no cancel was seen for yet
    is_history: bool = False  # it had ended before we first looked, and was never told of
    missed: int = 0  # lists of the day's orders in a row that did not show it

    @property
    def side(self) -> Side:
        return self.order.intent.side

    @property
    def code(self) -> str:
        return self.order.intent.symbol

    @property
    def ledger(self) -> Ledger:
        """Of the present number."""
        return self.ledgers[self.number]

    @property
    def filled(self) -> int:
        return sum(ledger.filled for ledger in self.ledgers.values())

    @property
    def remaining(self) -> int:
        """Shares still to be filled under the present number."""
        return max(self.ledger.ordered - self.ledger.filled, 0) if self.number else 0


@dataclass(slots=True, eq=False)
class Request:
    """One SendOrder: a new order, an amendment or a cancel."""

    verb: Verb
    tracked: Tracked
    quantity: int  # shares; of an amendment or a cancel those it is about
    price: int  # won, 0 without one
    name: str
    is_partial: bool = False  # a cancel that leaves a rest
    screen: str = ""
    sent: datetime | None = None
    number: str = ""  # its own; "" until it is known
    message: str = ""  # the last words of the broker about it
    is_refused: bool = False
    is_lost: bool = False  # no answer in time, or the line broke
    is_claimed: bool = False  # its number was taken from a list, without an answer

    @property
    def is_answered(self) -> bool:
        return bool(self.number) or self.is_refused

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.verb is Verb.CANCEL and not self.is_partial

    def fits(self, event: OrderEvent) -> bool:
        """Whether an event whose number nobody knows can be about it."""
        tracked = self.tracked
        if (self.verb, tracked.code, tracked.side) != (event.verb, event.code, event.side):
            return False
        if self.verb is Verb.NEW:
            return self.is_for(event.ordered, event.price, event.kind_name)
        return not event.original or event.original in tracked.ledgers

    def is_for(self, ordered: int, price: int, kind_name: str) -> bool:
        """Whether a new order has these terms, as far as they are told."""
        kind = hoga.named(kind_name)
        is_same_kind = kind is None or kind.kind is self.tracked.order.intent.kind
        return ordered == self.quantity and is_same_kind and self.price in (0, price)

    def is_like(self, other: Request) -> bool:
        """Whether both are new orders that nobody can tell apart by their terms."""
        mine, theirs = self.tracked.order.intent, other.tracked.order.intent
        return (
            mine.symbol,
            mine.side,
            mine.kind,
            mine.time_in_force,
            self.quantity,
            self.price,
        ) == (
            theirs.symbol,
            theirs.side,
            theirs.kind,
            theirs.time_in_force,
            other.quantity,
            other.price,
        )


class Joining:
    """All orders and requests of the day, by every name they go by."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything: numbers begin anew each day."""
        self._by_id: dict[OrderId, Tracked] = {}
        self._by_number: dict[str, Tracked] = {}
        self._by_name: dict[str, Request] = {}
        self._by_screen: dict[str, Request] = {}
        self._superseded: set[str] = set()  # numbers that were amended
        self._done: set[str] = set()  # numbers of cancels that have had their effect

    def __iter__(self) -> Iterator[Tracked]:
        return iter(tuple(self._by_id.values()))

    def __contains__(self, order_id: OrderId) -> bool:
        return order_id in self._by_id

    def add(self, tracked: Tracked) -> None:
        self._by_id[tracked.order.id] = tracked

    def by_id(self, order_id: OrderId) -> Tracked | None:
        return self._by_id.get(order_id)

    def by_number(self, number: str) -> Tracked | None:
        return self._by_number.get(number)

    # -- requests -----------------------------------------------------------------------------

    def send(self, request: Request, screen: str, now: datetime) -> None:
        """It leaves now, from that screen."""
        request.screen, request.sent = screen, now
        request.tracked.moved = now
        self._by_name[request.name] = request
        self._by_screen[screen] = request

    def take_back(self, request: Request) -> None:
        """It did not leave, or is over; answers to one that was claimed are still looked at."""
        if request.is_claimed:
            return
        self._by_name.pop(request.name, None)
        if self._by_screen.get(request.screen) is request:
            del self._by_screen[request.screen]

    def is_busy(self, screen: str) -> bool:
        """Whether an answer to what was sent from there is still awaited."""
        request = self._by_screen.get(screen)
        return request is not None and not (request.is_answered or request.is_lost)

    def twin(self, request: Request) -> Request | None:
        """Return the oldest order without an answer that is just like `request`.

        A list may show one of two equal orders before either was answered. It is taken for the
        older one. Should that be wrong, the answers to both are exchanged, and nobody can tell.
        """
        return next((other for other in self.numberless if other.is_like(request)), None)

    def named(self, name: str, screen: str) -> Request | None:
        """Return the request that an answer is to; by its screen only where it says no name."""
        return self._by_name.get(name) if name else self._by_screen.get(screen)

    @property
    def numberless(self) -> list[Request]:
        """New orders at the servers whose number is not known, oldest first."""
        return [r for r in self.in_flight if r.verb is Verb.NEW and not r.is_answered]

    @property
    def in_flight(self) -> list[Request]:
        return [request for request in self._by_name.values() if not request.is_claimed]

    # -- numbers ------------------------------------------------------------------------------

    def find(self, event: OrderEvent) -> Tracked | None:
        """Return the order an event is about; None where it is nobody's we know.

        A request found by its screen learns its number.
        """
        known = self._by_number.get(event.number)
        if known is not None:
            return known
        request = self._by_screen.get(event.screen)
        if request is not None and request.is_claimed:
            request = self.twin(request)
        if request is not None and not request.is_answered and request.fits(event):
            request.number = event.number
            return request.tracked
        return self.original(event.original)

    def original(self, number: str) -> Tracked | None:
        """Return the order that an amendment or cancel names, None where nobody was told of it."""
        tracked = self._by_number.get(number)
        return None if tracked is None or tracked.is_history else tracked

    def may_be_ours(self, event: OrderEvent) -> bool:
        """Whether an event of an unknown number may be of an order whose answer is under way."""
        if event.verb is not Verb.NEW:
            return self.is_awaiting(event.code, event.side)
        return any(request.fits(event) and not request.is_lost for request in self.numberless)

    def is_awaiting(self, code: str, side: Side) -> bool:
        """Whether an order number is under way that an amendment or a cancel may name already."""
        return any(
            (request.tracked.code, request.tracked.side) == (code, side) and not request.is_lost
            for request in self.numberless
        )

    def know(self, tracked: Tracked, number: str) -> None:
        """Events of `number` are about `tracked`."""
        self._by_number[number] = tracked

    def number_order(self, tracked: Tracked, number: str, ordered: int) -> None:
        """What `tracked` has left works under `number`, unless that was amended already."""
        self.know(tracked, number)
        if number in tracked.ledgers:
            return
        tracked.ledgers[number] = Ledger(ordered)
        if number not in self._superseded or not tracked.number:
            self._superseded.update(other for other in tracked.ledgers if other != number)
            tracked.number = number

    def supersede(self, number: str) -> None:
        """Note that `number` was amended, be it known yet or not."""
        if number:
            self._superseded.add(number)

    def is_superseded(self, number: str) -> bool:
        """Whether `number` was amended."""
        return number in self._superseded

    def is_done(self, number: str) -> bool:
        """Return whether a cancel has had its effect before; from now on it has."""
        if number in self._done:
            return True
        self._done.add(number)
        return False


def new_order_id(number: str, now: datetime) -> OrderId:
    """Return our id of an order that this program did not make."""
    return OrderId(f"K{now:%y%m%d}-{number}")
