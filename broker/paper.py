"""Paper mode: a real broker's live feed, with orders to a simulated exchange of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.text import Text
from core.domain.errors import BrokerError
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    BrokerIdentified,
    Condition,
    ConnectionChanged,
    ForeignOrderSeen,
    HistoryLoaded,
    IndexMoved,
    Interrupted,
    Message,
    Resumed,
)
from core.domain.order import Order, OrderReport
from core.domain.price import Price
from core.ports import Clock, MarketFeed, Post, SymbolSource
from core.sessions import TradingCalendar
from core.simulation.costs import CostModel
from core.simulation.exchange import Exchange
from core.simulation.live_tape import LiveTape
from core.simulation.state import ExchangeState

_ACCOUNT = BrokerIdentified("paper", "PAPER")

_STOPPED = Text("페이퍼 계좌가 멈췄습니다: {}", "the paper account has stopped: {}")

# What a real account may say must not be taken for ours.
_OF_THE_REAL_ACCOUNT = OrderReport | AccountReported | ForeignOrderSeen


class LiveFeed(MarketFeed, SymbolSource, Protocol):
    """The part of a real broker that paper mode uses; driven like `KiwoomOpenApi`."""

    def connect(self) -> None: ...

    def next_time(self) -> datetime | None: ...

    def on_time(self, now: datetime) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PaperTerms:
    """How the simulated exchange treats its one account."""

    costs: CostModel
    cash: Price  # won, of a new account
    slippage_ticks: int
    latency: timedelta
    state: ExchangeState | None = None  # keeps the account beyond this run, in place of `cash`


class PaperBroker:
    """The Broker, MarketFeed and SymbolSource ports; orders never reach the real broker.

    Owned by the feed's thread: it posts there, and at `next_time()` somebody calls `on_time`. The
    ports' methods may be called from any thread.
    """

    def __init__(
        self,
        make_feed: Callable[[Post], LiveFeed],
        post: Post,
        clock: Clock,
        call: Callable[[Callable[[], None]], None],
        calendar: TradingCalendar,
        terms: PaperTerms,
    ) -> None:
        """`make_feed` gets where its feed shall post; `call` runs an action on the feed's thread.

        Raises:
            BrokerError: The state file can't be used.
        """
        self._target, self._clock, self._call = post, clock, call
        self._listeners: tuple[Post, ...] = ()
        self._outbox: list[Message] = []
        self._error: BrokerError | None = None
        self._is_closed = False
        self._tape = LiveTape(calendar, terms.slippage_ticks)
        self._exchange = Exchange(
            self._tape, terms.costs, terms.cash, self._outbox.append, terms.latency, terms.state
        )
        self._tape.open(self._exchange)
        now = clock.now()
        self._exchange.restore(calendar.day_of(now))
        self._exchange.reenter(now)
        self._exchange.commit(now)
        self._feed = make_feed(self._from_feed)

    # -- Broker, from any thread --------------------------------------------------------------

    def connect(self) -> None:
        """Log the feed in; its `ConnectionChanged` is ours."""
        self._feed.connect()

    def submit(self, order: Order) -> None:
        now = self._clock.now()
        self._do(lambda: self._exchange.submit(order, now))

    def cancel(self, order: Order) -> None:
        now = self._clock.now()
        self._do(lambda: self._exchange.cancel(order.id, now))

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        now = self._clock.now()
        self._do(lambda: self._exchange.amend(order.id, limit_price, quantity, now))

    def request_account(self, request_id: str) -> None:
        now = self._clock.now()
        self._do(lambda: self._exchange.request_account(request_id, now))

    def close(self) -> None:
        """Log the feed out and let go of the state file; nothing is posted afterwards."""
        self._is_closed = True
        self._feed.close()
        now = self._clock.now()
        self._call(lambda: self._exchange.close(now))

    # -- MarketFeed and SymbolSource: the feed's own ------------------------------------------

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self._feed.request_history(symbols, days)

    def subscribe(self, symbols: Sequence[str]) -> None:
        self._feed.subscribe(symbols)

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self._feed.unsubscribe(symbols)

    def request_conditions(self) -> None:
        self._feed.request_conditions()

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        self._feed.run_condition(condition, is_real_time)

    def stop_condition(self, condition: Condition) -> None:
        self._feed.stop_condition(condition)

    # -- besides ------------------------------------------------------------------------------

    def add_listener(self, post: Post) -> None:
        """Also send everything but market data to `post`, e.g. for a flatten without the engine."""
        self._listeners = (*self._listeners, post)

    def remove_listener(self, post: Post) -> None:
        self._listeners = tuple(other for other in self._listeners if other != post)

    def next_time(self) -> datetime | None:
        """Return when `on_time` is to be called, on the market's clock; owner thread."""
        if self._is_closed:
            return None
        dues = [self._feed.next_time()]
        if self._error is None:
            dues += [self._exchange.next_arrival(), self._tape.next_time()]
        return min((due for due in dues if due is not None), default=None)

    def on_time(self, now: datetime) -> None:
        """Do what is due at `now`; owner thread."""
        if self._is_closed:
            return
        due = self._feed.next_time()
        if due is not None and due <= now:
            self._feed.on_time(now)
        self._guarded(lambda: self._tape.on_time(now))

    # -- inside, on the owner's thread --------------------------------------------------------

    def _from_feed(self, message: Message) -> None:
        """Let the market go on: first what of ours came before, then the news, then our fills."""
        if isinstance(message, _OF_THE_REAL_ACCOUNT):
            return
        self._guarded(_nothing)
        if isinstance(message, BrokerIdentified):
            message = _ACCOUNT
        elif isinstance(message, ConnectionChanged):
            if self._error is not None:
                return  # without an exchange the line is of no use
            self._tape.is_connected = message.is_connected
        self._publish(message)
        self._guarded(lambda: self._tell_tape(message))

    def _tell_tape(self, message: Message) -> None:
        match message:
            case Tick():
                self._tape.trade(message, self._clock.now())
            case OrderBook():
                self._tape.quote(message)
            case HistoryLoaded(error=""):
                self._tape.learn(message.instrument)
            case Interrupted():
                self._tape.interrupt(message)
            case Resumed():
                self._tape.resume(message)
            case _:
                pass  # nothing that fills or forbids an order

    def _do(self, action: Callable[[], None]) -> None:
        if self._error is not None:
            raise BrokerError(_STOPPED.format(self._error))
        self._call(lambda: self._guarded(action))

    def _guarded(self, action: Callable[[], None]) -> None:
        """Bring the exchange up to now, act, and post what came of it once it is durable.

        An exchange that fails takes no more orders, and says so as a lost connection.
        """
        if self._is_closed or self._error is not None:
            return
        now = self._clock.now()
        try:
            while (due := self._exchange.next_arrival()) is not None and due <= now:
                self._exchange.arrive(due)
            action()
            self._exchange.commit(now)
        except BrokerError as error:
            self._error = error
            self._outbox.clear()  # never posted what was not kept
            self._publish(ConnectionChanged(False, error.text))
            return
        posts = self._outbox.copy()
        self._outbox.clear()
        for message in posts:
            self._publish(message)

    def _publish(self, message: Message) -> None:
        if self._is_closed:
            return
        self._target(message)
        if not isinstance(message, Tick | OrderBook | HistoryLoaded | IndexMoved):
            for post in self._listeners:
                post(message)


def _nothing() -> None:
    """Only bring the exchange up to now."""
