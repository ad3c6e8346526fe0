"""What the emulated servers will do later, in market time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime


class Agenda:
    """Actions by their time; those of one time in the order they were put in."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (moment, self._count, action))

    def next_time(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def run(self, now: datetime) -> None:
        """Do everything due by `now`."""
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
