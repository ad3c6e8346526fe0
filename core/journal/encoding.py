"""Between domain objects and the JSON text of a record's body."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from numbers import Integral, Real
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Return `value` as plain JSON values.

    Enums become their value, times ISO 8601 with offset, dataclasses and named tuples objects; an
    int stays an int. A NaN or infinity becomes its name and an object of any other type its `repr`:
    a record is never lost because of what is in it.
    """
    convert = _CONVERTERS.get(type(value))
    return convert(value) if convert else _general(value)


def dumps(value: Any) -> str:
    """Return the JSON text of `value`, the same for the same value."""
    text = _ENCODER.encode(to_json(value))
    # Half a surrogate pair can't be stored; written out it is JSON's own escape.
    return text.encode(errors="backslashreplace").decode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the JSON text of `value`, in hex."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()


def from_json(kind: type[T], value: Any) -> T:
    """Return the object of type `kind` that `to_json` made `value` of.

    `kind` is a dataclass, a named tuple, an enum, `datetime` or a plain type.

    Numbers stay as they are written, so that won stay integers also where the type says float.

    Raises:
        KeyError, ValueError, TypeError: `value` is not of that shape.
    """
    known: Any = kind
    return typing.cast(T, _reader(known)(value))


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _same(value: Any) -> Any:
    return value


def _float(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


def _sequence(value: Any) -> list[Any]:
    return [to_json(item) for item in value]


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {_key(key): to_json(item) for key, item in value.items()}


def _key(key: Any) -> str:
    return key if type(key) is str else str(to_json(key))


def _fields(kind: type) -> Callable[[Any], dict[str, Any]]:
    names = tuple(field.name for field in dataclasses.fields(kind))
    return lambda value: {name: to_json(getattr(value, name)) for name in names}


_CONVERTERS: dict[type, Callable[[Any], Any]] = {
    str: _same,
    int: _same,
    bool: _same,
    type(None): _same,
    float: _float,
    datetime: datetime.isoformat,
    dict: _mapping,
    list: _sequence,
    tuple: _sequence,
    frozenset: lambda value: sorted(_sequence(value), key=str),
}


def _general(value: Any) -> Any:
    """Convert a type seen for the first time, and remember how."""
    convert = _converter(value)
    _CONVERTERS[type(value)] = convert
    return convert(value)


def _converter(value: Any) -> Callable[[Any], Any]:
    if isinstance(value, type):
        return repr
    if isinstance(value, Enum):
        return lambda member: to_json(member.value)
    if dataclasses.is_dataclass(value):
        return _fields(type(value))
    if hasattr(value, "_asdict"):  # a named tuple
        return lambda record: _mapping(record._asdict())
    for kinds, convert in _BY_BASE:
        if isinstance(value, kinds):
            return convert
    return repr


_BY_BASE: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (datetime, datetime.isoformat),
    (date, date.isoformat),
    (Integral, int),  # numpy's integers
    (Real, lambda value: _float(float(value))),
    (Mapping, _mapping),
    (str, str),
    ((list, tuple), _sequence),
    ((set, frozenset), _CONVERTERS[frozenset]),
)


@functools.cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        # Our unions are "X or None" only.
        (inner,) = (_reader(arg) for arg in args if arg is not type(None))
        return lambda value: None if value is None else inner(value)
    if origin in (tuple, frozenset):
        item = _reader(args[0])
        return lambda value: origin(item(each) for each in value)
    if isinstance(kind, type) and issubclass(kind, datetime):
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        return _record_reader(kind)
    return _same


def _record_reader(kind: Any) -> Callable[[Any], Any]:
    """Return a reader of a dataclass or named tuple from its fields by name."""
    readers = {name: _reader(hint) for name, hint in typing.get_type_hints(kind).items()}

    def read(value: Any) -> Any:
        return kind(**{name: readers[name](item) for name, item in value.items()})

    return read
