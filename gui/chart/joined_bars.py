"""Closed minutes joined into the bars of a time frame, as they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from core.bars import resample
from core.domain.market import Bar
from core.series import DAY_S, BarColumns

MINUTE = timedelta(minutes=1)
_NAMES = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")


class JoinedBars:
    """Bars of one length on the grid from midnight; of one minute they are the minutes."""

    def __init__(self, minutes: BarColumns, length: timedelta, zone: tzinfo) -> None:
        self.length, self._zone = length, zone
        self.complete = minutes
        """Bars that can't change any more: what indicators are computed on."""
        self._minutes = minutes
        self._partial: Bar | None = None  # closed minutes of a bar that is not complete yet
        if length > MINUTE:
            self.complete = resample(minutes, length // MINUTE)
            self._hold_back_incomplete()

    def add(self, bar: Bar) -> None:
        """Take the minute that `minutes` has just grown by."""
        if self.complete is self._minutes:
            return
        if self._partial is not None and self._slot(self._partial) != self._slot(bar):
            self._finish()
        self._partial = bar if self._partial is None else joined(self._partial, bar)
        if bar.start + MINUTE >= self._slot(bar) + self.length:
            self._finish()

    def live(self, forming: Bar | None) -> list[Bar]:
        """Return the bars after the complete ones, oldest first: at most two."""
        bars = [bar for bar in (self._partial, forming) if bar is not None]
        if len(bars) == 2 and self._slot(bars[0]) == self._slot(bars[1]):
            bars = [joined(*bars)]
        return [replace(bar, start=self._slot(bar)) for bar in bars]

    def groups(self) -> NDArray[np.intp]:
        """Return the row of `minutes` at which each bar begins, an incomplete one included."""
        local = self._minutes.local
        slots = local - local % DAY_S % (self.length // timedelta(seconds=1))
        return np.flatnonzero(np.diff(slots, prepend=-1))

    def _finish(self) -> None:
        assert self._partial is not None
        self.complete.append(replace(self._partial, start=self._slot(self._partial)))
        self._partial = None

    def _hold_back_incomplete(self) -> None:
        rows = self.complete
        if not len(rows):
            return
        since_start = timedelta(seconds=int(self._minutes.local[-1] - rows.local[-1]))
        if since_start + MINUTE >= self.length:
            return
        self._partial = Bar(
            symbol="",
            start=datetime.fromtimestamp(rows.local[-1], UTC).replace(tzinfo=self._zone),
            open=rows.open[-1],
            high=rows.high[-1],
            low=rows.low[-1],
            close=rows.close[-1],
            volume=int(rows.volume[-1]),
            turnover=rows.turnover[-1],
        )
        self.complete = BarColumns.from_arrays(**{name: rows[name][:-1] for name in _NAMES})

    def _slot(self, bar: Bar) -> datetime:
        midnight = bar.start.replace(hour=0, minute=0, second=0, microsecond=0)
        return bar.start - (bar.start - midnight) % self.length


def joined(first: Bar, second: Bar) -> Bar:
    """Return one bar of two neighbours."""
    turnover = None
    if first.turnover is not None and second.turnover is not None:
        turnover = first.turnover + second.turnover
    return replace(
        first,
        high=max(first.high, second.high),
        low=min(first.low, second.low),
        close=second.close,
        volume=first.volume + second.volume,
        turnover=turnover,
        ticks=first.ticks + second.ticks,
    )
