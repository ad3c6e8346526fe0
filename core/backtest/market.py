"""The bars of a backtest, laid out by trading day; what both engines run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.domain.market import Bar
from core.domain.price import Price
from core.risk.checks.entries_allowed import TimetableOptions
from core.series import DAY_S, BarColumns
from core.sessions import TradingCalendar

_EPOCH = date(1970, 1, 1)
_MINUTE_S = 60
_STRETCH = 1 << 14


@dataclass(frozen=True, eq=False)
class SymbolBars:
    """One symbol's bars of regular sessions, oldest first, each start once.

    Attributes:
        columns: shape (n,); n may be 0.
        day_first: Index of each trading day's first bar, shape (days,), ascending.
        closes: UTC epoch seconds of each day's session close, shape (days,).
    """

    symbol: str
    columns: BarColumns
    day_first: NDArray[np.int64]
    closes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def day_end(self) -> NDArray[np.int64]:
        """Index after each day's last bar, shape (days,)."""
        return np.append(self.day_first[1:], len(self)).astype(np.int64)[: len(self.day_first)]

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Each day's date as days since 1970-01-01, shape (days,)."""
        days: NDArray[np.int64] = self.columns.local[self.day_first] // DAY_S
        return days

    @cached_property
    def day_of(self) -> NDArray[np.int64]:
        """Which day (a place in `day_first`) each bar belongs to, shape (n,)."""
        return np.repeat(np.arange(len(self.day_first)), self.day_end - self.day_first)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every price is a whole number: then prices and money are `int` won."""
        columns = self.columns
        prices = (columns.open, columns.high, columns.low, columns.close)
        return all(map(_are_whole, prices))

    def price(self, value: float) -> Price:
        """Return a price out of a column in the type that money is counted in."""
        return int(value) if self.is_whole else float(value)

    def cutoffs(self, options: TimetableOptions) -> NDArray[np.int64]:
        """Return the index of each day's first bar that gives no BUY any more."""
        return self._first_from(options.entry_cutoff_min)

    def flattens(self, options: TimetableOptions) -> NDArray[np.int64]:
        """Return the index of each day's first bar at or past the flatten time."""
        return self._first_from(options.flatten_before_close_min)

    def _first_from(self, minutes_before_close: int) -> NDArray[np.int64]:
        moments = self.closes - minutes_before_close * _MINUTE_S
        found = np.searchsorted(self.columns.start, moments)
        return np.clip(found, self.day_first, self.day_end)

    def bars(self, zone: ZoneInfo) -> list[Bar]:
        """Return the bars as records, their times in `zone`, whole prices as `int`."""
        columns, is_whole = self.columns, self.is_whole
        prices = [
            column.astype(np.int64).tolist() if is_whole else column.tolist()
            for column in (columns.open, columns.high, columns.low, columns.close)
        ]
        turnover = [_money(value, is_whole) for value in columns.turnover.tolist()]
        starts = [datetime.fromtimestamp(start, zone) for start in columns.start.tolist()]
        volume, ticks = columns.volume.tolist(), columns.ticks.tolist()
        symbol = [self.symbol] * len(self)
        return list(map(Bar, symbol, starts, *prices, volume, turnover, ticks))

    @classmethod
    def of(cls, symbol: str, columns: BarColumns, calendar: TradingCalendar) -> Self:
        """Lay out bars that all belong to sessions of `calendar`."""
        first = columns.day_starts().astype(np.int64)
        starts = columns.start[first].tolist()
        closes = [
            _close(calendar, datetime.fromtimestamp(start, calendar.zone)) for start in starts
        ]
        return cls(symbol, columns, first, np.array(closes, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class MarketData:
    """Everything a backtest trades on; symbols in the configured order.

    Every time is told in `zone`.
    """

    symbols: tuple[SymbolBars, ...]
    zone: ZoneInfo

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(bars.symbol for bars in self.symbols)

    @property
    def bars(self) -> int:
        return sum(map(len, self.symbols))

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """Every start of a bar once, UTC epoch seconds, ascending."""
        if len(self.symbols) == 1:
            return self.symbols[0].columns.start
        parts = [bars.columns.start for bars in self.symbols]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)

    @cached_property
    def days(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Each date with a bar of any symbol, and the start of its first bar.

        The dates are days since 1970-01-01, the starts UTC epoch seconds; both ascend.
        """
        having = [bars for bars in self.symbols if len(bars)]
        if not having:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        days = np.concatenate([bars.days for bars in having])
        starts = np.concatenate([bars.columns.start[bars.day_first] for bars in having])
        order = np.lexsort((starts, days))
        number, first = np.unique(days[order], return_index=True)
        return number, starts[order][first]

    @cached_property
    def day_rows(self) -> NDArray[np.int64]:
        """Row in `times` of each of `days`."""
        return np.searchsorted(self.times, self.days[1]).astype(np.int64)

    def moment(self, epoch_s: int) -> datetime:
        return datetime.fromtimestamp(epoch_s, self.zone)

    def day(self, number: int) -> date:
        """Return the date of a day given in days since 1970-01-01."""
        return _EPOCH + timedelta(days=number)


def market_of(
    columns: Sequence[tuple[str, BarColumns]], calendar: TradingCalendar, zone: ZoneInfo
) -> MarketData:
    """Lay out several symbols' bars; all must belong to sessions of `calendar`."""
    return MarketData(tuple(SymbolBars.of(name, bars, calendar) for name, bars in columns), zone)


def _close(calendar: TradingCalendar, start: datetime) -> int:
    session = calendar.session_of(start)
    assert session is not None, f"{start} belongs to no session"
    return int(session.close.timestamp())


def _are_whole(values: NDArray[np.float64]) -> bool:
    """Look at a stretch at a time, which stays in the cache."""
    whole, differs = np.empty(_STRETCH), np.empty(_STRETCH, np.bool_)
    for at in range(0, len(values), _STRETCH):
        part = values[at : at + _STRETCH]
        np.rint(part, out=whole[: len(part)])
        if np.not_equal(part, whole[: len(part)], out=differs[: len(part)]).any():
            return False
    return True


def _money(value: float, is_whole: bool) -> Price | None:
    if value != value:
        return None
    return int(value) if is_whole and value.is_integer() else value
