"""Bars to measure backtests on: a seeded walk on the KRX price grid, the same for every peer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backtest.market import SymbolBars
from core.series import DAY_S, BarColumns

DAY_BARS = 381  # 09:00 to 15:19, and the closing auction's bar at 15:30
_OPEN_S, _CLOSE_S = 9 * 3600, 15 * 3600 + 30 * 60
_ZONE_S = 9 * 3600
_FIRST_DAY = 18_262  # 2020-01-01
_TICK = 100  # won, of prices from 50,000 to 200,000
_LOWEST, _HIGHEST = 60_000, 190_000
FIRST, LAST, CUTOFF, FLATTEN = 1, 2, 4, 8
"""Marks of a bar, as peers/single_pass.c reads them."""


def walk(symbol: str, bars: int, seed: int) -> SymbolBars:
    """Return `bars` minutes of a stock whose ticks of 100 won move as a liquid stock's do.

    Whole days of 381 bars; reflected between 60,000 and 190,000 won, so that one tick size holds.
    """
    random = np.random.default_rng(seed)
    steps = np.rint(random.standard_t(4, bars) * 0.9).astype(np.int64)
    levels = (_HIGHEST - _LOWEST) // _TICK
    place = np.abs((np.cumsum(steps) + levels // 3) % (2 * levels) - levels)
    close = (_LOWEST + place * _TICK).astype(np.float64)
    open_ = np.concatenate((close[:1], close[:-1])) + random.integers(-1, 2, bars) * _TICK
    high = np.maximum(open_, close) + random.integers(0, 3, bars) * _TICK
    low = np.minimum(open_, close) - random.integers(0, 3, bars) * _TICK
    volume = random.integers(1, 20_000, bars)
    return _laid_out(symbol, open_, high, low, close, volume)


def _laid_out(symbol: str, *values: NDArray[Any]) -> SymbolBars:
    """Return prices and volumes as the minutes of days that follow one another."""
    open_, high, low, close, volume = values
    day, minute = np.divmod(np.arange(len(close)), DAY_BARS)
    second = np.where(minute == DAY_BARS - 1, _CLOSE_S, _OPEN_S + minute * 60)
    local = (_FIRST_DAY + day) * DAY_S + second
    columns = BarColumns.from_arrays(
        start=local - _ZONE_S,
        local=local,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )
    first = columns.day_starts().astype(np.int64)
    closes = columns.local[first] // DAY_S * DAY_S + _CLOSE_S - _ZONE_S
    return SymbolBars(symbol, columns, first, closes)


def marks(bars: SymbolBars) -> NDArray[np.uint8]:
    """Return each bar's marks for the default cut-off (20 min) and flatten time (15 min)."""
    found = np.zeros(len(bars), np.uint8)
    found[bars.day_first] |= FIRST
    found[bars.day_end - 1] |= LAST
    left = bars.closes[bars.day_of] - bars.columns.start
    found[left <= 20 * 60] |= CUTOFF
    found[left <= 15 * 60] |= FLATTEN
    return found


def write_raw(bars: SymbolBars, path: Path) -> None:
    """Write what peers/single_pass.c reads."""
    columns = bars.columns
    with path.open("wb") as file:
        np.array([len(bars)], np.int64).tofile(file)
        for column in (columns.open, columns.high, columns.low, columns.close, columns.volume):
            column.astype(np.float64).tofile(file)
        marks(bars).tofile(file)


def read_raw(path: Path, symbol: str = "A") -> SymbolBars:
    """Read what `write_raw` wrote of a `walk`; the process keeps nothing else of it."""
    with path.open("rb") as file:
        count = int(np.fromfile(file, np.int64, 1)[0])
        return _laid_out(symbol, *(np.fromfile(file, np.float64, count) for _ in range(5)))


def write_csv(bars: SymbolBars, path: Path) -> None:
    """Write what the `backtest` command reads; times without an offset are the exchange's."""
    columns = bars.columns
    values = (columns.open, columns.high, columns.low, columns.close, columns.volume)
    whole = [column.astype(np.int64).tolist() for column in values]
    times = np.datetime_as_string(columns.local.astype("datetime64[s]")).tolist()
    with path.open("w", encoding="ascii") as file:
        file.write("datetime,open,high,low,close,volume\n")
        file.writelines(map("{},{},{},{},{},{}\n".format, times, *whole))
