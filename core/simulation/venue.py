"""The whole simulated outside world as one object: a market, and the exchange our orders go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.messages import HistoryLoaded, Message
from core.domain.order import Order, OrderId, OrderIntent
from core.domain.price import Price
from core.ports import Post
from core.simulation.account import Lot
from core.simulation.costs import CostModel
from core.simulation.desk import Desk, Floor
from core.simulation.exchange import Exchange
from core.simulation.incidents import Incident
from core.simulation.state import ExchangeState


class Market(Floor, Protocol):
    """A floor with a life of its own: the trades of others."""

    start: datetime
    end: datetime
    seed: int  # what its chance hangs on; 0 where it has none

    def open(self, desk: Desk, emit: Callable[[Message], None]) -> None:
        """Learn where fills and market data go; called once, before anything else."""
        ...

    def next_time(self) -> datetime | None:
        """Return when the market does its next thing; None after the last."""
        ...

    def step(self, now: datetime) -> None:
        """Do everything due at `now`, which is `next_time()`."""
        ...

    def skip_to(self, moment: datetime) -> None:
        """Live through everything up to `moment`, itself too, without a word to anybody."""
        ...

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded | None:
        """Return the answer to a request; None: the market posts it itself, later."""
        ...

    def inject(self, incident: Incident, now: datetime) -> None:
        """Let an interruption happen at its time, at once where that is past."""
        ...

    def watch(self, symbols: Iterable[str], now: datetime) -> None:
        """Publish these symbols, and only these, from now on."""
        ...


class Venue:
    """Runs a market and an exchange on the time it is stepped through; reads no clock.

    A driver asks `next_time`, moves its clock there and calls `step`. At one timestamp the market
    goes first, then what of ours arrives. Changes are committed before their reports are posted.
    Single-threaded: one owner calls everything.
    """

    def __init__(
        self,
        market: Market,
        costs: CostModel,
        cash: Price,
        latency: timedelta = timedelta(milliseconds=30),
        state: ExchangeState | None = None,
        lots: Iterable[Lot] = (),
    ) -> None:
        """`cash` in won and `lots` open a new account; a state file that has one keeps its own."""
        self._market = market
        self._outbox: list[Message] = []
        self._post: Post = self._outbox.append
        self._watched: dict[str, None] = {}
        self.exchange = Exchange(market, costs, cash, self._outbox.append, latency, state, lots)
        market.open(self.exchange, self._outbox.append)
        self.now = market.start
        self._resume()
        self.start = self.now  # where a driver sets its clock

    @property
    def end(self) -> datetime:
        """When the market does its last thing; orders may still be answered after it."""
        return self._market.end

    @property
    def seed(self) -> int:
        """The market's seed: that of the state file's day where one goes on."""
        return self._market.seed

    def attach(self, post: Post) -> None:
        """Send everything from now on to `post`."""
        self._post = post

    def next_time(self) -> datetime | None:
        """Return the time of the next thing that will happen; None once nothing will by itself."""
        theirs, ours = self._market.next_time(), self.exchange.next_arrival()
        if ours is None or theirs is None:
            return theirs or ours
        return min(theirs, ours)

    def step(self) -> None:
        """Do everything of the next timestamp and post what came of it.

        Raises:
            BrokerError: The state file is another process's now; nothing of this step was posted.
        """
        theirs, ours = self._market.next_time(), self.exchange.next_arrival()
        if theirs is not None and (ours is None or theirs <= ours):
            self.now = max(self.now, theirs)
            self._market.step(theirs)
        elif ours is not None:
            self.now = max(self.now, ours)
        if ours is not None:
            self.exchange.arrive(self.now)
        self.exchange.commit(self.now, is_last=self._market.next_time() is None)
        self._flush()

    def submit(self, order: Order, now: datetime) -> None:
        self.exchange.submit(order, max(now, self.now))

    def cancel(self, order_id: OrderId, now: datetime, quantity: int | None = None) -> None:
        """Ask to cancel `quantity` shares of what is left of an order, by default all of it."""
        self.exchange.cancel(order_id, max(now, self.now), quantity)

    def amend(self, order_id: OrderId, price: Price, quantity: int, now: datetime) -> None:
        """Ask to move what is left of an order to `price`; `quantity` is of the whole order."""
        self.exchange.amend(order_id, price, quantity, max(now, self.now))

    def place_by_hand(self, intent: OrderIntent, now: datetime) -> OrderId:
        """Take an order that the customer makes elsewhere; posts `ForeignOrderSeen` before it."""
        return self.exchange.place_by_hand(intent, max(now, self.now))

    def inject(self, incident: Incident) -> None:
        """Let an interruption happen at its time, or as the next thing where that is past."""
        self._market.inject(incident, self.now)

    def request_account(self, request_id: str, now: datetime) -> None:
        self.exchange.request_account(request_id, max(now, self.now))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        """Post one `HistoryLoaded` for each symbol, at once where the market has it."""
        for symbol in symbols:
            answer = self._market.history(symbol, days, self.now)
            if answer is not None:
                self._post(answer)

    def subscribe(self, symbols: Sequence[str]) -> None:
        """Publish these symbols too; where books are published, each one's book comes at once."""
        self._watched.update(dict.fromkeys(symbols))
        self._market.watch(self._watched, self.now)
        self._flush()

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        for symbol in symbols:
            self._watched.pop(symbol, None)
        self._market.watch(self._watched, self.now)

    def close(self) -> None:
        """Let go of the state file, which keeps the time; nothing is posted afterwards."""
        self.attach(_nobody)
        self.exchange.close(self.now)

    def _resume(self) -> None:
        """Go on where the state file's day was left, if it is the market's day."""
        left = self.exchange.restore(self._market.start.date())
        if left is not None and left.date() == self.now.date() and left > self.now:
            self.now = min(left, self._market.end)
            self._market.skip_to(self.now)
        self.exchange.reenter(self.now)
        self.exchange.commit(self.now)
        if left is not None:
            self._outbox.clear()  # nobody was there; who comes now reads it in the books

    def _flush(self) -> None:
        if self._outbox:
            messages = self._outbox.copy()
            self._outbox.clear()
            for message in messages:
                self._post(message)


def _nobody(_: Message) -> None:
    """Take what comes after the end."""
