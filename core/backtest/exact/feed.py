"""The bars of all symbols, day by day and moment by moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.market import MarketData, SymbolBars
from core.domain.price import Price
from core.indicators.stretch import Stretch
from core.risk.checks.entries_allowed import TimetableOptions


@dataclass(frozen=True, slots=True)
class DayOfSymbol:
    """One symbol's bars of one day; rows are counted from the day's first bar."""

    place: int  # of the symbol in the configured order
    first: int  # bars of the symbol before this day
    bars: Stretch
    cutoff: int  # first row that gives no BUY any more
    flatten: int  # first row at or past the flatten time


class Feed:
    """Yields the days of a market; only one day's bars exist as lists at a time."""

    def __init__(self, market: MarketData, options: TimetableOptions) -> None:
        self._market = market
        self._cutoffs = [bars.cutoffs(options).tolist() for bars in market.symbols]
        self._flattens = [bars.flattens(options).tolist() for bars in market.symbols]
        self._places: dict[int, list[tuple[int, int]]] = {}  # by day: symbol and its day's number
        for place, bars in enumerate(market.symbols):
            for number, day in enumerate(bars.days.tolist()):
                self._places.setdefault(day, []).append((place, number))

    def __len__(self) -> int:
        """Return the number of days."""
        return len(self._places)

    def days(self) -> Iterator[tuple[date, list[DayOfSymbol]]]:
        """Yield each date and its symbols' bars, oldest first."""
        for number in sorted(self._places):
            day = self._market.day(number)
            yield day, [self._part(place, own, day) for place, own in self._places[number]]

    def _part(self, place: int, number: int, day: date) -> DayOfSymbol:
        bars = self._market.symbols[place]
        first, end = int(bars.day_first[number]), int(bars.day_end[number])
        stretch = _stretch(bars, slice(first, end), day, self._market)
        cutoff, flatten = self._cutoffs[place][number], self._flattens[place][number]
        return DayOfSymbol(place, first, stretch, cutoff - first, flatten - first)


def _stretch(bars: SymbolBars, rows: slice, day: date, market: MarketData) -> Stretch:
    columns = bars.columns

    def prices(column: NDArray[Any]) -> list[Price]:
        part = column[rows]
        told: list[Price] = (part.astype(np.int64) if bars.is_whole else part).tolist()
        return told

    return Stretch(
        bars.symbol,
        day,
        market.zone,
        columns.start[rows],
        prices(columns.open),
        prices(columns.high),
        prices(columns.low),
        prices(columns.close),
        columns.close[rows].tolist(),
        columns.volume[rows].tolist(),
        _turnover(columns.turnover[rows], bars.is_whole),
        columns.ticks[rows],
    )


def _turnover(turnover: NDArray[np.float64], is_whole: bool) -> list[Price | None]:
    if np.isnan(turnover).all():
        return [None] * len(turnover)
    return [
        None if value != value else int(value) if is_whole and value.is_integer() else value
        for value in turnover.tolist()
    ]
