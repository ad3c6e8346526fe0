"""Which parameter sets a sweep tries: every one of a grid, or some of them drawn at random."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from config.errors import ConfigError, Problem
from config.explain import unknown
from config.schema import Settings, declared
from config.text import Text

Place = tuple[int, ...]
"""Where a parameter set stands in the grid: an index into each axis' values."""

MAX_SETS = 100_000
_MAX_VALUES = 10_000  # of one axis


@dataclass(frozen=True, slots=True)
class Axis:
    """One setting that is varied."""

    key: str  # "section.key"
    values: tuple[Any, ...]  # two or more different ones, as the settings hold them


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One point of the grid."""

    place: Place
    changes: Mapping[str, Any]  # value by "section.key"
    settings: Settings


@dataclass(frozen=True, slots=True)
class Search:
    """The sets to try, in order of the grid; the last axis changes fastest."""

    axes: tuple[Axis, ...]
    sets: tuple[ParameterSet, ...]
    refused: int  # combinations that the settings don't allow, such as ema_short >= ema_long
    size: int  # of the whole grid

    def at(self, place: Place) -> ParameterSet:
        """Return the set at a place that is tried."""
        return next(one for one in self.sets if one.place == place)


def read_axes(texts: Sequence[str], settings: Settings) -> tuple[Axis, ...]:
    """Read `section.key=v1,v2,...` or `section.key=first:last:step` texts.

    Both ends of a range are tried. Every value is checked alone, so that a mistyped one is refused
    before anything runs.

    Raises:
        ConfigError: Unknown keys, refused values, or nothing to vary; all that was found.
    """
    axes: list[Axis] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            axes.append(_axis(text, settings))
        except ConfigError as error:
            problems += error.problems
    twice = {axis.key for axis in axes if [other.key for other in axes].count(axis.key) > 1}
    problems += [
        _problem(key, f"--grid에 {key}이(가) 두 번 있습니다", f"--grid names {key} twice")
        for key in sorted(twice)
    ]
    if problems:
        raise ConfigError.of(problems)
    return tuple(axes)


def grid(axes: Sequence[Axis], settings: Settings) -> Search:
    """Return every set of the grid that the settings allow.

    Raises:
        ConfigError: None at all is allowed, or the grid is larger than `MAX_SETS`.
    """
    size = _size(axes)
    if size > MAX_SETS:
        raise ConfigError(
            Text(
                f"조합이 {size:,}개라 너무 많습니다(최대 {MAX_SETS:,}). 값을 줄이거나 --random을 "
                "쓰세요",
                f"the grid has {size:,} sets, more than {MAX_SETS:,}; take fewer values, or draw "
                "some with --random",
            )
        )
    return _search(axes, settings, range(size), size)


def draw(axes: Sequence[Axis], settings: Settings, count: int, seed: int) -> Search:
    """Return `count` different sets of the grid, or all where it has no more.

    The same seed draws the same sets.

    Raises:
        ConfigError: None of those drawn is allowed.
    """
    size = _size(axes)
    if count >= size:
        return grid(axes, settings)
    random = np.random.default_rng(seed)
    drawn: set[int] = set()
    while len(drawn) < count:
        drawn.update(random.integers(0, size, count - len(drawn)).tolist())
    return _search(axes, settings, sorted(drawn), size)


def _search(
    axes: Sequence[Axis], settings: Settings, numbers: Sequence[int] | range, size: int
) -> Search:
    sets = [one for number in numbers if (one := _set(axes, settings, number)) is not None]
    if not sets:
        keys = ", ".join(axis.key for axis in axes)
        raise ConfigError(
            Text(
                f"설정이 허용하는 조합이 하나도 없습니다: {keys}",
                f"the settings allow none of the combinations of {keys}",
            )
        )
    return Search(tuple(axes), tuple(sets), len(numbers) - len(sets), size)


def _set(axes: Sequence[Axis], settings: Settings, number: int) -> ParameterSet | None:
    place = _place(axes, number)
    changes = {axis.key: axis.values[i] for axis, i in zip(axes, place, strict=True)}
    try:
        return ParameterSet(place, changes, settings.changed(changes))
    except ConfigError:
        return None


def _place(axes: Sequence[Axis], number: int) -> Place:
    place = []
    for axis in reversed(axes):
        number, index = divmod(number, len(axis.values))
        place.append(index)
    return tuple(reversed(place))


def _size(axes: Sequence[Axis]) -> int:
    return math.prod(len(axis.values) for axis in axes)


# Reading one axis


def _axis(text: str, settings: Settings) -> Axis:
    key, equals, words = text.partition("=")
    key = key.strip()
    known = {item.key: item for item in declared()}
    if not equals or not words.strip():
        raise _error(
            key,
            f"--grid {text}: 뒤에 =값1,값2 또는 =처음:끝:간격이 있어야 합니다",
            f"--grid {text}: needs =v1,v2,... or =first:last:step after the name",
        )
    if key not in known:
        raise ConfigError.of([unknown(key, known)])
    if isinstance(settings.value(key), list):
        raise _error(
            key,
            f"--grid {key}: 목록인 설정은 바꿔 가며 계산할 수 없습니다. 값이 하나인 설정을 "
            "고르세요",
            f"--grid {key}: a setting that is a list can't be varied; choose one with a single "
            "value",
        )
    values = tuple(
        dict.fromkeys(
            _value(key, word.strip(), settings)
            for part in words.split(",")
            for word in _words(key, part.strip())
        )
    )
    if len(values) < 2:
        raise _error(
            key,
            f"--grid {text}: 서로 다른 값이 둘 이상 있어야 합니다",
            f"--grid {text}: needs two different values or more",
        )
    return Axis(key, values)


def _words(key: str, part: str) -> Iterator[str]:
    """Yield the values of one part: itself, or all of a range."""
    if part.count(":") != 2:
        yield part
        return
    try:
        first, last, step = (Decimal(word) for word in part.split(":"))
        is_usable = step > 0 and last >= first and (last - first) / step < _MAX_VALUES
    except InvalidOperation:
        is_usable = False
    if not is_usable:
        raise _error(
            key,
            f"--grid {key}: 범위 {part}을(를) 쓸 수 없습니다. 처음:끝:간격(간격 > 0, 처음 <= 끝, "
            f"값 {_MAX_VALUES:,}개 미만)으로 적으세요",
            f"--grid {key}: can't use the range {part}; write first:last:step with step > 0, "
            f"first <= last and fewer than {_MAX_VALUES:,} values",
        )
    # Decimals, as 0.1 + 0.2 would not be 0.3.
    for number in range(int((last - first) / step) + 1):
        yield str(first + number * step)


def _value(key: str, word: str, settings: Settings) -> Any:
    """Return the value as the settings hold it; one that is refused only beside others passes."""
    try:
        return settings.changed({key: word}).value(key)
    except ConfigError as error:
        own = [problem for problem in error.problems if problem.key == key]
        if own:
            raise ConfigError.of(own) from error
    # Refused together with another setting's present value only: that may be varied too.
    kind = type(settings.value(key))
    return kind(Decimal(word)) if kind is int else kind(word)


def _problem(key: str, ko: str, en: str) -> Problem:
    return Problem(key, Text(ko, en))


def _error(key: str, ko: str, en: str) -> ConfigError:
    return ConfigError.of([_problem(key, ko, en)])
