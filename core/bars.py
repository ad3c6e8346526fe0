"""Bars made of trades: minutes on the exchange's clock, or a bar every N trades.

Source of the rules: strategy.md, section 1.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from core.domain.market import Bar, Tick
from core.domain.price import Price
from core.series import DAY_S, BarColumns

GRACE = timedelta(seconds=1)
"""How long a minute that has ended waits for a trade of the next one before the clock closes it."""


class BarBuilder:
    """Makes one symbol's minute bars; refused ticks (price or quantity <= 0) must not get here.

    Bars lie on a grid counted from midnight, as in the HTS: 3-minute bars start at 09:00, 09:03 ...
    A minute without a trade makes no bar.
    """

    __slots__ = (
        "_close",
        "_high",
        "_length",
        "_low",
        "_minutes",
        "_open",
        "_start",
        "_ticks",
        "_turnover",
        "_volume",
        "due",
        "late",
        "symbol",
    )

    def __init__(self, symbol: str, minutes: int = 1) -> None:
        """Build bars of `minutes`, 1 to 1440 (a day)."""
        if not 1 <= minutes <= 1440:
            raise ValueError(f"bar length must be 1 to 1440 minutes, was {minutes}")
        self.symbol = symbol
        self.late = 0  # ticks left out because their bar had closed
        self._minutes, self._length = minutes, timedelta(minutes=minutes)
        self.due: datetime | None = None  # when the forming bar ends; None while there is none
        # Of the forming bar; when none is forming, the end of the last closed one.
        self._start: datetime | None = None
        self._ticks = 0  # 0: no bar is forming
        self._open: Price = 0
        self._high: Price = 0
        self._low: Price = 0
        self._close: Price = 0
        self._volume = 0
        self._turnover: Price = 0

    def extend(self, tick: Tick) -> bool:
        """Take one trade of the forming bar; any other is left alone, for `add`: return False."""
        due = self.due
        if due is None or not self._start <= tick.time < due:  # type: ignore[operator]  # both are set
            return False
        price, quantity = tick.price, tick.quantity
        if price > self._high:
            self._high = price
        elif price < self._low:
            self._low = price
        self._close = price
        self._volume += quantity
        self._turnover += price * quantity
        self._ticks += 1
        return True

    def add(self, tick: Tick) -> Bar | None:
        """Take one trade; return the bar that it closed by being of a later minute."""
        if self.extend(tick):
            return None
        if self._start is not None and tick.time < self._start:
            self.late += 1
            return None
        closed = self.close()
        self._begin(tick.time, tick.price, tick.quantity)
        return closed

    def seed(self, bar: Bar) -> bool:
        """Begin with what the forming minute has traded already; return whether it was used.

        `bar` is of a minute not over, as of the broker's answer; give it once, when the answer is
        handled. Trades taken before are in it, later ones are not: so where trades of its minute
        were taken already, both tell of the same minute, and what tells of more shares wins; highs
        and lows are joined. A bar of a minute that has closed here, or that trades have left
        behind, comes too late.
        """
        if self._start is not None and bar.start < self._start:
            return False
        seen = self.forming()
        if seen is None or seen.start != bar.start:
            if seen is not None:
                return False
            self._begin(bar.start, bar.open, 0)
            self._take_over(bar)
            return True
        self._open = bar.open
        self._high, self._low = max(seen.high, bar.high), min(seen.low, bar.low)
        if bar.volume >= seen.volume:
            self._take_over(replace(bar, high=self._high, low=self._low))
        return True

    def _take_over(self, bar: Bar) -> None:
        self._high, self._low, self._close = bar.high, bar.low, bar.close
        self._volume = bar.volume
        self._turnover = math.nan if bar.turnover is None else bar.turnover
        self._ticks = max(bar.ticks, self._ticks)

    def close_due(self, now: datetime) -> Bar | None:
        """Close and return the forming bar if it ended `GRACE` before `now` or earlier."""
        return self.close() if self.due is not None and now >= self.due + GRACE else None

    def close(self) -> Bar | None:
        """Close and return the forming bar; trades of its minute are late from now on."""
        bar = self.forming()
        if bar is not None:
            self._ticks = 0
            self._start, self.due = self.due, None
        return bar

    def forming(self) -> Bar | None:
        """Return the bar as it stands now, or None while there is none."""
        if not self._ticks or self._start is None:
            return None
        # Not a number where it began with a part whose trades are not known.
        is_known = self._turnover == self._turnover
        return Bar(
            symbol=self.symbol,
            start=self._start,
            open=self._open,
            high=self._high,
            low=self._low,
            close=self._close,
            volume=self._volume,
            turnover=self._turnover if is_known else None,
            ticks=self._ticks if is_known else 0,
        )

    def _begin(self, time: datetime, price: Price, quantity: int) -> None:
        self._start, self.due = self._bounds(time)
        self._open = self._high = self._low = self._close = price
        self._volume = quantity
        self._turnover = price * quantity
        self._ticks = 1

    def _bounds(self, time: datetime) -> tuple[datetime, datetime | None]:
        minute = time.hour * 60 + time.minute
        hour, minute = divmod(minute - minute % self._minutes, 60)
        start = time.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return start, start + self._length


class TickBarBuilder(BarBuilder):
    """Makes a bar of every N trades (틱차트), stamped with its first; no trade is ever late."""

    __slots__ = ("_size",)

    def __init__(self, symbol: str, ticks: int) -> None:
        if ticks < 1:
            raise ValueError(f"a tick bar needs 1 trade or more, was {ticks}")
        super().__init__(symbol)
        self._size = ticks

    def add(self, tick: Tick) -> Bar | None:
        """Take one trade; return the bar that it completed."""
        price, quantity = tick.price, tick.quantity
        if self._ticks:
            if price > self._high:
                self._high = price
            elif price < self._low:
                self._low = price
            self._close = price
            self._volume += quantity
            self._turnover += price * quantity
            self._ticks += 1
        else:
            self._begin(tick.time, price, quantity)
        return self.close() if self._ticks == self._size else None

    def _bounds(self, time: datetime) -> tuple[datetime, datetime | None]:
        return time, None


def resample(columns: BarColumns, minutes: int) -> BarColumns:
    """Join closed bars into longer ones on the grid of `BarBuilder`; 1440 minutes are a day.

    `minutes` should be a multiple of the length of the given bars. Value columns are left out: they
    have to be computed anew. A joined bar's turnover is unknown where one of its parts is.
    """
    if not 1 <= minutes <= 1440:
        raise ValueError(f"bar length must be 1 to 1440 minutes, was {minutes}")
    if not len(columns):
        return BarColumns()
    local = columns.local
    since_start = local % DAY_S % (minutes * 60)
    slot = local - since_start
    first = np.concatenate(([0], np.flatnonzero(np.diff(slot)) + 1))
    last = np.append(first[1:], len(columns)) - 1
    return BarColumns.from_arrays(
        start=(columns.start - since_start)[first],
        local=slot[first],
        open=columns.open[first],
        high=np.maximum.reduceat(columns.high, first),
        low=np.minimum.reduceat(columns.low, first),
        close=columns.close[last],
        volume=np.add.reduceat(columns.volume, first),
        turnover=np.add.reduceat(columns.turnover, first),
        ticks=np.add.reduceat(columns.ticks, first),
    )
