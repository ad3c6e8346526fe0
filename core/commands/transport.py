"""Market time of a replay that a person plays, pauses, hastens and moves."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from core.clock import monotonic

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_LONG = timedelta(minutes=10)  # without anything: then time goes by the minute
_LATE_S = 0.2  # real seconds behind which a paced replay slows down instead of catching up
_IDLE_S = 0.5


class Goal(Enum):
    """Up to where a replay runs as fast as it can."""

    MOMENT = "moment"
    SIGNAL = "signal"  # and stands still there
    TICK = "tick"  # likewise


class Turn(NamedTuple):
    """What the market's thread is to do next."""

    moment: datetime | None = None  # to tell; the clock shows it already
    is_due: bool = False  # the market's next step first
    wait_s: float = 0.0


class View(NamedTuple):
    """Where a replay stands."""

    now: datetime
    is_playing: bool
    speed: float
    goal: Goal | None
    is_over: bool


class Transport:
    """A clock that is moved by the market's thread, as a person wants; any thread may call.

    It never shows more than the market has come to, so that a slow machine sees a slower replay.
    Going back is not its business: that takes a fresh market (`again`).

    Attributes:
        start, end: Of what is replayed.
        again: Up to where a fresh run is wanted after this one; None: no other run.
        resumes: Whether that one is to play on from there.
    """

    def __init__(
        self, start: datetime, end: datetime, speed: float, is_playing: bool = True
    ) -> None:
        """`speed` is market seconds a real second; `math.inf`: as fast as all are handled."""
        self.start, self.end = start, max(start, end)
        self.again: datetime | None = None
        self.resumes = is_playing
        self._lock = threading.Lock()
        self._told: Callable[[], None] = lambda: None
        self._now, self._speed, self._is_playing = start, speed, is_playing
        self._origin = monotonic()  # when `_now` was shown, while it runs at a pace
        self._bound = start  # up to which the market has come, or may run by itself
        self._goal: Goal | None = None
        self._until: datetime | None = None  # of Goal.MOMENT
        self._is_over = False

    # -- looked at ----------------------------------------------------------------------------

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        with self._lock:
            return self._shown()

    def seconds_until(self, moment: datetime) -> float:
        """Return infinity: nothing but the market brings `moment` nearer."""
        return math.inf

    def view(self) -> View:
        with self._lock:
            return View(self._shown(), self._is_playing, self._speed, self._goal, self._is_over)

    # -- told by a person ---------------------------------------------------------------------

    def play(self) -> None:
        self._change(is_playing=True)

    def pause(self) -> None:
        """Stand still, also where it ran up to something."""
        self._change(is_playing=False)

    def use_speed(self, speed: float) -> None:
        with self._lock:
            self._rest()
            self._speed = speed
        self._told()

    def run_to(self, moment: datetime) -> bool:
        """Run to `moment` at full speed, then go on as before; return False where that is past."""
        with self._lock:
            if moment < self._shown():
                return False
            self._rest()
            self._goal, self._until = Goal.MOMENT, moment
        self._told()
        return True

    def go_back(self, moment: datetime) -> None:
        """Have a fresh run go to `moment` once this one has ended; it stands still meanwhile."""
        self.again, self.resumes = max(moment, self.start), self.view().is_playing
        self.pause()

    def run_to_signal(self) -> None:
        """Run at full speed until something is decided, and stand still then."""
        self._change(False, Goal.SIGNAL)

    def step_tick(self) -> None:
        """Go on to the next trade, and stand still."""
        self._change(False, Goal.TICK)

    def step_bar(self) -> None:
        """Go on until the present minute's bars are closed, and stand still."""
        self._change(False)
        self.run_to(self.now().replace(second=0, microsecond=0) + _MINUTE + _SECOND)

    # -- told by those who see it -------------------------------------------------------------

    def saw_signal(self) -> None:
        self._reach(Goal.SIGNAL)

    def saw_tick(self) -> None:
        self._reach(Goal.TICK)

    # -- the market's thread ------------------------------------------------------------------

    def listen(self, told: Callable[[], None]) -> None:
        """Have `told` called, on any thread, when a person has changed something."""
        self._told = told

    def turn(self, due: datetime | None) -> Turn:
        """Return what to do, where `due` is the market's next step; None: it has ended."""
        with self._lock:
            is_fast = self._goal is not None or math.isinf(self._speed)
            if not is_fast and not self._is_playing:
                return Turn(wait_s=_IDLE_S)
            if due is None and self._goal is not Goal.MOMENT:
                return self._end()
            if self._goal is None and not self._is_playing:
                return Turn(wait_s=_IDLE_S)
            candidates = (due, self._until, self._next_second(due))
            moment = min(each for each in candidates if each is not None)
            left_s = 0.0 if is_fast else self._left_s(moment)
            return Turn(wait_s=left_s) if left_s else self._go_to(moment, due)

    # -- inside, with the lock ----------------------------------------------------------------

    def _end(self) -> Turn:
        self._rest()
        self._is_over, self._is_playing, self._goal = True, False, None
        return Turn(wait_s=_IDLE_S)

    def _left_s(self, moment: datetime) -> float:
        """Return the real seconds until `moment`, at most half a second."""
        self._bound = moment
        left = (moment - self._running()).total_seconds() / self._speed
        return min(max(left, 0.0), _IDLE_S)

    def _go_to(self, moment: datetime, due: datetime | None) -> Turn:
        """Let the clock show `moment`; go on from it at the pace, or later where it is late."""
        late_s = 0.0
        if self._is_running():
            late_s = (self._running() - moment).total_seconds() / self._speed
        if moment == self._until:
            self._goal = self._until = None
        self._now = self._bound = max(self._now, moment)
        self._origin = monotonic() - (late_s if late_s <= _LATE_S else 0.0)
        return Turn(self._now, is_due=due is not None and due <= moment)

    def _next_second(self, due: datetime | None) -> datetime:
        far = due is not None and due - self._now > _LONG
        if far:
            return self._now.replace(second=0, microsecond=0) + _MINUTE
        return self._now.replace(microsecond=0) + _SECOND

    def _shown(self) -> datetime:
        if not self._is_running():
            return self._now
        return max(self._now, min(self._running(), self._bound))

    def _running(self) -> datetime:
        return self._now + timedelta(seconds=(monotonic() - self._origin) * self._speed)

    def _is_running(self) -> bool:
        return self._is_playing and self._goal is None and not math.isinf(self._speed)

    def _rest(self) -> None:
        """Let what is shown be where it goes on from."""
        self._now = self._shown()
        self._origin, self._bound = monotonic(), self._now

    def _change(self, is_playing: bool, goal: Goal | None = None) -> None:
        with self._lock:
            self._rest()
            self._is_playing, self._goal, self._until = is_playing, goal, None
        self._told()

    def _reach(self, goal: Goal) -> None:
        with self._lock:
            if self._goal is goal:
                self._goal = None
