"""The only place that reads the machine's clocks; everybody else is given a `Clock`."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo


class WallClock:
    """Real time in the market's time zone."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def now(self) -> datetime:
        return datetime.now(self._zone)

    def seconds_until(self, moment: datetime) -> float:
        """Return the real seconds until `moment`; 0 if it has passed."""
        return max((moment - self.now()).total_seconds(), 0.0)


class SimClock:
    """Time that stands still until it is moved; for tests, replay and simulation at full speed."""

    speed = 1.0  # its moves wait for whoever has something to do

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def seconds_until(self, moment: datetime) -> float:
        """Return infinity: no real time brings `moment` nearer."""
        return math.inf

    def move_to(self, moment: datetime) -> None:
        """Go to `moment`; an earlier one leaves the clock where it is."""
        if moment > self._now:
            self._now = moment


class HeldClock:
    """Another clock, looked at once and then held: one moment for all that is done in it."""

    def __init__(self, look: Callable[[], datetime]) -> None:
        self._look = look
        self.moment: datetime | None = None  # as seen; None has the clock looked at anew

    def now(self) -> datetime:
        if self.moment is None:
            self.moment = self._look()
        return self.moment


class ScaledClock:
    """Real time at another speed: from `start` on, `speed` market seconds a real second."""

    def __init__(self, start: datetime, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, was {speed}")
        self._start, self._speed = start, speed
        self._origin = time.monotonic()
        self._held: datetime | None = None
        self._held_since = 0.0
        self._lock = threading.Lock()  # so that nobody sees it go back when it is held

    @property
    def speed(self) -> float:
        """Market seconds in a real second."""
        return self._speed

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def now(self) -> datetime:
        with self._lock:
            return self._held or self._running()

    def hold(self) -> None:
        """Stand still at this moment, for everybody, until `release`."""
        with self._lock:
            if self._held is None:
                self._held, self._held_since = self._running(), time.monotonic()

    def release(self) -> None:
        """Go on from where it stood."""
        with self._lock:
            if self._held is not None:
                self._origin += time.monotonic() - self._held_since
                self._held = None

    def _running(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self._speed)

    def seconds_until(self, moment: datetime) -> float:
        """Return the real seconds until this clock shows `moment`; 0 if it has passed."""
        return max((moment - self.now()).total_seconds() / self._speed, 0.0)


def monotonic() -> float:
    """Return seconds of a clock that only measures durations."""
    return time.monotonic()


def wait(event: threading.Event, timeout_s: float) -> bool:
    """Wait until `event` is set or the time is over; return whether it was set."""
    return event.wait(timeout_s)
