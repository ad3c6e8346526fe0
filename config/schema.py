"""Every option of the program, declared once where it is used and assembled here.

A module that needs options subclasses `Options`:

    @section("risk")
    class ExitOptions(Options):
        stop_loss_pct: float = option(1.0, ge=0.1, le=30, unit="%", title=Text("손절", "Stop"), ...)

and reads them typed: `settings[ExitOptions].stop_loss_pct`. Several classes may add to one section.
The settings dialog, `config schema`, the docs and all checks are made from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from config.errors import ConfigError, Refused
from config.explain import explain, unknown
from config.limits import Limits
from config.text import Text


class Applies(Enum):
    """When a changed value takes effect."""

    AT_ONCE = "at_once"
    NEXT_START = "next_start"


@dataclass(frozen=True, slots=True)
class Meta:
    """What a person needs to know about one option."""

    title: Text
    help: Text
    unit: Text
    page: str  # of the settings dialog
    applies: Applies
    choices: Mapping[Any, Text]  # words for the values of a Literal; others are shown as they are


class Options(BaseModel):
    """Some options of one section; frozen, unknown names refused.

    A validator says why it refuses in both languages with `raise Refused(Text(...))`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    section: ClassVar[str]

    @field_validator("*", mode="before")
    @classmethod
    def _from_text(cls, value: Any, info: ValidationInfo) -> Any:
        """Take a comma-separated text for a list, and no yes or no for a number."""
        assert info.field_name is not None
        kind = Limits.of(cls.model_fields[info.field_name]).kind
        if kind is list and isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, bool) and kind in (int, float):
            word = str(value).lower()
            raise Refused(Text(f"{word} 대신 숫자를 적으세요", f"needs a number instead of {word}"))
        return value


OptionsT = TypeVar("OptionsT", bound=Options)
_declared: dict[type[Options], None] = {}  # in order of declaration


def option(
    default: Any,
    *,
    title: Text,
    help: Text,
    unit: str | Text = "",
    page: str = "",
    applies: Applies = Applies.AT_ONCE,
    choices: Mapping[Any, Text] | None = None,
    **limits: Any,
) -> Any:
    """Describe one option for `Options`.

    `limits` are pydantic's: gt, ge, lt, le, min_length, max_length, pattern.
    `page` names the page of the settings dialog and is the section's name where empty.
    `choices` are words for the values of a Literal, for people who pick one.
    """
    units = unit if isinstance(unit, Text) else Text.of(unit)
    meta = Meta(title, help, units, page, applies, choices or {})
    extra: Any = {"meta": meta}  # the one place where pydantic keeps what is not its own
    return Field(default=default, json_schema_extra=extra, **limits)


def section(name: str) -> Callable[[type[OptionsT]], type[OptionsT]]:
    """Register an `Options` class under a section; a key declared twice is a programming error."""

    def register(cls: type[OptionsT]) -> type[OptionsT]:
        cls.section = name
        known = {key for other in _declared if other.section == name for key in other.model_fields}
        twice = known & set(cls.model_fields)
        if twice:
            raise ConfigError(
                f"{name}.{sorted(twice)[0]} is declared twice, again by {cls.__name__}"
            )
        _declared[cls] = None
        return cls

    return register


def classes() -> tuple[type[Options], ...]:
    """Return every class of options known so far, in order of declaration."""
    return tuple(_declared)


def restore(known: Iterable[type[Options]]) -> None:
    """Make `known` all there are, as `classes` gave them: a user's own code comes and goes."""
    kept = dict.fromkeys(known)
    _declared.clear()
    _declared.update(kept)


@dataclass(frozen=True, slots=True)
class Declared:
    """One option as declared: its key "section.name", its class and its meta data."""

    key: str
    owner: type[Options]
    name: str

    @property
    def meta(self) -> Meta:
        extra: Any = self.owner.model_fields[self.name].json_schema_extra
        meta: Meta = extra["meta"]
        return meta

    @property
    def limits(self) -> Limits:
        return Limits.of(self.owner.model_fields[self.name])

    @property
    def default(self) -> Any:
        return self.owner.model_fields[self.name].get_default(call_default_factory=True)


def declared() -> Iterator[Declared]:
    """Yield every option known so far, in order of declaration."""
    yield from _items(tuple(_declared))


@lru_cache(maxsize=1)  # a sweep asks for each of its sets; what is declared seldom changes
def _items(classes: tuple[type[Options], ...]) -> tuple[Declared, ...]:
    return tuple(
        Declared(f"{cls.section}.{name}", cls, name) for cls in classes for name in cls.model_fields
    )


class Settings:
    """All effective values; never changes. Get typed ones by class, or any one by its key."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        """Validate `values` ("section.key" -> value); keys left out keep their default.

        Text is taken for any kind of value, as command line and environment give it: "2.5",
        "true", and lists separated by commas.

        Raises:
            ConfigError: Unknown keys and refused values, all of them: `error.problems`.
        """
        self._fill(dict(values or {}), {})

    def _fill(self, given: Mapping[str, Any], kept: Mapping[type[Options], Options]) -> None:
        """Validate what is not kept."""
        known = {item.key: item for item in declared()}
        problems = [unknown(key, known) for key in given if key not in known]
        owned: dict[type[Options], dict[str, Declared]] = {cls: {} for cls in _declared}
        for item in known.values():
            owned[item.owner][item.name] = item
        self._by_class: dict[type[Options], Options] = {}
        for cls, own in owned.items():
            if cls in kept:
                self._by_class[cls] = kept[cls]
                continue
            values = {name: given[item.key] for name, item in own.items() if item.key in given}
            try:
                self._by_class[cls] = cls(**values)
            except ValidationError as error:
                problems += explain(own, error)
        if problems:
            raise ConfigError.of(problems)
        self._values = {k: getattr(self._by_class[d.owner], d.name) for k, d in known.items()}

    def __getitem__(self, cls: type[OptionsT]) -> OptionsT:
        found = self._by_class[cls]
        assert isinstance(found, cls)
        return found

    def value(self, key: str) -> Any:
        """Return the value of "section.key"."""
        if key not in self._values:
            raise ConfigError.of([unknown(key, self._values)])
        return self._values[key]

    def flat(self) -> dict[str, Any]:
        """Return every value by its key, in order of declaration."""
        return dict(self._values)

    def as_json(self) -> dict[str, Any]:
        """Return the same as `flat`, in kinds of values that JSON has."""
        dumped = {cls: held.model_dump(mode="json") for cls, held in self._by_class.items()}
        return {item.key: dumped[item.owner][item.name] for item in declared()}

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """Return settings with some values replaced; raises ConfigError as the constructor does."""
        touched = {item.owner for item in declared() if item.key in changes}
        made = Settings.__new__(Settings)
        # A sweep does this for every set: what is not touched is valid already.
        made._fill(
            {**self._values, **changes},
            {cls: held for cls, held in self._by_class.items() if cls not in touched},
        )
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]
