"""Sessions at one given price (시간외종가): who comes first is served first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from core.domain.price import Price
from core.domain.session import Segment, SegmentKind
from core.simulation.desk import Booked, Desk
from core.simulation.entries import Entry, Ladder
from core.simulation.matching import Book
from core.simulation.printing import Printer

_OTHERS = {SegmentKind.PREVIOUS_CLOSE_PRICE: 10, SegmentKind.CLOSE_PRICE: 40}  # orders
_MS = timedelta(milliseconds=1)


class FixedPriceSession:
    """Collects orders before its part of the day, then matches them as they come."""

    def __init__(
        self,
        part: Segment,
        ladder: Ladder,
        price: Price,
        printer: Printer,
        desk: Desk,
    ) -> None:
        """`price` in won is one of the ladder's."""
        rung = ladder.rung(price)
        assert rung is not None
        self.part, self.price, self._rung = part, price, rung
        self._printer, self._desk = printer, desk
        self._book = Book(ladder)
        self._book.start_auction()
        self._ours: dict[Booked, None] = {}

    def arrange(
        self,
        at: Callable[[datetime, Callable[[datetime], None]], None],
        rng: np.random.Generator,
        mean_size: float,
    ) -> None:
        """Make the appointments of this session: its begin, the others' orders, its end."""
        part, count = self.part, _OTHERS[self.part.kind]
        at(part.start, self._begin)
        length_ms = (part.end - part.start) // _MS
        times = np.sort(rng.integers(0, length_ms, count)).tolist()
        sizes = np.ceil(mean_size * rng.lognormal(0, 1, count)).astype(int).tolist()
        for due_ms, is_buy, size in zip(times, (rng.random(count) < 0.5), sizes, strict=True):
            entry = Entry(bool(is_buy), self._rung, size)
            at(part.start + due_ms * _MS, partial(self._place, entry))
        at(part.end, self._end)

    def enter(self, booked: Booked, now: datetime) -> None:
        is_buy = booked.order.intent.side.sign > 0
        booked.slot = Entry(is_buy, self._rung, booked.remaining, booked)
        self._ours[booked] = None
        self._place(booked.slot, now)

    def withdraw(self, booked: Booked) -> None:
        self._book.cancel(booked.slot)
        self._ours.pop(booked, None)

    def cut(self, booked: Booked) -> None:
        """Let an order wait on with the fewer shares it has got."""
        self._book.amend(booked.slot, self._rung, booked.remaining)

    def _begin(self, now: datetime) -> None:
        self._printer.crosses(self._book, self._book.uncross(), now)

    def _place(self, entry: Entry, now: datetime) -> None:
        matches = self._book.place(entry)
        self._printer.matches(self._book, entry.is_buy, matches, now, entry.owner)

    def _end(self, now: datetime) -> None:
        for booked in self._ours:
            if booked.remaining:
                self._desk.expired(booked, now)
        self._ours.clear()
