"""Between typed values and lists that JSON can hold, worked out from the types' own annotations.

Records become lists of their fields in order, so that a tick is nothing but its numbers. A record
with a field of a kind not known here is refused when its codec is made.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import operator
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Any, NamedTuple

from config.masking import STARS
from config.schema import Settings
from core.journal.encoding import dumps
from core.journal.masking import masked

Convert = Callable[[Any], Any]


class Codec(NamedTuple):
    """How values of one type are packed and unpacked; None: JSON holds them as they are."""

    pack: Convert | None = None
    unpack: Convert | None = None


AS_IT_IS = Codec()


class Codecs:
    """A codec for every type, made when first asked for."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        """Have times unpacked in `zone`, where they were in it; otherwise at their offset."""
        self._zone = zone
        self.of = functools.cache(self._make)

    def _make(self, hint: Any) -> Codec:
        """Return the codec of a type, or raise TypeError where there can be none."""
        if hint is None:
            return AS_IT_IS
        hint = getattr(hint, "__supertype__", hint)  # a NewType
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self._union(args)
        if origin is tuple and args[1:] != (...,):
            return _positional(tuple, [self.of(arg) for arg in args])
        if origin in (tuple, list, frozenset):
            return _collection(origin, self.of(args[0]))
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            return _mapping(self.of(args[0]), self.of(args[1]))
        if origin is typing.Literal or hint in _NATIVE:
            return AS_IT_IS
        if isinstance(hint, type):
            return self._class(hint)
        raise TypeError(f"the black box has no codec for {hint}; see core/blackbox/codec.py")

    def _class(self, kind: type) -> Codec:
        if issubclass(kind, datetime):
            return Codec(datetime.isoformat, self._moment)
        if kind in _PLAIN:
            return _PLAIN[kind]
        if issubclass(kind, Enum):
            return Codec(lambda member: member.value, kind)
        if not _is_record(kind):
            raise TypeError(f"the black box has no codec for {kind.__name__}; see core/blackbox")
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind, localns=_LATE)
            names = [field.name for field in dataclasses.fields(kind) if field.init]
            return self._record(kind, {name: hints[name] for name in names})
        return self._record(kind, typing.get_type_hints(kind, localns=_LATE))  # a named tuple

    def _record(self, kind: Any, hints: Mapping[str, Any]) -> Codec:
        try:
            codecs = [self.of(hint) for hint in hints.values()]
        except TypeError as error:
            raise TypeError(f"{kind.__name__}: {error}") from error
        if issubclass(kind, tuple):
            return _positional(kind._make, codecs)
        names = list(hints)
        fields_of = operator.attrgetter(*names) if len(names) > 1 else _few(names)
        pack = _converting([codec.pack for codec in codecs])
        unpack = _converting([codec.unpack for codec in codecs])
        return Codec(
            lambda record: pack(fields_of(record)),
            lambda values: kind(**dict(zip(names, unpack(values), strict=True))),
        )

    def _union(self, args: tuple[Any, ...]) -> Codec:
        inner = [arg for arg in args if arg is not type(None)]
        if len(inner) == 1:
            return _optional(self.of(inner[0]))
        records = [arg for arg in inner if arg not in _NATIVE]
        for arg in records:
            if not _is_record(arg):
                raise TypeError(f"the black box can't tell {arg} from the others in one field")
        return self.tagged(records) if records else AS_IT_IS

    def tagged(self, kinds: typing.Iterable[type]) -> Codec:
        """Return the codec of one of several records, which leads with the name of its class.

        Texts, numbers and None may stand in their place.
        """
        packs = {kind: (kind.__name__, self.of(kind).pack) for kind in kinds}
        unpacks = {kind.__name__: self.of(kind).unpack for kind in packs}

        def pack(value: Any) -> Any:
            if type(value) in _NATIVE:
                return value
            name, convert = packs[type(value)]
            return [name, *(convert(value) if convert else value)]

        def unpack(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            convert = unpacks[value[0]]
            assert convert is not None  # of a record
            return convert(value[1:])

        return Codec(pack, unpack)

    def _moment(self, text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        if self._zone is None or moment.tzinfo is None:
            return moment
        local = moment.astimezone(self._zone)
        return local if local.utcoffset() == moment.utcoffset() else moment


def _is_record(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


def _positional(make: Callable[[typing.Iterable[Any]], Any], codecs: list[Codec]) -> Codec:
    """Return the codec of a tuple whose places have each their own type."""
    if not any(codec.pack for codec in codecs):
        return Codec(None, make)
    unpack = _converting([codec.unpack for codec in codecs])
    return Codec(_converting([codec.pack for codec in codecs]), lambda v: make(unpack(v)))


def _converting(converts: list[Convert | None]) -> Callable[[typing.Iterable[Any]], list[Any]]:
    """Return a function that lists values, those converted that need to be."""
    steps = [(place, convert) for place, convert in enumerate(converts) if convert]

    def converted(values: typing.Iterable[Any]) -> list[Any]:
        listed = list(values)
        for place, convert in steps:
            listed[place] = convert(listed[place])
        return listed

    return converted


def _few(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what `operator.attrgetter` is for more names."""
    return lambda record: tuple(getattr(record, name) for name in names)


def _collection(kind: Any, item: Codec) -> Codec:
    pack, unpack = item
    if kind is frozenset:
        return Codec(
            lambda values: sorted((pack(v) if pack else v for v in values), key=json.dumps),
            lambda values: kind(unpack(v) if unpack else v for v in values),
        )
    return Codec(
        None if pack is None else lambda values: [pack(value) for value in values],
        kind if unpack is None else lambda values: kind(unpack(value) for value in values),
    )


def _mapping(key: Codec, value: Codec) -> Codec:
    """Return the codec of a mapping: its pairs, in their order."""
    pair = _positional(tuple, [key, value])
    pack = pair.pack or list
    unpack = pair.unpack or tuple
    return Codec(
        lambda mapping: [pack(item) for item in mapping.items()],
        lambda pairs: dict(unpack(item) for item in pairs),
    )


def _optional(item: Codec) -> Codec:
    pack, unpack = item
    return Codec(
        None if pack is None else lambda value: None if value is None else pack(value),
        None if unpack is None else lambda value: None if value is None else unpack(value),
    )


def shown(settings: Settings) -> dict[str, Any]:
    """Return settings without what is secret in them; it plays no part in trading."""
    values = masked(settings.as_json())
    return {key: value for key, value in values.items() if value != STARS}


def plain(value: Any) -> Any:
    """Return what a call was given, as JSON has it; one way only, for comparing."""
    return json.loads(dumps(value))


_NATIVE = frozenset({str, int, float, bool, type(None)})
_LATE = {"Settings": Settings}  # names that some records import for type checking only
_PLAIN: Mapping[type, Codec] = {
    date: Codec(date.isoformat, date.fromisoformat),
    time: Codec(time.isoformat, time.fromisoformat),
    timedelta: Codec(
        lambda span: [span.days, span.seconds, span.microseconds], lambda parts: timedelta(*parts)
    ),
    Settings: Codec(shown, Settings),
}
