"""Runs of our engines on bars that nothing was worked out of before, for several benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from config.schema import Settings
from core.backtest.market import MarketData, SymbolBars
from core.backtest.outcome import Outcome
from tests.bench.bars import walk
from tests.bench.figures import seconds

ZONE = ZoneInfo("Asia/Seoul")
MANY, FEW = 1_000_000, 100_000
SYMBOLS = 50
Engine = Callable[[MarketData, Settings], Outcome]


def market(bars: int, symbols: int = 1) -> MarketData:
    """Return so many bars of each symbol; of one it is always the same `walk`."""
    names = ["A"] if symbols == 1 else [f"S{number:02}" for number in range(1, symbols + 1)]
    made = (walk(name, bars, seed) for seed, name in enumerate(names, start=1))
    return MarketData(tuple(made), ZONE)


def net(outcome: Outcome) -> float:
    return sum(trade.net_pnl for trade in outcome.trades)


def fresh(data: MarketData) -> MarketData:
    """Return the same bars, of which nothing was worked out; a market caches what it finds."""
    bars = (SymbolBars(one.symbol, one.columns, one.day_first, one.closes) for one in data.symbols)
    return MarketData(tuple(bars), data.zone)


def timed(run: Engine, data: MarketData) -> float:
    """Return the seconds of a run on bars that nothing was worked out of before."""
    unused, settings = fresh(data), Settings()
    return seconds(lambda: run(unused, settings))
