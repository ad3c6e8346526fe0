"""Kiwoom's request limits and their punishments, in market time; pure.

The adapter's own budget (broker.kiwoom.rate_limit) shares no code with this: each proves the other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

TOO_MANY_REQUESTS = -200  # OP_ERR_SISE_OVERFLOW
TOO_MANY_ORDERS = -308  # OP_ERR_ORD_OVERFLOW
TOO_MANY_SEARCHES = -13  # OP_ERR_COND_OVERFLOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LimitNumbers:
    """The limits; the hourly one was never published, 1000 is what users found."""

    requests_per_second: int = 5
    requests_per_hour: int = 1_000
    orders_per_second: int = 5
    real_time_conditions: int = 10
    condition_hits: int = 100  # with more of them a condition has no real time


class Window:
    """Lets at most `most` through in any `span`; what it refuses does not count."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._taken: deque[datetime] = deque()

    def has_room(self, now: datetime) -> bool:
        while self._taken and now - self._taken[0] >= self._span:
            self._taken.popleft()
        return len(self._taken) < self._most

    def take(self, now: datetime) -> None:
        self._taken.append(now)

    def clear(self) -> None:
        self._taken.clear()


class Limits:
    """All of them for one program. Each method returns 0 and counts, or returns the error code."""

    def __init__(self, numbers: LimitNumbers) -> None:
        self._requests = Window(numbers.requests_per_second, SECOND)
        self._hour = Window(numbers.requests_per_hour, HOUR)
        self._orders = Window(numbers.orders_per_second, SECOND)
        self._searches: dict[int, datetime] = {}  # last run by the condition's index
        self.is_blocked = False  # every request is refused until the next login

    def query(self, now: datetime) -> int:
        """Count one CommRqData or CommKwRqData, each page of its own."""
        self.is_blocked = self.is_blocked or not self._hour.has_room(now)
        if self.is_blocked or not self._requests.has_room(now):
            return TOO_MANY_REQUESTS
        self._requests.take(now)
        self._hour.take(now)
        return 0

    def search(self, now: datetime, index: int) -> int:
        """Count one SendCondition; it shares the second's limit with the queries."""
        if self.is_blocked or not self._requests.has_room(now):
            return TOO_MANY_REQUESTS
        if index in self._searches and now - self._searches[index] < MINUTE:
            return TOO_MANY_SEARCHES
        self._requests.take(now)
        self._searches[index] = now
        return 0

    def order(self, now: datetime) -> int:
        """Count one SendOrder; orders are counted apart from the queries."""
        if not self._orders.has_room(now):
            return TOO_MANY_ORDERS
        self._orders.take(now)
        return 0

    def log_in(self) -> None:
        """Lift the block: only a new login does."""
        self.is_blocked = False
        self._hour.clear()
