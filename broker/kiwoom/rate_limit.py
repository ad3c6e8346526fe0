"""How many requests may still leave: rolling windows of time, all of which must have room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

Window = tuple[int, timedelta]
"""At most so many in any stretch of this length."""

ORDER_WINDOWS: tuple[Window, ...] = ((5, timedelta(seconds=1, milliseconds=50)),)
"""SendOrder, counted apart from requests. Kiwoom refuses a sixth in a second with -308; its clock
is not ours to the millisecond."""


class RollingWindows:
    """Counts what left; what left at t stops counting at t + length. Times must not go back."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = _checked(windows)
        self._taken: list[datetime] = []  # oldest first
        self.blocked_until: datetime | None = None

    @property
    def limit(self) -> int:
        """How many the shortest window takes."""
        return min(self._windows, key=lambda window: window[1])[0]

    def use(self, windows: Sequence[Window]) -> None:
        """Go on under other windows; what left already counts in them as far as it is known."""
        self._windows = _checked(windows)

    def free(self, now: datetime) -> int:
        """Return how many may leave at `now`."""
        if self.blocked_until is not None and now < self.blocked_until:
            return 0
        return min(self._left(window, now) for window in self._windows)

    def left_in_longest(self, now: datetime) -> int:
        """Return what the longest window alone still takes."""
        return self._left(max(self._windows, key=lambda window: window[1]), now)

    def next_free(self, now: datetime, kept: int = 0) -> datetime:
        """Return the first moment from `now` on at which more than `kept` may leave."""
        moment = now if self.blocked_until is None else max(now, self.blocked_until)
        for limit, length in self._windows:
            over = self._count(length, moment) - limit + kept + 1
            if over > 0:
                room = limit - kept  # no window gives back what it never had
                if room <= 0:
                    raise ValueError(f"a window of {limit} can't keep {kept} and give one")
                first = len(self._taken) - self._count(length, moment)
                moment = max(moment, self._taken[first + over - 1] + length)
        return moment

    def take(self, now: datetime) -> None:
        """Count one that leaves at `now`, be there room or not."""
        longest = max(length for _, length in self._windows)
        del self._taken[: bisect_right(self._taken, now - longest)]
        self._taken.append(now)

    def block(self, until: datetime) -> None:
        """Let nothing leave before `until`; an earlier one shortens no block."""
        if self.blocked_until is None or until > self.blocked_until:
            self.blocked_until = until

    def clear_block(self) -> None:
        self.blocked_until = None

    def _left(self, window: Window, now: datetime) -> int:
        limit, length = window
        return max(limit - self._count(length, now), 0)

    def _count(self, length: timedelta, now: datetime) -> int:
        return len(self._taken) - bisect_right(self._taken, now - length)


def _checked(windows: Sequence[Window]) -> tuple[Window, ...]:
    if not windows or any(limit < 1 or length <= timedelta(0) for limit, length in windows):
        raise ValueError(f"rate windows need a limit and a length above 0, were {windows!r}")
    return tuple(windows)
