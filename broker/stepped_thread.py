"""A thread for whatever is stepped through market time: a venue, or servers with a venue inside."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from broker.brake import Brake
from config.text import Text
from core.clock import ScaledClock, SimClock, wait
from core.domain.errors import BrokerError
from core.domain.messages import ConnectionChanged, TimePassed

_IDLE_S = 0.5  # the longest a paced thread sleeps before it looks round
_DRAIN_S = 0.5  # how long a lock-stepped thread waits before it looks for calls, or a stop
_CATCH_UP_S = 0.05  # between two looks while a paced market waits for its consumer
_HUNG_S = 3.0  # after which a consumer in lock-step is not waited for where somebody else calls
_CALL_TIME = timedelta(seconds=1)  # how far calls then move the market: to be answered and filled


_STOPPED = Text("가상 거래소가 멈췄습니다: {}", "the simulated exchange has stopped: {}")


class Stepped(Protocol):
    """What lives in market time and does nothing by itself."""

    @property
    def now(self) -> datetime:
        """The market time it has come to."""
        ...

    def attach(self, post: Callable[[Any], None]) -> None:
        """Send everything from now on to `post`."""
        ...

    def next_time(self) -> datetime | None:
        """Return the time of the next thing that will happen; None once nothing will by itself."""
        ...

    def step(self) -> None:
        """Do everything of the next timestamp and post what came of it."""
        ...

    def close(self) -> None:
        """Let go of everything; nothing is posted afterwards."""
        ...


class SteppedThread(threading.Thread):
    """Steps something in a thread of its own.

    With a `ScaledClock` the market runs at that clock's pace; a fast one stands still while its
    consumer lags (`Brake`). With a `SimClock` it runs as fast as
    its consumer: this thread moves the clock, and after each timestamp that posted something it
    waits until `wait_drained(timeout_s)` says that all of it was handled. When that hangs, time
    goes on only as far as calls need it.

    `post` gets what is posted inside, and `TimePassed` once a market second behind it. Every method
    may be called from any thread. Whatever goes wrong inside is posted as
    `ConnectionChanged(False, note)`, kept as `error`, and raised by later calls.
    """

    def __init__(
        self,
        stepped: Stepped,
        post: Callable[[Any], None],
        clock: ScaledClock | SimClock,
        wait_drained: Callable[[float], bool] | None = None,
    ) -> None:
        super().__init__(name="venue", daemon=True)
        self._stepped, self._clock, self._wait_drained = stepped, clock, wait_drained
        self._brake = None
        if isinstance(clock, ScaledClock) and wait_drained is not None:
            self._brake = Brake(clock, wait_drained)
        self._post = post
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._has_posted = False
        self._told: datetime | None = None
        self.error: Exception | None = None
        stepped.attach(self._publish)

    def call(self, action: Callable[[], None]) -> None:
        """Have `action` run in this thread, before time goes on; nothing is waited for.

        Raises:
            BrokerError: The thread has stopped on an error.
        """
        if self.error is not None:
            raise BrokerError(_STOPPED.format(self.error))
        self._calls.put(action)
        self._wake.set()

    def close(self) -> None:
        """Stop the thread and wait for it; nothing is posted afterwards."""
        self._stopping.set()
        self._wake.set()
        if self.ident is None:
            self._stepped.close()
        elif threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._run_calls()
                self._go_on()
        except Exception as error:  # the thread's edge: report it, or it would vanish
            self.error = error
            self._publish(ConnectionChanged(False, Text.of("{}").format(error)))
        finally:
            self._stepped.close()

    def _go_on(self) -> None:
        """Do what is due, or wait until something is."""
        moment = self._stepped.next_time()
        if isinstance(self._clock, SimClock):
            self._step_with(self._clock, moment)
        else:
            self._step_at_pace(self._clock, moment)

    def _step_at_pace(self, clock: ScaledClock, moment: datetime | None) -> None:
        if self._brake is not None:
            self._brake.look(moment)
        if moment is not None and not (delay_s := clock.seconds_until(moment)):
            self._stepped.step()
            self._tell_time(self._stepped.now)
        elif clock.is_held:
            self._await_slow_consumer()
        else:
            self._tell_time(clock.now())
            self._sleep(_IDLE_S if moment is None else min(delay_s, _IDLE_S))

    def _await_slow_consumer(self) -> None:
        """Let a consumer that lags catch up while the market stands still; take calls meanwhile.

        Where it hangs, time goes on a little whenever others call, so that they are answered.
        """
        brake, waited_s, has_calls = self._brake, 0.0, False
        assert brake is not None
        while not brake.wait(_CATCH_UP_S) and not self._stopping.is_set():
            has_calls = self._run_calls() or has_calls
            waited_s += _CATCH_UP_S
            if has_calls and (brake.is_hung or waited_s >= _HUNG_S):
                brake.let_through()
                return

    def _step_with(self, clock: SimClock, moment: datetime | None) -> None:
        if moment is None:
            self._sleep(_IDLE_S)
            return
        self._move(clock, moment)
        self._await_consumer(clock)

    def _move(self, clock: SimClock, moment: datetime) -> None:
        clock.move_to(moment)
        self._stepped.step()
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
        while (moment := self._stepped.next_time()) is not None and moment <= until:
            self._move(clock, moment)
        clock.move_to(until)

    def _sleep(self, seconds: float) -> None:
        wait(self._wake, seconds)
        self._wake.clear()

    def _run_calls(self) -> bool:
        """Return whether there were any, those that came meanwhile included."""
        has_calls = False
        while True:
            try:
                action = self._calls.get_nowait()
            except queue.Empty:
                return has_calls
            has_calls = True
            action()

    def _publish(self, message: Any) -> None:
        if self._stopping.is_set():
            return
        self._has_posted = True
        self._post(message)
