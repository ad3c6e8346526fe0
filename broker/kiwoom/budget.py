"""What the rate limits still allow, told to the health strip as it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.tr_queue import TrQueue
from broker.kiwoom.watch import Alarms
from core.domain.messages import RequestBudget
from core.ports import Clock, Post

_PAUSE = timedelta(milliseconds=500)  # between two posts
_ALARM = "budget"


class Budget:
    """Posts `RequestBudget` when it has changed, at most twice a second."""

    def __init__(
        self, queue: TrQueue, orders: RollingWindows, alarms: Alarms, clock: Clock, post: Post
    ) -> None:
        self._queue, self._orders = queue, orders
        self._alarms, self._clock, self._post = alarms, clock, post
        self._last: RequestBudget | None = None
        self._posted: datetime | None = None

    def touch(self) -> None:
        """Something was sent or refused."""
        if not self._alarms.is_set(_ALARM):
            now = self._clock.now()
            due = now if self._posted is None else max(now, self._posted + _PAUSE)
            self._alarms.set(_ALARM, due, self._tell)

    def _tell(self, now: datetime) -> None:
        budget = self._now(now)
        if self._last is None or _rounded(budget) != _rounded(self._last):
            self._last, self._posted = budget, now
            self._post(budget)
        if budget.orders_left < budget.orders_limit or budget.requests_left < budget.requests_limit:
            self._alarms.set(_ALARM, now + _PAUSE, self._tell)  # until it has filled up again

    def _now(self, now: datetime) -> RequestBudget:
        requests = self._queue.windows
        left = requests.free(now)
        return RequestBudget(
            orders_left=self._orders.free(now),
            orders_limit=self._orders.limit,
            requests_left=left,
            requests_limit=requests.limit,
            hourly_left=requests.left_in_longest(now),
            blocked_until=None if left else requests.next_free(now),
            note=self._queue.note,
        )


def _rounded(budget: RequestBudget) -> RequestBudget:
    """Where nothing is blocked for more than a moment, the moment itself is no news."""
    return budget if budget.note is not None else replace(budget, blocked_until=None)
