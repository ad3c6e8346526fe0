"""One symbol on its way through the bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.schema import Settings
from core.backtest.exact.feed import DayOfSymbol
from core.domain.price import Price
from core.domain.signal import Snapshot
from core.indicators import IndicatorSet
from core.indicators.stretch import Lines
from core.risk.exits import Levels
from core.scoring import Scorer


@dataclass(slots=True)
class Holding:
    """An open position: what was paid, and what its price is watched for."""

    entry_price: Price
    opened: datetime
    peak: Price
    levels: Levels


class SymbolRun:
    """Indicators, position and present day of one symbol."""

    def __init__(self, settings: Settings) -> None:
        self._indicators = IndicatorSet(settings)
        self.warmup = self._indicators.warmup
        self.holding: Holding | None = None
        self.day: ScoredDay

    def begin(self, day: DayOfSymbol, scorer: Scorer) -> ScoredDay:
        """Run the indicators over the bars of `day`, one after the other.

        They may be ahead of the trading, since nothing that is traded changes them.
        """
        yesterday = self.day.snapshot(-1) if day.first else None
        lines = self._indicators.update_each(day.bars)
        self.day = ScoredDay(day, lines, scorer.most(day.bars, lines), yesterday)
        return self.day


class ScoredDay:
    """A day's bars with what the indicators say at the close of each."""

    __slots__ = ("_lines", "_yesterday", "bars", "cutoff", "first", "flatten", "most", "place")

    def __init__(
        self, day: DayOfSymbol, lines: Lines, most: list[float], yesterday: Snapshot | None
    ) -> None:
        """`yesterday` is of the symbol's last bar before this day, None where there is none."""
        self.place, self.first, self.bars = day.place, day.first, day.bars
        self.cutoff, self.flatten = day.cutoff, day.flatten
        self.most = most  # that either side's score can be at the close of each bar
        self._lines, self._yesterday = lines, yesterday

    def snapshot(self, row: int) -> Snapshot:
        """Return what live trading makes of a bar at its close, the last one's for row -1."""
        values = {
            name: None if line[row] != line[row] else line[row]
            for name, line in self._lines.items()
        }
        return Snapshot(self.bars.bar(row), values)

    def before(self, row: int) -> Snapshot | None:
        """Return the same of the symbol's bar before."""
        return self.snapshot(row - 1) if row else self._yesterday
