"""The Broker and MarketFeed ports over a simulated venue: in the caller's thread, or in its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from broker.paced import PacedVenue
from broker.stepped_thread import SteppedThread
from core.clock import ScaledClock, SimClock
from core.domain.market import OrderBook, Tick
from core.domain.messages import ConnectionChanged, HistoryLoaded, IndexMoved, Message
from core.domain.order import Order
from core.domain.price import Price
from core.ports import Clock, Post
from core.simulation.venue import Venue


class SimulatedBroker:
    """Both ports, inline and deterministic: the thread that steps the venue makes all calls.

    Orders leave at `clock.now()` where a clock is given, else at the venue's last timestamp.
    """

    def __init__(self, venue: Venue | PacedVenue, post: Post, clock: Clock | None = None) -> None:
        self._venue, self._post, self._clock = venue, post, clock
        venue.attach(post)

    def connect(self) -> None:
        self._post(ConnectionChanged(True))

    def submit(self, order: Order) -> None:
        self._venue.submit(order, self._now())

    def cancel(self, order: Order) -> None:
        self._venue.cancel(order.id, self._now())

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        self._venue.amend(order.id, limit_price, quantity, self._now())

    def request_account(self, request_id: str) -> None:
        self._venue.request_account(request_id, self._now())

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self._venue.request_history(symbols, days)

    def subscribe(self, symbols: Sequence[str]) -> None:
        self._venue.subscribe(symbols)

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self._venue.unsubscribe(symbols)

    def close(self) -> None:
        self._venue.close()

    def _now(self) -> datetime:
        return self._venue.now if self._clock is None else self._clock.now()


class VenueThread(SteppedThread):
    """Both ports with the venue in a thread of its own, so that orders work while the engine hangs.

    Every method may be called from any thread.
    """

    def __init__(
        self,
        venue: Venue | PacedVenue,
        post: Post,
        clock: ScaledClock | SimClock,
        wait_drained: Callable[[float], bool] | None = None,
    ) -> None:
        super().__init__(venue, post, clock, wait_drained)
        self._venue = venue
        self._listeners: tuple[Post, ...] = ()

    # -- the ports ----------------------------------------------------------------------------

    def connect(self) -> None:
        """Start the market with the first call; posts `ConnectionChanged`."""
        self.call(lambda: self._publish(ConnectionChanged(True)))
        if self.ident is None:
            self.start()

    def submit(self, order: Order) -> None:
        now = self._clock.now()
        self.call(lambda: self._venue.submit(order, now))

    def cancel(self, order: Order) -> None:
        now = self._clock.now()
        self.call(lambda: self._venue.cancel(order.id, now))

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        now = self._clock.now()
        self.call(lambda: self._venue.amend(order.id, limit_price, quantity, now))

    def request_account(self, request_id: str) -> None:
        now = self._clock.now()
        self.call(lambda: self._venue.request_account(request_id, now))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self.call(lambda: self._venue.request_history(symbols, days))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self.call(lambda: self._venue.subscribe(symbols))

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self.call(lambda: self._venue.unsubscribe(symbols))

    # -- besides ------------------------------------------------------------------------------

    def add_listener(self, post: Post) -> None:
        """Also send everything but market data to `post`, e.g. for a flatten without the engine."""
        self._listeners = (*self._listeners, post)

    def remove_listener(self, post: Post) -> None:
        self._listeners = tuple(other for other in self._listeners if other != post)

    def _publish(self, message: Message) -> None:
        if self._stopping.is_set():
            return
        super()._publish(message)
        if not isinstance(message, Tick | OrderBook | HistoryLoaded | IndexMoved):
            for post in self._listeners:
                post(message)
