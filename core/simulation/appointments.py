"""What is to happen at a set time, in order of time and then of arrangement."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime

NEVER = 1 << 62
"""A time in ms that never comes."""

Action = Callable[[datetime], None]


class Appointments:
    """Actions by their time in ms since the open."""

    __slots__ = ("_heap", "_made", "next_ms")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Action]] = []
        self._made = 0
        self.next_ms = NEVER

    def add(self, due_ms: int, action: Action) -> None:
        self._made += 1
        heapq.heappush(self._heap, (due_ms, self._made, action))
        self.next_ms = self._heap[0][0]

    def keep_next(self, now: datetime) -> None:
        """Do the next action; `now` is its time."""
        action = heapq.heappop(self._heap)[2]
        self.next_ms = self._heap[0][0] if self._heap else NEVER
        action(now)
