"""Sendings under a rate limit: the most urgent first, and always room left for a way out."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count
from typing import Generic, TypeVar

from broker.kiwoom.rate_limit import RollingWindows

Item = TypeVar("Item")

_KEPT_FOR_EXITS = 1
_SOON = timedelta(milliseconds=1)


class Urgency(IntEnum):
    """The smaller, the sooner."""

    CANCEL = 0
    REDUCE = 1
    NEW = 2


class Pacer(Generic[Item]):
    """Sends items in order of urgency, the earliest first among equals.

    One of the sendings of the shortest window is kept for exits while anything is held. Driven from
    outside: `pump` at `due`, on the clock whose times `put` is given.
    """

    def __init__(
        self,
        windows: RollingWindows,
        is_holding: Callable[[], bool],
        send: Callable[[Item, datetime], bool],
    ) -> None:
        """`send` takes its sending from the windows, and returns False where it could not go."""
        self._windows, self._is_holding, self._send = windows, is_holding, send
        self._waiting: list[tuple[Urgency, int, Item]] = []
        self._numbers = count(1)
        self._is_pumping = False
        self.due: datetime | None = None

    def put(self, item: Item, urgency: Urgency, now: datetime) -> None:
        """Send it as soon as it may leave, at once if it may."""
        heapq.heappush(self._waiting, (urgency, next(self._numbers), item))
        self.pump(now)

    def take_out(self, is_it: Callable[[Item], bool]) -> Item | None:
        """Return the first waiting item of this kind, which is not sent then; None if none is."""
        for entry in sorted(self._waiting):
            if is_it(entry[2]):
                self._waiting.remove(entry)
                heapq.heapify(self._waiting)
                return entry[2]
        return None

    @property
    def waiting(self) -> tuple[Item, ...]:
        """What has not left yet, most urgent first."""
        return tuple(item for _, _, item in sorted(self._waiting))

    def clear(self) -> list[Item]:
        """Return what was waiting, most urgent first; nothing is, afterwards."""
        waiting, self._waiting, self.due = sorted(self._waiting), [], None
        return [item for _, _, item in waiting]

    def pump(self, now: datetime) -> None:
        """Send what may leave now.

        Sending may bring new items in before it has returned: they wait for it.
        """
        if self._is_pumping:
            return
        self._is_pumping = True
        try:
            while self._waiting and self._windows.free(now) > self._kept():
                entry = heapq.heappop(self._waiting)
                if not self._send(entry[2], now):
                    heapq.heappush(self._waiting, entry)
                    break
        finally:
            self._is_pumping = False
        self.due = self._next(now)

    def _next(self, now: datetime) -> datetime | None:
        if not self._waiting:
            return None
        # Where there is room at this very moment, something else held it up: it is tried again.
        return max(self._windows.next_free(now, self._kept()), now + _SOON)

    def _kept(self) -> int:
        """How many sendings the most urgent item must leave to others."""
        if self._waiting[0][0] < Urgency.NEW or not self._is_holding():
            return 0
        return min(_KEPT_FOR_EXITS, self._windows.limit - 1)
