"""The Broker and MarketFeed ports over a simulated venue: in the caller's thread, or in its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from core.clock import ScaledClock, SimClock, wait
from core.domain.errors import BrokerError
from core.domain.market import OrderBook, Tick
from core.domain.messages import ConnectionChanged, HistoryLoaded, Message, TimePassed
from core.domain.order import Order
from core.ports import Clock, Post
from core.simulation.venue import Venue

_IDLE_S = 0.5  # the longest a paced venue sleeps before it looks round
_DRAIN_S = 0.5  # how long a lock-stepped venue waits before it looks for calls, or a stop
_HUNG_S = 3.0  # after which a consumer in lock-step is not waited for where somebody else calls
_CALL_TIME = timedelta(seconds=1)  # how far calls then move the market: to be answered and filled


class SimulatedBroker:
    """Both ports, inline and deterministic: the thread that steps the venue makes all calls.

    Orders leave at `clock.now()` where a clock is given, else at the venue's last timestamp.
    """

    def __init__(self, venue: Venue, post: Post, clock: Clock | None = None) -> None:
        self._venue, self._post, self._clock = venue, post, clock
        venue.attach(post)

    def connect(self) -> None:
        self._post(ConnectionChanged(True))

    def submit(self, order: Order) -> None:
        self._venue.submit(order, self._now())

    def cancel(self, order: Order) -> None:
        self._venue.cancel(order.id, self._now())

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


class VenueThread(threading.Thread):
    """Both ports with the venue in a thread of its own, so that orders work while the engine hangs.

    With a `ScaledClock` the market runs at that clock's pace. With a `SimClock` it runs as fast as
    its consumer: this thread moves the clock, and after each timestamp that posted something it
    waits until `wait_drained(timeout_s)` says that all of it was handled. When that hangs, time
    goes on only as far as calls need it.

    Every method may be called from any thread. Whatever goes wrong inside is posted as
    `ConnectionChanged(False, note)`, kept as `error`, and raised by later orders.
    """

    def __init__(
        self,
        venue: Venue,
        post: Post,
        clock: ScaledClock | SimClock,
        wait_drained: Callable[[float], bool] | None = None,
    ) -> None:
        super().__init__(name="venue", daemon=True)
        self._venue, self._clock, self._wait_drained = venue, clock, wait_drained
        self._post = post
        self._listeners: tuple[Post, ...] = ()
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._has_posted = False
        self._told: datetime | None = None
        self.error: Exception | None = None
        venue.attach(self._publish)

    # -- the ports ----------------------------------------------------------------------------

    def connect(self) -> None:
        """Start the market with the first call; posts `ConnectionChanged`."""
        self._call(lambda: self._publish(ConnectionChanged(True)))
        if self.ident is None:
            self.start()

    def submit(self, order: Order) -> None:
        now = self._clock.now()
        self._call(lambda: self._venue.submit(order, now))

    def cancel(self, order: Order) -> None:
        now = self._clock.now()
        self._call(lambda: self._venue.cancel(order.id, now))

    def request_account(self, request_id: str) -> None:
        now = self._clock.now()
        self._call(lambda: self._venue.request_account(request_id, now))

    def request_history(self, symbols: Sequence[str], days: int) -> None:
        self._call(lambda: self._venue.request_history(symbols, days))

    def subscribe(self, symbols: Sequence[str]) -> None:
        self._call(lambda: self._venue.subscribe(symbols))

    def unsubscribe(self, symbols: Sequence[str]) -> None:
        self._call(lambda: self._venue.unsubscribe(symbols))

    def close(self) -> None:
        """Stop the thread and wait for it; nothing is posted afterwards."""
        self._stopping.set()
        self._wake.set()
        if self.ident is None:
            self._venue.close()
        elif threading.current_thread() is not self:
            self.join()

    # -- besides ------------------------------------------------------------------------------

    def add_listener(self, post: Post) -> None:
        """Also send everything but market data to `post`, e.g. for a flatten without the engine."""
        self._listeners = (*self._listeners, post)

    def remove_listener(self, post: Post) -> None:
        self._listeners = tuple(other for other in self._listeners if other != post)

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._run_calls()
                self._go_on()
        except Exception as error:  # the thread's edge: report it, or it would vanish
            self.error = error
            self._publish(ConnectionChanged(False, str(error)))
        finally:
            self._venue.close()

    def _go_on(self) -> None:
        """Do what is due, or wait until something is."""
        moment = self._venue.next_time()
        if isinstance(self._clock, SimClock):
            self._step_with(self._clock, moment)
        elif moment is None or (delay_s := self._clock.seconds_until(moment)):
            self._tell_time(self._clock.now())
            self._sleep(_IDLE_S if moment is None else min(delay_s, _IDLE_S))
        else:
            self._venue.step()
            self._tell_time(self._venue.now)

    def _step_with(self, clock: SimClock, moment: datetime | None) -> None:
        if moment is None:
            self._sleep(_IDLE_S)
            return
        self._move(clock, moment)
        self._await_consumer(clock)

    def _move(self, clock: SimClock, moment: datetime) -> None:
        clock.move_to(moment)
        self._venue.step()
        self._tell_time(moment)

    def _tell_time(self, now: datetime) -> None:
        """Post the time once a market second, behind all that happened before it.

        The consumer must not look at the clock itself: at sixty times the real speed it would close
        a minute while that minute's last trades still wait in its inbox.
        """
        second = now.replace(microsecond=0)
        if second != self._told:
            self._told = second
            self._post(TimePassed(now))

    def _await_consumer(self, clock: SimClock) -> None:
        """Let everybody handle what was posted before time goes on; take calls meanwhile."""
        waited_s, has_calls = 0.0, False
        while self._has_posted and self._wait_drained is not None:
            if self._wait_drained(_DRAIN_S) or self._stopping.is_set():
                self._has_posted = False
                return
            waited_s += _DRAIN_S
            has_calls = self._run_calls() or has_calls
            if has_calls and waited_s >= _HUNG_S:
                has_calls = False
                self._move_by(clock, _CALL_TIME)

    def _move_by(self, clock: SimClock, time: timedelta) -> None:
        until = clock.now() + time
        while (moment := self._venue.next_time()) is not None and moment <= until:
            self._move(clock, moment)
        clock.move_to(until)

    def _sleep(self, seconds: float) -> None:
        wait(self._wake, seconds)
        self._wake.clear()

    def _call(self, action: Callable[[], None]) -> None:
        """Hand a call over to the venue's thread.

        Raises:
            BrokerError: The venue has stopped.
        """
        if self.error is not None:
            raise BrokerError(f"the simulated exchange has stopped: {self.error}")
        self._calls.put(action)
        self._wake.set()

    def _run_calls(self) -> bool:
        """Return whether there were any."""
        has_calls = not self._calls.empty()
        while not self._calls.empty():
            self._calls.get()()
        return has_calls

    def _publish(self, message: Message) -> None:
        if self._stopping.is_set():
            return
        self._has_posted = True
        self._post(message)
        if not isinstance(message, Tick | OrderBook | HistoryLoaded):
            for post in self._listeners:
                post(message)
