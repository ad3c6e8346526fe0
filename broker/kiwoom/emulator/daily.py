"""Daily bars: of the market's own minutes where it has them, and of a walk further back.

The walk goes backwards from the first close that is known, so that both fit together. Each day's
move hangs on (seed, security, day) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from broker.kiwoom.emulator.quotes import Quotes
from core.domain.market import Bar
from core.domain.price import PriceGrid
from core.simulation.listings import Listing, listings

DAYS = 750  # about three years
_WEEKEND = 5

TradingDaysBefore = Callable[[date, int], Sequence[date]]
"""Returns so many trading days before a day, oldest first."""


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of one security; prices in won."""

    day: date
    open: int
    high: int
    low: int
    close: int
    volume: int
    turnover: int  # won


class DailyBars:
    """Daily bars of every security, made when first asked for."""

    def __init__(self, quotes: Quotes, seed: int, days_before: TradingDaysBefore) -> None:
        self._quotes, self._seed, self._days_before = quotes, seed, days_before
        self._older: dict[str, list[DayBar]] = {}

    def of(self, code: str) -> list[DayBar]:
        """Return all days up to today, newest first; empty for an unknown security."""
        listing = listings().get(code)
        recent = [_day(bars) for bars in self._quotes.days(code)][::-1]
        if listing is None:
            return recent
        older = self._older.get(code)
        if older is None:
            older = self._older[code] = list(self._walk(listing, recent))
        return recent + older

    def _walk(self, listing: Listing, recent: Sequence[DayBar]) -> Iterator[DayBar]:
        """Yield older days, newest first."""
        today = self._quotes.now.date()
        past = [bar for bar in recent if bar.day < today]
        first = past[-1].day if past else today
        grid = listing.instrument.grid
        # The market's own walk counts closes back too, but does not tell the one before its first.
        close = past[-1].open if past else listing.previous_close
        for day in reversed(self._days_before(first, DAYS)):
            bar = _older_day(self._seed, listing, day, close, grid)
            yield bar
            close = bar.open


def weekdays_before(day: date, count: int) -> list[date]:
    """Return so many weekdays before `day`, oldest first: a calendar without holidays."""
    days: list[date] = []
    while len(days) < count:
        day -= timedelta(days=1)
        if day.weekday() < _WEEKEND:
            days.append(day)
    return days[::-1]


def merged(days: Sequence[DayBar], key: Callable[[date], object]) -> Iterator[DayBar]:
    """Yield longer bars of days (newest first) that share a key, such as their week."""
    group: list[DayBar] = []
    for bar in days:
        if group and key(group[-1].day) != key(bar.day):
            yield _longer(group)
            group = []
        group.append(bar)
    if group:
        yield _longer(group)


def week(day: date) -> object:
    return day.isocalendar()[:2]


def month(day: date) -> object:
    return day.year, day.month


def _longer(days: Sequence[DayBar]) -> DayBar:
    """Join days, newest first; the bar carries its first day, as Kiwoom's do."""
    return DayBar(
        days[-1].day,
        days[-1].open,
        max(bar.high for bar in days),
        min(bar.low for bar in days),
        days[0].close,
        sum(bar.volume for bar in days),
        sum(bar.turnover for bar in days),
    )


def _day(bars: Sequence[Bar]) -> DayBar:
    return DayBar(
        bars[0].start.date(),
        int(bars[0].open),
        int(max(bar.high for bar in bars)),
        int(min(bar.low for bar in bars)),
        int(bars[-1].close),
        sum(bar.volume for bar in bars),
        int(sum(bar.close * bar.volume if bar.turnover is None else bar.turnover for bar in bars)),
    )


def _older_day(seed: int, listing: Listing, day: date, close: int, grid: PriceGrid) -> DayBar:
    """Return a day that ends at `close`; the day before it ends at this one's open."""
    name = int.from_bytes(f"{listing.symbol}/daily".encode(), "big")
    rng = np.random.default_rng([seed, name, day.toordinal()])
    moves = rng.standard_normal(3)
    size = listing.daily_volatility_pct / 100
    opens = int(grid.floor(close / float(np.exp(size * moves[0]))))
    spread = size * 0.5
    high = int(grid.floor(max(opens, close) * float(np.exp(spread * abs(moves[1])))))
    low = int(grid.ceil(min(opens, close) / float(np.exp(spread * abs(moves[2])))))
    turnover = listing.turnover_eok * 1e8 * float(rng.lognormal(-0.08, 0.4))
    volume = max(int(turnover / ((high + low + close) / 3)), 1)
    high, low = max(high, opens, close), min(low, opens, close)
    return DayBar(day, opens, high, low, close, volume, int(turnover))
