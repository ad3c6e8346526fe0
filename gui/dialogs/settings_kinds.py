"""Which input an option gets, by the type it is declared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from PyQt5.QtWidgets import QWidget

from config.schema import Declared
from config.text import Text
from gui.dialogs.settings_texts import choice_title
from gui.widgets.inputs import ChoiceInput, SwitchInput, TextInput, TextsInput
from gui.widgets.numbers import NumberInput
from gui.widgets.symbols import SymbolsInput

SYMBOLS_KEY = "market.symbols"
PARTNERS = {SYMBOLS_KEY: "market.symbols_off"}
"""Options that are edited by the input of another, as ticks in its list."""


@dataclass(frozen=True, slots=True)
class InputContext:
    """What inputs need beside their option."""

    language: str
    directory: Mapping[str, str]  # name by code, of all securities known
    applies: Text | None = None  # when a changed value counts; None: as its option says


def make_input(item: Declared, context: InputContext) -> Any:
    """Return a new input for an option.

    Raises:
        TypeError: The option's type has no input; a kind has to be added here.
    """
    if item.key == SYMBOLS_KEY:
        return SymbolsInput(context.directory, context.language)
    annotation = _bare(item.owner.model_fields[item.name].annotation)
    for fits, make in _KINDS:
        if fits(annotation):
            return make(annotation, item, context)
    raise TypeError(f"{item.key}: no input for the type {annotation!r}; add one to {__name__}")


def _bare(annotation: Any) -> Any:
    """Return the type without `Annotated` and without "or None"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [part for part in get_args(annotation) if part is not NoneType]
        if len(kinds) == 1:
            return _bare(kinds[0])
    return annotation


def _is_enum(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def _is_texts(annotation: Any) -> bool:
    parts = [part for part in get_args(annotation) if part is not Ellipsis]
    return get_origin(annotation) in (list, tuple) and [_bare(part) for part in parts] == [str]


def _choice(values: tuple[Any, ...], item: Declared, context: InputContext) -> QWidget:
    titles = {value: choice_title(value, item).in_(context.language) for value in values}
    return ChoiceInput(titles)


_KINDS: tuple[
    tuple[Callable[[Any], bool], Callable[[Any, Declared, InputContext], QWidget]], ...
] = (
    (lambda kind: kind is bool, lambda *_: SwitchInput()),
    (lambda kind: kind is int, lambda *_: NumberInput(is_whole=True)),
    (lambda kind: kind is float, lambda *_: NumberInput(is_whole=False)),
    (lambda kind: kind is str, lambda *_: TextInput()),
    (_is_texts, lambda *_: TextsInput()),
    (lambda kind: get_origin(kind) is Literal, lambda kind, *rest: _choice(get_args(kind), *rest)),
    (_is_enum, lambda kind, *rest: _choice(tuple(kind), *rest)),
)
