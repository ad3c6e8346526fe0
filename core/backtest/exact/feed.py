"""The bars of all symbols as records, day by day and moment by moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from core.backtest.market import MarketData, SymbolBars
from core.domain.market import Bar


@dataclass(frozen=True, slots=True)
class DayOfSymbol:
    """One symbol's bars of one day."""

    place: int  # of the symbol in the configured order
    first: int  # index of the day's first bar
    bars: Sequence[Bar]
    cutoff: int  # index of the first bar that gives no BUY any more
    flatten: int  # index of the first bar at or past the flatten time


Moment = tuple[int, list[tuple[DayOfSymbol, int]]]
"""A timestamp (UTC epoch seconds) and the bars that start then: the day, and the index in it."""


class Feed:
    """Yields the days of a market; only one day's records exist at a time."""

    def __init__(
        self,
        market: MarketData,
        cutoffs: Sequence[Sequence[int]],
        flattens: Sequence[Sequence[int]],
    ) -> None:
        self._market, self._cutoffs, self._flattens = market, cutoffs, flattens
        self._places: dict[int, list[tuple[int, int]]] = {}  # by day: symbol and its day's number
        for place, bars in enumerate(market.symbols):
            for number, day in enumerate(bars.days.tolist()):
                self._places.setdefault(day, []).append((place, number))

    def __len__(self) -> int:
        """Return the number of days."""
        return len(self._places)

    def days(self) -> Iterator[tuple[date, list[DayOfSymbol]]]:
        """Yield each date and its symbols' bars, oldest first."""
        for day in sorted(self._places):
            parts = [self._part(place, number) for place, number in self._places[day]]
            yield self._market.day(day), parts

    def _part(self, place: int, number: int) -> DayOfSymbol:
        bars = self._market.symbols[place]
        first, end = int(bars.day_first[number]), int(bars.day_end[number])
        records = _records(bars, first, end, self._market.zone)
        cutoff, flatten = self._cutoffs[place][number], self._flattens[place][number]
        return DayOfSymbol(place, first, records, cutoff - first, flatten - first)

    def moments(self, parts: Sequence[DayOfSymbol]) -> Iterator[Moment]:
        """Yield the timestamps of one day, oldest first; symbols in the configured order."""
        starts = [
            self._market.symbols[part.place].columns.start[part.first :][: len(part.bars)]
            for part in parts
        ]
        if len(parts) == 1:
            for row, start in enumerate(starts[0].tolist()):
                yield start, [(parts[0], row)]
            return
        rows = np.concatenate([np.arange(len(part.bars)) for part in parts])
        owner = np.repeat(np.arange(len(parts)), [len(part.bars) for part in parts])
        every = np.concatenate(starts)
        order = np.lexsort((owner, every))
        waiting: list[tuple[DayOfSymbol, int]] = []
        moment = None
        table = zip(every[order].tolist(), owner[order].tolist(), rows[order].tolist(), strict=True)
        for start, part, row in table:
            if start != moment and moment is not None:
                yield moment, waiting
                waiting = []
            moment = start
            waiting.append((parts[part], row))
        if moment is not None:
            yield moment, waiting


def _records(bars: SymbolBars, first: int, end: int, zone: ZoneInfo) -> list[Bar]:
    columns, stretch = bars.columns, slice(first, end)
    prices = [
        column[stretch].astype(np.int64).tolist() if bars.is_whole else column[stretch].tolist()
        for column in (columns.open, columns.high, columns.low, columns.close)
    ]
    turnover = [
        None if value != value else int(value) if bars.is_whole and value.is_integer() else value
        for value in columns.turnover[stretch].tolist()
    ]
    times = _times(columns.start[stretch].tolist(), columns.local[stretch].tolist(), zone)
    volume, ticks = columns.volume[stretch].tolist(), columns.ticks[stretch].tolist()
    symbol = [bars.symbol] * (end - first)
    return list(map(Bar, symbol, times, *prices, volume, turnover, ticks))


def _times(starts: list[int], local: list[int], zone: ZoneInfo) -> list[datetime]:
    """Return the starts as times; asking the zone for each would take longer than the rest."""
    begin = datetime.fromtimestamp(starts[0], zone)
    offset = local[0] - starts[0]
    if local[-1] - starts[-1] != offset or begin.utcoffset() != timedelta(seconds=offset):
        return [datetime.fromtimestamp(start, zone) for start in starts]
    return [begin + timedelta(seconds=start - starts[0]) for start in starts]
