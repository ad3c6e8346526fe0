"""What values an option takes, read from its declaration and said in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from config.text import Text

TEXT_IN_QUOTES = Text("따옴표로 묶은 글자", "text in quotes")
_KINDS = {
    bool: Text("true 또는 false", "true or false"),
    int: Text("정수", "a whole number"),
    float: Text("숫자", "a number"),
    str: TEXT_IN_QUOTES,
    list: Text("쉼표로 나눈 목록", "a comma-separated list"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The kind of an option's value and its bounds; None where there is no bound.

    For lists `low` and `high` count entries, for texts characters.
    """

    kind: type
    low: float | None = None
    high: float | None = None
    above: float | None = None  # the value itself is not allowed any more
    below: float | None = None
    choices: tuple[Any, ...] = ()

    @classmethod
    def of(cls, field: FieldInfo) -> Limits:
        """Read the limits of a field of an `Options` class."""
        return cls(
            kind=_kind(field.annotation),
            low=_first(field, "ge", "min_length"),
            high=_first(field, "le", "max_length"),
            above=_first(field, "gt"),
            below=_first(field, "lt"),
            choices=_choices(field.annotation),
        )

    def holds(self, number: float) -> bool:
        """Return whether `number` is within the bounds."""
        return (
            (self.low is None or number >= self.low)
            and (self.high is None or number <= self.high)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
        )

    def words(self, unit: Text) -> Text:
        """Say what is allowed, such as "a number, 0.1 to 30 %"."""
        if self.choices:
            names = ", ".join(str(choice) for choice in self.choices)
            return Text(f"{names} 중 하나", f"one of {names}")
        kind = _KINDS.get(self.kind, Text.of(self.kind.__name__))
        bounds = self._bounds(_units(self.kind, unit))
        return Text(
            ", ".join(filter(None, [kind.ko, bounds.ko])),
            ", ".join(filter(None, [kind.en, bounds.en])),
        )

    def _bounds(self, unit: Text) -> Text:
        if self.low is not None and self.high is not None:
            span = f"{plain(self.low)} ~ {plain(self.high)}"
            english = f"{plain(self.low)} to {plain(self.high)}"
            return _joined([Text(span, english)], unit)
        parts = [
            form.format(plain(bound))
            for form, bound in (
                (Text("{} 이상", "{} or more"), self.low),
                (Text("{} 초과", "above {}"), self.above),
                (Text("{} 미만", "below {}"), self.below),
                (Text("{} 이하", "at most {}"), self.high),
            )
            if bound is not None
        ]
        return _joined(parts, unit)


def plain(number: float) -> str:
    """Write a number as a person does: no exponent, no trailing zero, 60,000 with a comma."""
    return f"{int(number):,}" if number == int(number) else f"{number:.10f}".rstrip("0")


def _joined(parts: Sequence[Text], unit: Text) -> Text:
    if not parts:
        return Text.of("")
    ko, en = " ".join(part.ko for part in parts), ", ".join(part.en for part in parts)
    return Text(f"{ko} {unit.ko}".rstrip(), f"{en} {unit.en}".rstrip())


def _units(kind: type, unit: Text) -> Text:
    if kind is list:
        return Text("개", "entries")
    return Text("자", "characters") if kind is str else unit


def _kind(annotation: Any) -> type:
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0])
    origin = get_origin(annotation) or annotation
    return origin if isinstance(origin, type) else str


def _choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(member.value for member in annotation)
    return ()


def _first(field: FieldInfo, *names: str) -> Any:
    found = (getattr(item, name, None) for name in names for item in field.metadata)
    return next((value for value in found if value is not None), None)
