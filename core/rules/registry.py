"""What a rule is, and the list of those there are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings, option
from config.text import Text
from core.domain.signal import RuleResult, Snapshot
from core.indicators.registry import Arrays
from core.indicators.stretch import Lines, Stretch
from core.rules.snapshots import snapshots
from core.series import BarColumns


class Verdicts(NamedTuple):
    """What a rule says of each bar, both of shape (bars,)."""

    buys: NDArray[np.bool_]
    sells: NDArray[np.bool_]


class Rule(ABC):
    """One reason to buy or sell, with its weight from the settings; looks at closed bars only."""

    name: ClassVar[str]
    """Stable code, set by `register`."""
    title: ClassVar[Text]
    weight: float

    @abstractmethod
    def __init__(self, settings: Settings) -> None: ...

    @abstractmethod
    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        """Judge the bar `latest`; `prev` is the symbol's bar before it, None for its first."""

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        """Return whether it buys and whether it sells, as `evaluate` says; without the reasons.

        A backtest asks this for every bar; what `evaluate` tells besides takes most of its time.
        """
        result = self.evaluate(prev, latest)
        return result.buys, result.sells

    def worth_asking(self, stretch: Stretch, lines: Lines) -> Iterable[int]:
        """Return the rows of `stretch` where `holds` may be true on either side, each once.

        All of them, unless a rule sees at a glance where it does not hold. It may return a row too
        many, which costs time, but must leave none out; `holds` alone decides.

        Args:
            lines: Every indicator's values of these bars.
        """
        return range(len(stretch))

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        """Judge all bars at once, as `evaluate` does one by one; changes nothing.

        Args:
            columns: One symbol's bars, oldest first.
            values: Every indicator's values of these bars, NaN while undefined.
        """
        verdicts = Verdicts(np.zeros(len(columns), np.bool_), np.zeros(len(columns), np.bool_))
        prev: Snapshot | None = None
        for row, latest in enumerate(snapshots(columns, values)):
            verdicts.buys[row], verdicts.sells[row] = self.holds(prev, latest)
            prev = latest
        return verdicts


RuleClass = TypeVar("RuleClass", bound=type[Rule])
_registered: dict[str, type[Rule]] = {}


def register(name: str) -> Callable[[RuleClass], RuleClass]:
    """Add a rule class under its stable code; a code taken twice is an error."""

    def add(cls: RuleClass) -> RuleClass:
        if name in _registered:
            raise ValueError(f"rule {name} is already taken")
        cls.name = name
        _registered[name] = cls
        return cls

    return add


def registered() -> dict[str, type[Rule]]:
    """Return every rule class by its code."""
    return dict(_registered)


def restore(classes: Mapping[str, type[Rule]]) -> None:
    """Make `classes` all there are, as `registered` gave them: a user's own come and go."""
    _registered.clear()
    _registered.update(classes)


def before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each bar's value of the bar before, NaN for the first bar."""
    shifted = np.empty(len(values))
    shifted[:1] = np.nan
    shifted[1:] = values[:-1]
    return shifted


def weight(default: float, rule: Text) -> Any:
    """Declare the weight option of a rule; `rule` is its title."""
    return option(
        default,
        ge=0,
        le=10,
        page="signals",
        title=Text("{} 가중치", "{} weight").format(rule),
        help=Text(
            "이 조건이 성립하면 점수에 더하는 값입니다. 0이면 쓰지 않습니다.",
            "What the score gains when this rule holds; 0 leaves it out.",
        ),
    )
