"""What an indicator is, and the list of those there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import nan
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from config.text import Text
from core.domain.market import Bar
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns

Numbers = dict[str, float | None]
"""Indicator values of one bar by name, None while undefined."""
Arrays = dict[str, NDArray[np.float64]]
"""Indicator values by name, one element for each bar, NaN while undefined."""


class Pane(Enum):
    """Where the chart draws."""

    PRICE = "price"  # over the candles, on their scale
    OWN = "own"  # below them, on a scale of its own


class Shape(Enum):
    LINE = "line"  # each name is a line
    BAND = "band"  # names are low, middle, high; filled between low and high


@dataclass(frozen=True, slots=True)
class Plot:
    """How the chart draws some values of an indicator."""

    title: Text
    names: tuple[str, ...]
    color: str  # role in the theme, e.g. "ema_short"
    pane: Pane = Pane.PRICE
    shape: Shape = Shape.LINE
    span: tuple[float, float] | None = None  # fixed scale of its own pane
    guides: tuple[float, ...] = ()  # levels drawn across its own pane
    restarts_daily: bool = False  # one day's last value and the next day's first have no line


class Indicator(ABC):
    """An indicator of the strategy for one symbol, with the parameters of the settings.

    `update` is for closed bars as they come, `batch` for all at once; both give the same numbers.
    `update_each` is `update` on many bars in a row, to the last bit, and goes on where that ended.
    """

    title: ClassVar[Text]
    names: ClassVar[tuple[str, ...]]
    """Of its values, as rules and the journal know them."""
    warmup = 0
    """Closed bars needed before every value is defined; 0 for what depends on the day."""

    @abstractmethod
    def __init__(self, settings: Settings) -> None: ...

    @abstractmethod
    def update(self, bar: Bar, values: Numbers) -> None:
        """Take one closed bar; put a number or None under each of `names` into `values`."""

    def update_each(self, stretch: Stretch) -> Lines:
        """Take the bars of `stretch` one after the other; return each one's values.

        An indicator with a loop of its own in place of this one saves a backtest the calls and
        records of every bar. Its values may look at no later bar, just as those of `update`.
        """
        lines: Lines = {name: [] for name in self.names}
        for row in range(len(stretch)):
            values: Numbers = {}
            self.update(stretch.bar(row), values)
            for name, line in lines.items():
                value = values[name]
                line.append(nan if value is None else value)
        return lines

    @abstractmethod
    def batch(self, columns: BarColumns) -> Arrays:
        """Return the values of all bars; takes no note of `update` and changes nothing."""

    @abstractmethod
    def plots(self) -> tuple[Plot, ...]:
        """Return how to draw it, with its parameters in the titles."""


IndicatorClass = TypeVar("IndicatorClass", bound=type[Indicator])
_registered: dict[str, type[Indicator]] = {}


def register(name: str) -> Callable[[IndicatorClass], IndicatorClass]:
    """Add an indicator class under its stable code; a code or value name taken is an error."""

    def add(cls: IndicatorClass) -> IndicatorClass:
        taken = {value for other in _registered.values() for value in other.names}
        twice = taken.intersection(cls.names) or {name}.intersection(_registered)
        if twice:
            raise ValueError(f"indicator {name}: {sorted(twice)[0]} is already taken")
        _registered[name] = cls
        return cls

    return add


def registered() -> dict[str, type[Indicator]]:
    """Return every indicator class by its code."""
    return dict(_registered)


def restore(classes: Mapping[str, type[Indicator]]) -> None:
    """Make `classes` all there are, as `registered` gave them: a user's own come and go."""
    _registered.clear()
    _registered.update(classes)


def defined_from(first: int, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return a copy of `values` that is NaN before the bar with index `first`."""
    result = np.array(values, dtype=np.float64)
    result[:first] = np.nan
    return result


def undefine(count: int, line: list[float]) -> list[float]:
    """Make the first `count` values NaN, none where that is negative; return the line."""
    gone = min(max(count, 0), len(line))
    line[:gone] = [nan] * gone
    return line
