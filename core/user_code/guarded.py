"""A user's indicators and rules, wrapped so that nothing they do can hurt the engine.

The wrappers are classes of their own, registered in the place of the user's; the engine knows no
difference, and the built-in ones pay nothing for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from config.schema import Settings
from core.domain.market import Bar
from core.domain.signal import RuleResult, Snapshot
from core.indicators import Arrays, Indicator, Plot
from core.indicators.registry import Numbers
from core.rules import Rule
from core.series import BarColumns
from core.user_code.trouble import Guard, NonsenseError, Owner, Troubles

_MOST_WARMUP = 100_000  # bars
_MOST_WEIGHT = 10.0
_MOST_SEEN = 20  # numbers that a rule may show
FAILED, OFF = "error", "off"
"""What a rule's note says of a bar it had no vote on."""


class GuardedIndicator(Indicator):
    """Undefined wherever the user's indicator fails or returns what is no number."""

    wrapped: ClassVar[type[Indicator]]
    owner: ClassVar[Owner]
    troubles: ClassVar[Troubles]

    def __init__(self, settings: Settings) -> None:
        self._guard = Guard(self.owner, self.troubles)
        self._inner = self._guard.tried("__init__", lambda: self.wrapped(settings), None)
        if self._inner is None:
            self._guard.give_up()
        self._undefined: Numbers = dict.fromkeys(self.names)
        self.warmup = self._guard.tried("warmup", self._warmup, 0)

    def update(self, bar: Bar, values: Numbers) -> None:
        values.update(self._guard.tried("update", lambda: self._updated(bar), self._undefined))

    def batch(self, columns: BarColumns) -> Arrays:
        found = self._guard.tried("batch", lambda: self._batched(columns), None)
        if found is None:
            return {name: np.full(len(columns), np.nan) for name in self.names}
        return found

    def plots(self) -> tuple[Plot, ...]:
        return self._guard.tried("plots", self._plotted, ())

    def _warmup(self) -> int:
        value = 0 if self._inner is None else self._inner.warmup
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_WARMUP:
            raise NonsenseError(f"warmup is {value!r}, no number of bars")
        return value

    def _updated(self, bar: Bar) -> Numbers:
        assert self._inner is not None
        said: Numbers = {}  # not the engine's own: it might write under another's name
        self._inner.update(bar, said)
        return {name: _number(name, said) for name in self.names}

    def _batched(self, columns: BarColumns) -> Arrays:
        assert self._inner is not None
        said = self._inner.batch(columns.head(len(columns)))  # read-only: the chart's own memory
        found: Arrays = {}
        for name in self.names:
            array = np.array(said[name], dtype=np.float64)
            if array.shape != (len(columns),):
                raise NonsenseError(f"{name} has shape {array.shape}, needs ({len(columns)},)")
            if np.isinf(array).any():
                raise NonsenseError(f"{name} is infinite somewhere")
            found[name] = array
        return found

    def _plotted(self) -> tuple[Plot, ...]:
        assert self._inner is not None
        plots = tuple(self._inner.plots())
        for plot in plots:
            if not isinstance(plot, Plot) or not set(plot.names) <= set(self.names):
                raise NonsenseError(f"{plot!r} is no Plot of {', '.join(self.names)}")
        return plots


class GuardedRule(Rule):
    """Has no vote on a bar where the user's rule fails or returns what is no RuleResult."""

    wrapped: ClassVar[type[Rule]]
    owner: ClassVar[Owner]
    troubles: ClassVar[Troubles]

    def __init__(self, settings: Settings) -> None:
        self._guard = Guard(self.owner, self.troubles)
        self._inner = self._guard.tried("__init__", lambda: self.wrapped(settings), None)
        self.weight = self._guard.tried("weight", self._weight, 0.0)
        if self._inner is None:
            self._guard.give_up()

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        said = self._guard.tried("evaluate", lambda: self._evaluated(prev, latest), None)
        if said is None:
            note = OFF if self._guard.is_off else FAILED
            return RuleResult(self.name, False, False, self.weight, {}, note)
        return said

    def _weight(self) -> float:
        value: Any = 0.0 if self._inner is None else self._inner.weight
        if not _is_number(value) or not 0 <= value <= _MOST_WEIGHT:
            raise NonsenseError(f"weight is {value!r}, no number from 0 to {_MOST_WEIGHT:g}")
        return float(value)

    def _evaluated(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        assert self._inner is not None
        before = None if prev is None else _read_only(prev)
        said: Any = self._inner.evaluate(before, _read_only(latest))
        if not isinstance(said, RuleResult):
            raise NonsenseError(f"returned {said!r}, no RuleResult")
        buys, sells = _side("buys", said.buys), _side("sells", said.sells)
        note = said.note if isinstance(said.note, str) else ""
        return RuleResult(self.name, buys, sells, self.weight, _seen(said.seen), note)


def _read_only(snapshot: Snapshot) -> Snapshot:
    return Snapshot(snapshot.bar, MappingProxyType(dict(snapshot.values)))


def _side(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise NonsenseError(f"{name} is {value!r}, neither True nor False")
    return bool(value)


def _seen(values: Any) -> Numbers:
    if not isinstance(values, Mapping) or len(values) > _MOST_SEEN:
        raise NonsenseError("seen is no short mapping of names to numbers")
    return {str(name): _number(name, values) for name in values}


def _number(name: Any, values: Mapping[Any, Any]) -> float | None:
    if name not in values:
        raise NonsenseError(f"nothing under {name}")
    value = values[name]
    if value is None:
        return None
    if not _is_number(value) or not math.isfinite(value):
        raise NonsenseError(f"{name} is {value!r}, no number")
    return value if type(value) is int else float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
