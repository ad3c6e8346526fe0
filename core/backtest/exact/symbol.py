"""One symbol on its way through the bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.schema import Settings
from core.backtest.exact.feed import DayOfSymbol
from core.domain.price import Price
from core.domain.signal import Snapshot
from core.indicators import IndicatorSet
from core.indicators.stretch import Stretch
from core.risk.exits import Levels
from core.scoring import Scorer


@dataclass(slots=True)
class Holding:
    """An open position: what was paid, and what its price is watched for."""

    shares: int
    entry_price: Price
    opened: datetime
    peak: Price
    levels: Levels


class SymbolRun:
    """Indicators, position and present day of one symbol; rows are counted from the day's first.

    Attributes:
        place: Of the symbol in the configured order.
        bars: Of the present day; `begin` brings them, with all that follows here.
        most: What neither side's score is above at the close of each bar; see `Scorer.most`.
        cutoff: First row that gives no BUY any more.
        flatten: First row at or past the flatten time.
        warm_from: First row with enough bars for all indicators.
    """

    def __init__(self, place: int, symbol: str, settings: Settings, scorer: Scorer) -> None:
        self.place, self.symbol = place, symbol
        self.holding: Holding | None = None
        self.close: Price = 0  # the last one while a position is open
        self._indicators, self._scorer = IndicatorSet(settings), scorer
        self._yesterday: Snapshot | None = None
        self.bars: Stretch

    def begin(self, day: DayOfSymbol) -> None:
        """Run the indicators over a day's bars, one after the other.

        They may be ahead of the trading: nothing that is traded changes them.
        """
        if day.first:
            self._yesterday = self.snapshot(len(self.bars) - 1)
        self.bars, self.cutoff, self.flatten = day.bars, day.cutoff, day.flatten
        self.warm_from = self._indicators.warmup - day.first - 1
        self._lines = self._indicators.update_each(day.bars)
        self.most = self._scorer.most(day.bars, self._lines)

    def sums(self, row: int) -> tuple[float, float]:
        """Return the buy and the sell score at the close of a bar, as live trading adds them up."""
        before = self.snapshot(row - 1) if row else self._yesterday
        return self._scorer.sums(before, self.snapshot(row))

    def snapshot(self, row: int) -> Snapshot:
        """Return what live trading makes of a bar at its close."""
        values = {
            name: None if (value := line[row]) != value else value
            for name, line in self._lines.items()
        }
        return Snapshot(self.bars.bar(row), values)
