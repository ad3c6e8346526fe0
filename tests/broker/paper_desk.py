"""A paper broker on a feed that posts what a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from broker.paper import PaperBroker, PaperTerms
from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.market import Level, OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    Condition,
    ConnectionChanged,
    HistoryLoaded,
    Message,
)
from core.domain.order import (
    Order,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderKind,
    Reason,
    Side,
    TimeInForce,
)
from core.ports import Post
from core.sessions import open_calendar
from core.simulation.costs import CostModel, CostOptions
from core.simulation.state import ExchangeState

SEOUL = ZoneInfo("Asia/Seoul")
CALENDAR = open_calendar("XKRX", SEOUL)
STOCK = Instrument("005930", "삼성전자", 71_500)
COSTS = CostModel.from_options(CostOptions())
CASH = 10_000_000
LATENCY = timedelta(milliseconds=30)

M = TypeVar("M")


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20T{clock}+09:00").astimezone(SEOUL)


class FakeFeed:
    """A broker's line that posts what a test says."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.calls: list[tuple[Any, ...]] = []
        self.due: datetime | None = None

    def connect(self) -> None:
        self.calls.append(("connect",))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self.calls.append(("history", tuple(symbols), days))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self.calls.append(("subscribe", tuple(symbols)))

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self.calls.append(("unsubscribe", tuple(symbols)))

    def request_conditions(self) -> None:
        self.calls.append(("conditions",))

    def run_condition(self, condition: Condition, is_real_time: bool) -> None:
        self.calls.append(("run", condition, is_real_time))

    def stop_condition(self, condition: Condition) -> None:
        self.calls.append(("stop", condition))

    def next_time(self) -> datetime | None:
        return self.due

    def on_time(self, now: datetime) -> None:
        self.calls.append(("on_time", now))
        self.due = None

    def close(self) -> None:
        self.calls.append(("close",))


class Desk:
    """A paper broker, its feed, its clock and everything it posted."""

    def __init__(
        self,
        start: str = "10:00:00",
        *,
        slippage_ticks: int = 0,
        state: ExchangeState | None = None,
        call: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self.clock = SimClock(at(start))
        self.posts: list[Message] = []
        self.feeds: list[FakeFeed] = []
        terms = PaperTerms(COSTS, CASH, slippage_ticks, LATENCY, state)
        self.broker = PaperBroker(
            self._make_feed,
            self.posts.append,
            self.clock,
            call or (lambda action: action()),
            CALENDAR,
            terms,
        )
        self._numbers = 0

    def _make_feed(self, post: Post) -> FakeFeed:
        self.feeds.append(FakeFeed(post))
        return self.feeds[0]

    @property
    def feed(self) -> FakeFeed:
        return self.feeds[0]

    def opened(self) -> Desk:
        """Log in and learn the one symbol."""
        self.feed.post(ConnectionChanged(True))
        self.feed.post(HistoryLoaded(STOCK, ()))
        return self

    def go_to(self, clock: str) -> None:
        """Let time pass as a timer would."""
        until = at(clock)
        while (due := self.broker.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.broker.on_time(self.clock.now())
        self.clock.move_to(until)

    def tick(
        self,
        clock: str,
        price: int,
        quantity: int = 100,
        bid: int | None = None,
        ask: int | None = None,
    ) -> None:
        """Let a trade be printed and arrive at once, without a timer in between."""
        self.clock.move_to(at(clock))
        self.feed.post(Tick("005930", at(clock), price, quantity, None, bid, ask))

    def book(self, bids: dict[int, int], asks: dict[int, int]) -> None:
        sides = (tuple(Level(*level) for level in side.items()) for side in (asks, bids))
        self.feed.post(OrderBook("005930", self.clock.now(), *sides))

    def order(
        self,
        side: Side = Side.BUY,
        quantity: int = 10,
        limit: int | None = None,
        kind: OrderKind | None = None,
        tif: TimeInForce = TimeInForce.DAY,
    ) -> Order:
        """Submit an order, at market unless it has a limit or a kind."""
        self._numbers += 1
        chosen = kind or (OrderKind.MARKET if limit is None else OrderKind.LIMIT)
        intent = OrderIntent(
            "005930", side, quantity, Reason.SIGNAL, self.clock.now(), 71_500, chosen, limit, tif
        )
        order = Order(OrderId(f"P{self._numbers}"), intent)
        self.broker.submit(order)
        return order

    def got(self, kind: type[M]) -> list[M]:
        return [message for message in self.posts if isinstance(message, kind)]

    def fills(self, order: Order) -> list[tuple[int, int]]:
        return [
            (report.fill.price, report.fill.quantity)
            for report in self.got(OrderFilled)
            if report.order_id == order.id
        ]

    def account(self) -> AccountReported:
        self.broker.request_account("now")
        self.go_to((self.clock.now() + LATENCY).time().isoformat())
        return self.got(AccountReported)[-1]
