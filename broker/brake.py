"""Slows a fast market down for a machine that can't keep up with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

_LAG = timedelta(seconds=2)  # of market time; quotes soon count as old then
_LOOK = timedelta(seconds=1)  # of market time between two looks


class HoldableClock(Protocol):
    """A clock of a market that can stand still."""

    @property
    def speed(self) -> float: ...

    @property
    def is_held(self) -> bool: ...

    def now(self) -> datetime: ...

    def hold(self) -> None: ...

    def release(self) -> None: ...


class Brake:
    """Holds the market's clock while what has happened is not handled, or has not even happened.

    So a slow machine sees a slower market, not one whose news are late. At real speed it does
    nothing: there lateness is the truth. Owned by the market's thread.
    """

    def __init__(self, clock: HoldableClock, wait_drained: Callable[[float], bool]) -> None:
        """`wait_drained` says whether all was handled, after at most so many seconds."""
        self._clock, self._wait_drained = clock, wait_drained
        self._is_on = clock.speed > 1
        self.is_hung = False  # the consumer: calls of others were let through meanwhile
        self._handled = clock.now()  # at this market time nothing waited

    def look(self, due: datetime | None) -> None:
        """Hold the clock where the consumer lags, or what is `due` next is overdue itself."""
        now = self._clock.now()
        if not self._is_on or self._clock.is_held or now - self._handled < _LOOK:
            return
        if self._wait_drained(0):
            self._handled, self.is_hung = now, False
        is_late = due is not None and now - due > _LAG
        if is_late or now - self._handled > _LAG:
            self._clock.hold()

    def wait(self, timeout_s: float) -> bool:
        """Wait for the consumer; let the clock go on once it has handled all."""
        is_drained = self._wait_drained(timeout_s)
        if is_drained:
            self.is_hung = False
            self._go_on()
        return is_drained

    def let_through(self) -> None:
        """Let the clock go on for a while although the consumer hangs: others wait for answers."""
        self.is_hung = True
        self._go_on()

    def _go_on(self) -> None:
        self._handled = self._clock.now()
        self._clock.release()
