"""Every option of the program, declared once where it is used and assembled here.

A module that needs options subclasses `Options`:

    @section("risk")
    class ExitOptions(Options):
        stop_loss_pct: float = option(1.0, ge=0.1, le=30, unit="%", title=Text("손절", "Stop loss"), ...)

and reads them typed: `settings[ExitOptions].stop_loss_pct`. Several classes may add to one section.
The settings dialog, `config schema`, the docs and all checks are made from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import ConfigError
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


class Options(BaseModel):
    """Some options of one section; frozen, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    section: ClassVar[str]


O = TypeVar("O", bound=Options)
_declared: dict[type[Options], None] = {}  # in order of declaration


def option(
    default: Any,
    *,
    title: Text,
    help: Text,
    unit: str | Text = "",
    page: str = "",
    applies: Applies = Applies.AT_ONCE,
    **limits: Any,
) -> Any:
    """Describe one option; `limits` are pydantic's (gt, ge, lt, le, min_length, max_length, pattern).

    `page` names the page of the settings dialog and is the section's name where empty.
    """
    meta = Meta(title, help, unit if isinstance(unit, Text) else Text.of(unit), page, applies)
    return Field(default=default, json_schema_extra={"meta": meta}, **limits)  # type: ignore[arg-type]


def section(name: str) -> Callable[[type[O]], type[O]]:
    """Register an `Options` class under a section; a key declared twice is a programming error."""

    def register(cls: type[O]) -> type[O]:
        cls.section = name
        known = {key for other in _declared if other.section == name for key in other.model_fields}
        twice = known & set(cls.model_fields)
        if twice:
            raise ConfigError(f"{name}.{sorted(twice)[0]} is declared twice, again by {cls.__name__}")
        _declared[cls] = None
        return cls

    return register


@dataclass(frozen=True, slots=True)
class Declared:
    """One option as declared: its key "section.name", its class and its meta data."""

    key: str
    owner: type[Options]
    name: str

    @property
    def meta(self) -> Meta:
        extra = self.owner.model_fields[self.name].json_schema_extra
        assert isinstance(extra, dict)
        meta = extra["meta"]
        assert isinstance(meta, Meta)
        return meta

    @property
    def default(self) -> Any:
        return self.owner.model_fields[self.name].get_default(call_default_factory=True)


def declared() -> Iterator[Declared]:
    """Yield every option known so far, in order of declaration."""
    for cls in _declared:
        for name in cls.model_fields:
            yield Declared(f"{cls.section}.{name}", cls, name)


class Settings:
    """All effective values; never changes. Get typed ones by class, or any one by its key."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        """Validate `values` ("section.key" -> value); keys left out keep their default.

        Raises:
            ConfigError: An unknown key or a refused value, with the key, the value and the limits.
        """
        given = dict(values or {})
        keys = {d.key for d in declared()}
        for key in given:
            if key not in keys:
                raise ConfigError(f"{key}: no such setting")
        self._by_class: dict[type[Options], Options] = {}
        for cls in _declared:
            own = {n: given[f"{cls.section}.{n}"] for n in cls.model_fields if f"{cls.section}.{n}" in given}
            try:
                self._by_class[cls] = cls(**own)
            except ValidationError as error:
                raise ConfigError(_explain(cls, error)) from error

    def __getitem__(self, cls: type[O]) -> O:
        found = self._by_class[cls]
        assert isinstance(found, cls)
        return found

    def value(self, key: str) -> Any:
        """Return the value of "section.key"."""
        for item in declared():
            if item.key == key:
                return getattr(self._by_class[item.owner], item.name)
        raise ConfigError(f"{key}: no such setting")

    def flat(self) -> dict[str, Any]:
        """Return every value by its key, in order of declaration."""
        return {d.key: getattr(self._by_class[d.owner], d.name) for d in declared()}

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """Return settings with some values replaced; raises ConfigError as the constructor does."""
        return Settings({**self.flat(), **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self.flat() == other.flat()

    __hash__ = None  # type: ignore[assignment]


def _explain(cls: type[Options], error: ValidationError) -> str:
    parts = []
    for problem in error.errors():
        where = ".".join(str(part) for part in (cls.section, *problem["loc"]))
        value = "" if not problem["loc"] else f" (was {problem['input']!r})"
        parts.append(f"{where}: {problem['msg'].removeprefix('Value error, ')}{value}")
    return "; ".join(parts)
