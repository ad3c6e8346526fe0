"""What the engine knows of one symbol's market."""

from __future__ import annotations

import math
import sys
from datetime import datetime, timedelta

from config.schema import Settings
from core.bars import BarBuilder
from core.domain.instrument import Instrument
from core.domain.market import Bar, OrderBook, Tick
from core.domain.messages import PredictionArrived, QuoteUpdated
from core.domain.price import Price
from core.domain.signal import Snapshot, Values
from core.indicators import IndicatorSet
from core.predict.inputs import features
from core.risk.exits import Levels

_NO_LEVELS = Levels(-math.inf, math.inf)
SMALLEST_PRICE = 5e-324
"""With this as the lowest price every price above 0 passes."""


class SymbolMarket:
    """Bars, indicators and quotes of one symbol; all attributes belong to the engine."""

    __slots__ = (
        "bars", "book", "bought", "builder", "highest", "indicators", "instrument",
        "is_changed", "is_enabled", "is_ready", "last_price", "last_tick", "late", "latest",
        "lowest", "on_grid", "prediction", "refused", "rises_at", "sold", "stop", "target",
        "volume",
    )  # fmt: skip

    def __init__(self, instrument: Instrument, settings: Settings) -> None:
        self.builder = BarBuilder(instrument.symbol)
        self.bars: list[Bar] = []
        self.is_enabled = True
        self.is_ready = False  # its history has come, or there is none
        self.is_changed = False  # since the last batch of events
        self.last_price: Price | None = None
        self.last_tick: Tick | None = None
        self.book: OrderBook | None = None  # the newest; conflated on its way
        self.late = 0  # late ticks of the builder that were told already
        self.on_grid: set[Price] = set()  # valid prices seen before
        self.prediction: PredictionArrived | None = None
        self.refused = 0  # ticks
        self.start_day()
        self.set_levels(None)
        self.describe(instrument)
        self.use(settings)

    def describe(self, instrument: Instrument) -> None:
        """Take the master data: name, grid and the day's price limits."""
        self.instrument = instrument
        limits = instrument.price_limits()
        self.lowest, self.highest = limits or (SMALLEST_PRICE, sys.float_info.max)
        self.on_grid.clear()

    def use(self, settings: Settings) -> None:
        """Make the indicators anew by `settings`, warmed with every bar seen so far."""
        self.indicators = IndicatorSet(settings)
        self.latest: Snapshot | None = None
        for bar in self.bars:
            self.latest = Snapshot(bar, self.indicators.update(bar))

    def load(self, bars: tuple[Bar, ...], forming: Bar | None, settings: Settings) -> None:
        """Put history before and between the bars seen so far, `forming` into the one not closed.

        Where both know a minute, the bar with more shares has seen more of it: trades were lost
        while the line was. What the builder has not closed yet stays its own.
        """
        ours, begun = {bar.start: bar for bar in self.bars}, self.builder.forming()
        for bar in bars:
            if begun is not None and bar.start >= begun.start:
                self.builder.seed(bar)  # a slow answer knows the minute as it ended
                break
            if bar.start not in ours or bar.volume > ours[bar.start].volume:
                ours[bar.start] = bar
        self.bars[:] = sorted(ours.values(), key=lambda bar: bar.start)
        self.use(settings)
        if forming is not None:
            self.builder.seed(forming)
        newest = self.builder.forming() or (self.bars[-1] if self.bars else None)
        if self.last_price is None and newest is not None:
            self.last_price = newest.close
        self.is_ready = True

    def take_bar(self, bar: Bar, prediction: PredictionArrived | None) -> Snapshot:
        """Add a closed bar with the AI's answer for it, if there is one; return its snapshot."""
        values = self.indicators.update(bar)
        values["ai"] = prediction.value if prediction else None
        self.bars.append(bar)
        self.latest = Snapshot(bar, values)
        return self.latest

    @property
    def is_warm(self) -> bool:
        """Whether every indicator of the strategy has enough closed bars."""
        return len(self.bars) >= self.indicators.warmup

    def fresh_prediction(self) -> PredictionArrived | None:
        """Return the answer asked for when the latest bar closed; None if it is older or absent."""
        answer, latest = self.prediction, self.latest
        if answer is None or latest is None or answer.bar_start != latest.bar.start:
            return None
        return answer

    def features(self) -> Values:
        """Return what the AI is asked with, from the bars up to the latest one."""
        assert self.latest is not None
        return features(self.bars, self.latest.values)

    def set_levels(self, levels: Levels | None) -> None:
        """Watch for these levels; None for none."""
        levels = levels or _NO_LEVELS
        self.stop, self.rises_at = levels.stop, levels.rises_at
        self.target = min(levels.target, levels.rises_at)  # the next price to act on

    def start_day(self) -> None:
        """Forget the day's totals, in shares."""
        self.volume = self.bought = self.sold = 0

    @property
    def strength(self) -> float | None:
        """체결강도: 100 x shares bought / sold by the aggressor; None while none were sold."""
        return self.bought / self.sold * 100 if self.sold else None

    def _time_of_history(self) -> datetime:
        """Return the latest moment that the price of a bar may be of."""
        newest = self.builder.forming() or self.bars[-1]
        return newest.start + timedelta(minutes=1)

    def quote(self) -> QuoteUpdated | None:
        """Return the newest state for the window; None before the first price."""
        if self.last_price is None:
            return None
        tick, base = self.last_tick, self.instrument.previous_close
        change = None if base is None else self.last_price - base
        return QuoteUpdated(
            symbol=self.instrument.symbol,
            time=tick.time if tick else self._time_of_history(),
            price=self.last_price,
            change=change,
            change_pct=change / base * 100 if base and change is not None else None,
            volume=self.volume,
            strength=self.strength,
            bid=tick.bid if tick else None,
            ask=tick.ask if tick else None,
            forming=self.builder.forming(),
            last_quantity=tick.quantity if tick else 0,
        )
