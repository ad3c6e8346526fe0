"""One symbol on its way through the bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.schema import Settings
from core.domain.market import Bar
from core.domain.price import Price
from core.domain.signal import Action, Snapshot
from core.indicators import IndicatorSet
from core.risk.exits import Levels


@dataclass(slots=True)
class Holding:
    """An open position: what was paid, and what its price is watched for."""

    entry_price: Price
    opened: datetime
    peak: Price
    levels: Levels


class SymbolRun:
    """Indicators, last bar and position of one symbol."""

    def __init__(self, settings: Settings) -> None:
        self.indicators = IndicatorSet(settings)
        self.warmup = self.indicators.warmup
        self.bars = 0  # seen so far
        self.latest: Snapshot | None = None
        self.holding: Holding | None = None
        self.action = Action.HOLD  # what was decided during or at the close of the last bar

    def take(self, bar: Bar) -> tuple[Snapshot | None, Snapshot]:
        """Take one closed bar; return the snapshot before, and the new one."""
        before = self.latest
        latest = self.latest = Snapshot(bar, self.indicators.update(bar))
        self.bars += 1
        return before, latest
