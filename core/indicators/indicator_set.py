"""All indicators of the strategy together, for one symbol."""

from __future__ import annotations

from config.schema import Settings
from core.domain.market import Bar
from core.indicators.registry import Arrays, Indicator, Numbers, Plot, registered
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns


class IndicatorSet:
    """Every registered indicator of one symbol, with the parameters of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._indicators: list[Indicator] = [cls(settings) for cls in registered().values()]
        self._updates = [indicator.update for indicator in self._indicators]
        self.names = tuple(name for one in self._indicators for name in one.names)
        self.warmup = max((one.warmup for one in self._indicators), default=0)
        """Closed bars before rules may be heard: max(ema_long, rsi_period, bb_period)."""

    def update(self, bar: Bar) -> Numbers:
        """Take one closed bar; return all values in a new dict, None while undefined."""
        values: Numbers = {}
        for update in self._updates:
            update(bar, values)
        return values

    def update_each(self, stretch: Stretch) -> Lines:
        """Take closed bars one after the other as `update` does; return the values of each."""
        lines: Lines = {}
        for indicator in self._indicators:
            lines |= indicator.update_each(stretch)
        return lines

    def batch(self, columns: BarColumns) -> Arrays:
        """Return all values of all bars by name, NaN while undefined; changes nothing."""
        values: Arrays = {}
        for indicator in self._indicators:
            values |= indicator.batch(columns)
        return values

    def plots(self) -> tuple[Plot, ...]:
        """Return how the chart draws them."""
        return tuple(plot for one in self._indicators for plot in one.plots())
