"""When a silence is longer than the rhythm before it explains."""

from __future__ import annotations

from datetime import datetime, timedelta

LOOK = timedelta(seconds=5)
"""Market time between two looks at every symbol."""
_FEWEST_LOOKS = 24  # before anything can be said of a rhythm
TIMES_USUAL = 20
"""How many times longer than what is usual between trades a silence has to be."""
_TIMES_LONGEST = 3
_REAL_S = 10.0
"""A silence shorter than this in real time is none: a played market is faster than its way here."""


class Rhythm:
    """How often trades come, of one symbol or of the whole feed, while it trades continuously."""

    __slots__ = (
        "_active", "_longest", "_looks", "_pending", "_real_s", "_seen", "_since", "_times",
    )  # fmt: skip

    def __init__(self, seen: int, now: datetime, times_usual: int = TIMES_USUAL) -> None:
        """Begin with a mark that grows with every trade (shares, ticks)."""
        self._times = times_usual
        self._looks = self._active = 0
        self._pending = 0  # looks at the present silence, which is no part of the rhythm yet
        self._longest = timedelta(0)
        self.restart(seen, now)

    def restart(self, seen: int, now: datetime) -> None:
        """Count the silence from now on: trading begins, or goes on after an interruption."""
        self._seen, self._since, self._real_s = seen, now, 0.0
        self._pending = 0

    def pulse(self, seen: int, passed_s: float) -> None:
        """So much real time has passed."""
        self._real_s = 0.0 if seen != self._seen else self._real_s + passed_s

    def look(self, seen: int, now: datetime) -> timedelta:
        """Take the mark of this moment; return how long it has been silent."""
        self._pending += 1
        silent = now - self._since
        if seen != self._seen:
            self._active, self._looks = self._active + 1, self._looks + self._pending
            self._longest = max(self._longest, silent)
            self.restart(seen, now)
            return timedelta(0)
        return silent

    def has_traded_since(self, seen: int) -> bool:
        """Whether something came after the last look."""
        return seen != self._seen

    def is_implausible(self, now: datetime, at_least: timedelta, is_real: bool) -> bool:
        """Return whether the present silence is no part of the rhythm.

        Args:
            now: Market time.
            at_least: No shorter silence is.
            is_real: Whether `pulse` is told the real time, which then counts too.
        """
        if is_real and self._real_s < _REAL_S:
            return False
        return now - self._since > max(at_least, self._usual())

    def _usual(self) -> timedelta:
        if not self.is_known:
            return timedelta(0)
        return max(self._times * LOOK * self._looks / self._active, _TIMES_LONGEST * self._longest)

    @property
    def is_known(self) -> bool:
        """Whether enough was seen to judge one symbol by it."""
        return self._looks >= _FEWEST_LOOKS
