"""Stretches of a market by its trading days, and the windows of a walk forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from config.errors import ConfigError
from config.text import Text
from core.backtest.market import MarketData, SymbolBars

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """Days of the market that sets are run on; nothing is bought before `trade_from`."""

    name: str
    first: date | None = None
    last: date | None = None
    trade_from: date | None = None


WHOLE = Part("whole")


@dataclass(frozen=True, slots=True)
class Window:
    """One step of a walk forward: choose on `train`, trade on `test`."""

    train: Part
    test: Part


def trading_dates(market: MarketData) -> tuple[date, ...]:
    """Return every date that has a bar of any symbol, ascending."""
    days = [bars.days for bars in market.symbols if len(bars)]
    found = np.unique(np.concatenate(days)) if days else np.empty(0, np.int64)
    return tuple(map(market.day, found.tolist()))


def windows(days: tuple[date, ...], train: int, test: int) -> tuple[Window, ...]:
    """Return windows of `train` trading days followed by `test` days, each a test further on.

    The last test may be shorter; tests never overlap.

    Raises:
        ConfigError: There are not more days than `train`.
    """
    if len(days) <= train:
        raise ConfigError(
            Text(
                f"--walk-forward {train}:{test}: 거래일이 {len(days)}일뿐이라 검증할 날이 남지 "
                "않습니다. 기간을 늘리거나 TRAIN을 줄이세요",
                f"--walk-forward {train}:{test}: the data has only {len(days)} trading days, none "
                "is left to test on; take more days, or a shorter TRAIN",
            )
        )
    found = []
    for number, begin in enumerate(range(0, len(days) - train, test), start=1):
        tested = days[begin + train : begin + train + test]
        chosen = Part(f"train {number}", days[begin], days[begin + train - 1])
        found.append(Window(chosen, Part(f"test {number}", days[begin], tested[-1], tested[0])))
    return tuple(found)


def cut(market: MarketData, part: Part) -> MarketData:
    """Return the market of a part's days, on the same memory."""
    if part.first is None or part.last is None:
        return market
    first, last = (part.first - _EPOCH).days, (part.last - _EPOCH).days
    return MarketData(tuple(_cut(bars, first, last) for bars in market.symbols), market.zone)


def _cut(bars: SymbolBars, first: int, last: int) -> SymbolBars:
    begin, end = np.searchsorted(bars.days, [first, last + 1]).tolist()
    if begin == end:
        return SymbolBars(bars.symbol, bars.columns.part(0, 0), bars.day_first[:0], bars.closes[:0])
    at = int(bars.day_first[begin])
    columns = bars.columns.part(at, int(bars.day_end[end - 1]))
    return SymbolBars(bars.symbol, columns, bars.day_first[begin:end] - at, bars.closes[begin:end])
