"""The simulated broker behind the ports: inline, and in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker.simulated import SimulatedBroker, VenueThread
from core.clock import ScaledClock, SimClock
from core.domain.errors import BrokerError
from core.domain.market import Tick
from core.domain.messages import (
    AccountReported,
    ConnectionChanged,
    HistoryLoaded,
    IndexMoved,
    MarketNoticed,
    Message,
)
from core.domain.order import OrderAccepted, OrderCanceled, OrderFilled
from core.ports import Broker, MarketFeed
from core.simulation.market import SyntheticMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import (
    CASH,
    COSTS,
    SEOUL,
    a_session,
    an_order,
    sessions_before,
)

SESSION = a_session(minutes=10)
OPENED = SESSION.open + timedelta(seconds=20)
TIMEOUT_S = 20.0

Look = tuple[datetime, int]  # market time, and how much was posted by then


def a_venue(state: ExchangeState | None = None) -> Venue:
    history = sessions_before(SESSION.day, 1)
    market = SyntheticMarket(1, SESSION, ["005930"], history, publishes_books=False)
    return Venue(market, COSTS, CASH, state=state)


class Mailbox:
    """Takes posts from another thread and waits for the one a test wants."""

    def __init__(self) -> None:
        self._posts: queue.Queue[Message] = queue.Queue()
        self.seen: list[Message] = []  # what was waited for, and what came before it
        self.posted: list[Message] = []

    def post(self, message: Message) -> None:
        self.posted.append(message)
        self._posts.put(message)

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        while True:
            message = self._posts.get(timeout=TIMEOUT_S)
            self.seen.append(message)
            if wanted(message):
                return message

    def wait_for_a(self, kind: type) -> Message:
        return self.wait_for(lambda message: isinstance(message, kind))

    @property
    def is_empty(self) -> bool:
        return self._posts.empty()


def batched_pairs(looks: list[Look]) -> Iterator[tuple[Look, Look]]:
    return zip(looks[::2], looks[1::2], strict=True)


class TestInline:
    def test_it_is_both_ports(self) -> None:
        adapter = SimulatedBroker(a_venue(), lambda _: None)

        as_broker: Broker = adapter
        as_feed: MarketFeed = adapter
        assert as_broker is as_feed

    def test_orders_leave_at_the_clocks_time(self) -> None:
        venue, posts = a_venue(), []
        clock = SimClock(OPENED)
        adapter = SimulatedBroker(venue, posts.append, clock)
        adapter.connect()
        adapter.submit(order := an_order(quantity=1))

        while not any(isinstance(post, OrderFilled) for post in posts):
            venue.step()

        assert posts[0] == ConnectionChanged(True)
        accepted = next(post for post in posts if isinstance(post, OrderAccepted))
        assert accepted.order_id == order.id
        assert accepted.time == OPENED + timedelta(milliseconds=30)

    def test_history_is_answered_at_once_and_ticks_come_when_subscribed(self) -> None:
        venue, posts = a_venue(), []
        adapter = SimulatedBroker(venue, posts.append)
        adapter.request_history(["005930"], 1)

        (history,) = posts
        assert isinstance(history, HistoryLoaded) and len(history.bars) == 381
        while venue.now < OPENED:
            venue.step()
        assert {type(post) for post in posts[1:]} == {MarketNoticed, IndexMoved}
        adapter.subscribe(["005930"])
        while venue.now < OPENED + timedelta(seconds=30):
            venue.step()
        assert Tick in map(type, posts)

    def test_nothing_is_posted_after_close(self) -> None:
        venue, posts = a_venue(), []
        adapter = SimulatedBroker(venue, posts.append)
        adapter.subscribe(["005930"])
        adapter.submit(an_order())
        known = len(posts)

        adapter.close()
        while venue.next_time() is not None:
            venue.step()

        assert len(posts) == known


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def start(mailbox: Mailbox) -> Iterator[Callable[..., VenueThread]]:
    """Starts venue threads and stops them afterwards."""
    threads: list[VenueThread] = []

    def begin(venue: Venue, clock: ScaledClock | SimClock, **kwargs: object) -> VenueThread:
        thread = VenueThread(venue, mailbox.post, clock, **kwargs)  # type: ignore[arg-type]
        threads.append(thread)
        thread.connect()
        return thread

    yield begin
    for thread in threads:
        thread.close()


class TestThread:
    def test_an_order_is_answered_from_the_other_thread(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        venue = a_venue()
        adapter = start(venue, ScaledClock(OPENED, 50))
        adapter.subscribe(["005930"])
        mailbox.wait_for_a(Tick)
        adapter.submit(order := an_order(quantity=1))
        filled = mailbox.wait_for_a(OrderFilled)
        adapter.request_account("check")
        account = mailbox.wait_for_a(AccountReported)

        assert mailbox.seen[0] == ConnectionChanged(True)
        assert isinstance(filled, OrderFilled) and filled.order_id == order.id
        assert isinstance(account, AccountReported) and account.holdings[0].quantity == 1

    def test_at_full_speed_it_waits_for_its_consumer(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        """In lock-step time stands and nothing is posted until everything was handled."""
        clock, looks = SimClock(SESSION.open - timedelta(seconds=30)), []
        is_done = threading.Event()

        def drained(_timeout_s: float) -> bool:
            looks.append((clock.now(), len(mailbox.posted)))
            if len(looks) == 60:
                is_done.set()
            return len(looks) % 2 == 0  # the consumer is slow: it takes two looks

        venue = a_venue()
        venue.subscribe(
            ["005930"]
        )  # later, the day might be over: without posts nobody is waited for
        adapter = start(venue, clock, wait_drained=drained)
        assert is_done.wait(TIMEOUT_S)
        adapter.close()

        for unhandled, handled in batched_pairs(looks[:60]):
            assert unhandled == handled
        times = [post.time for post in mailbox.posted if isinstance(post, Tick)]
        assert len(times) > 5
        assert times == sorted(times)
        assert times[-1] <= clock.now()

    def test_flatten_works_while_the_engine_hangs(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        """The engine's own mailbox is never emptied; a listener hears and acts alone."""
        panic = Mailbox()
        adapter = start(a_venue(), ScaledClock(OPENED, 50))
        adapter.add_listener(panic.post)
        adapter.subscribe(["005930"])
        adapter.submit(an_order(quantity=3))
        panic.wait_for_a(OrderFilled)
        adapter.submit(resting := an_order(quantity=1, limit=50_100))
        panic.wait_for(lambda m: isinstance(m, OrderAccepted) and m.order_id == resting.id)

        adapter.cancel(resting)
        panic.wait_for_a(OrderCanceled)

        assert not any(isinstance(message, Tick) for message in panic.seen)
        adapter.remove_listener(panic.post)
        adapter.request_account("later")
        mailbox.wait_for_a(AccountReported)
        assert panic.is_empty

    def test_flatten_works_at_full_speed_while_the_engine_hangs(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        """Nobody drains: the market lives on a second for each call, and no further."""
        panic, clock = Mailbox(), SimClock(OPENED)
        venue = a_venue()
        while venue.now < OPENED:
            venue.step()
        hangs = threading.Event()

        def never_drained(timeout_s: float) -> bool:
            hangs.set()
            return False

        adapter = start(venue, clock, wait_drained=never_drained)
        adapter.add_listener(panic.post)
        assert hangs.wait(TIMEOUT_S)  # the market stands still; calls alone move it
        adapter.submit(order := an_order(quantity=3))
        filled = panic.wait_for_a(OrderFilled)
        adapter.request_account("panic")
        account = panic.wait_for_a(AccountReported)

        assert isinstance(filled, OrderFilled) and filled.order_id == order.id
        assert isinstance(account, AccountReported) and account.holdings[0].quantity == 3
        adapter.close()
        assert clock.now() - OPENED <= timedelta(seconds=2 + 1)  # the step that was not drained

    def test_a_slow_consumer_is_waited_for_though_it_calls(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        clock, adapters, times = SimClock(SESSION.open), [], []

        def drain(timeout_s: float) -> bool:
            times.append(clock.now())
            if len(times) == 1:
                adapters[0].submit(an_order(quantity=1))
            return len(times) > 5

        venue = a_venue()
        adapters.append(VenueThread(venue, mailbox.post, clock, drain))
        adapters[0].connect()
        accepted = mailbox.wait_for_a(OrderAccepted)
        adapters[0].close()

        assert len(set(times[:6])) == 1
        assert isinstance(accepted, OrderAccepted)
        assert accepted.time == times[0] + timedelta(milliseconds=30)

    def test_after_close_nothing_is_posted_and_the_thread_is_gone(
        self, mailbox: Mailbox, start: Callable[..., VenueThread]
    ) -> None:
        adapter = start(a_venue(), ScaledClock(OPENED, 50))
        adapter.subscribe(["005930"])
        mailbox.wait_for_a(Tick)

        adapter.close()
        while not mailbox.is_empty:
            mailbox.wait_for(lambda _: True)
        adapter.submit(an_order())

        assert not adapter.is_alive()
        assert mailbox.is_empty
        assert adapter.error is None

    def test_a_fault_inside_is_told_kept_and_raised_by_later_orders(
        self, mailbox: Mailbox, start: Callable[..., VenueThread], tmp_path: Path
    ) -> None:
        """Another process takes the exchange over: the old one notices at its next write."""
        path = tmp_path / "exchange.db"
        adapter = start(a_venue(ExchangeState(path, SEOUL)), ScaledClock(OPENED, 50))
        mailbox.wait_for_a(ConnectionChanged)
        ExchangeState(path, SEOUL).close()

        adapter.submit(an_order(quantity=1))
        lost = mailbox.wait_for(lambda m: isinstance(m, ConnectionChanged) and not m.is_connected)

        assert isinstance(lost, ConnectionChanged) and "taken over" in lost.note.en
        assert isinstance(adapter.error, BrokerError)
        with pytest.raises(BrokerError, match="taken over"):
            adapter.submit(an_order())
