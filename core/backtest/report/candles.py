"""The bars around the trades for "candles.js", small enough for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.csv_columns import zone_offsets
from core.backtest.market import MarketData, SymbolBars
from core.domain.portfolio import Trade

MOST_BARS = 200_000
"""In one page: about 2.5 MB of text."""
_AROUND = 30  # bars before and after a trade, where whole days are too much
_UNITS = (1.0, 0.01, 0.0001, 0.000001)  # prices are told as multiples of the first that fits
_EXACT = 1e-3  # of a unit


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars [first, end) of one symbol."""

    symbol: int  # its place in the market
    first: int
    end: int


def stretches(market: MarketData, trades: Sequence[Trade]) -> tuple[list[Stretch], bool]:
    """Return which bars to show, and whether some trades' bars had to be left out.

    Whole days with a trade; where that is too much, what lies around the trades; where even that
    is, around those with the largest profits and losses.
    """
    days = _merged(_days(market, trades))
    if _size(days) <= MOST_BARS:
        return days, False
    near = _merged(_near(market, trades))
    if _size(near) <= MOST_BARS:
        return near, False
    kept, size = [], 0
    for trade in sorted(trades, key=lambda one: -abs(one.net_pnl)):
        kept.append(trade)
        size += sum(one.end - one.first for one in _near(market, [trade]))
        if size > MOST_BARS:
            break
    return _merged(_near(market, kept[:-1])), True


def candle_data(market: MarketData, chosen: Sequence[Stretch]) -> list[dict[str, Any]]:
    """Return each stretch as numbers: five for a bar, all of them small.

    They are the distance in time from the bar before, open less the close before, and close less
    open, then how far the high lies above the body and the low below it. `start` is the wall
    clock before the first bar's distance, `close` the close before; time in `step` seconds,
    prices in `unit`.
    """
    unit = [_unit(bars) for bars in market.symbols]
    return [_encoded(market, one, unit[one.symbol]) for one in chosen]


def _encoded(market: MarketData, one: Stretch, unit: float) -> dict[str, Any]:
    columns = market.symbols[one.symbol].columns.part(one.first, one.end)
    time = columns.start + zone_offsets(columns.start, market.zone)
    step = 60 if not np.any(time % 60) else 1
    opens, high, low, close = (
        np.rint(column / unit).astype(np.int64)
        for column in (columns.open, columns.high, columns.low, columns.close)
    )
    before = np.concatenate((opens[:1], close[:-1]))
    numbers = np.stack(
        (
            np.diff(time, prepend=time[:1]) // step,
            opens - before,
            close - opens,
            high - np.maximum(opens, close),
            np.minimum(opens, close) - low,
        ),
        axis=1,
    )
    return {
        "symbol": one.symbol,
        "start": int(time[0]),
        "step": step,
        "unit": unit,
        "close": int(before[0]),
        "bars": numbers.ravel().tolist(),
    }


def _unit(bars: SymbolBars) -> float:
    """Return the coarsest unit in which every price is a whole number, near enough."""
    columns = bars.columns
    for unit in _UNITS:
        scaled = [c / unit for c in (columns.open, columns.high, columns.low, columns.close)]
        if all(_is_near_whole(column) for column in scaled):
            return unit
    return _UNITS[-1]


def _is_near_whole(column: NDArray[np.float64]) -> bool:
    return bool(np.all(np.abs(column - np.rint(column)) < _EXACT))


def _days(market: MarketData, trades: Sequence[Trade]) -> Iterator[Stretch]:
    for symbol, entry, leave in _rows(market, trades):
        bars = market.symbols[symbol]
        first, last = int(bars.day_of[entry]), int(bars.day_of[leave])
        for day in range(first, last + 1):
            yield Stretch(symbol, int(bars.day_first[day]), int(bars.day_end[day]))


def _near(market: MarketData, trades: Sequence[Trade]) -> Iterator[Stretch]:
    for symbol, entry, leave in _rows(market, trades):
        bars = market.symbols[symbol]
        day, last = int(bars.day_of[entry]), int(bars.day_of[leave])
        first = max(entry - _AROUND, int(bars.day_first[day]))
        yield Stretch(symbol, first, min(leave + _AROUND + 1, int(bars.day_end[last])))


def _rows(market: MarketData, trades: Sequence[Trade]) -> Iterator[tuple[int, int, int]]:
    """Yield symbol, bar of the entry and bar of the exit of each trade."""
    place = {name: at for at, name in enumerate(market.names)}
    for trade in trades:
        symbol = place[trade.symbol]
        # As integers: for floats numpy would copy the whole column each time.
        moments = [round(time.timestamp()) for time in (trade.entry_time, trade.exit_time)]
        entry, leave = np.searchsorted(market.symbols[symbol].columns.start, moments).tolist()
        yield symbol, entry, leave


def _merged(parts: Iterator[Stretch]) -> list[Stretch]:
    """Return stretches by symbol and time, those that overlap made one."""
    merged: list[Stretch] = []
    for one in sorted(set(parts), key=lambda part: (part.symbol, part.first, part.end)):
        last = merged[-1] if merged else None
        if last and last.symbol == one.symbol and one.first < last.end:
            merged[-1] = Stretch(one.symbol, last.first, max(last.end, one.end))
        else:
            merged.append(one)
    return merged


def _size(parts: Sequence[Stretch]) -> int:
    return sum(one.end - one.first for one in parts)
