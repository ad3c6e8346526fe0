"""The ports of an engine, method by method: what may be called, and what comes back.

Worked out from the annotations of `Outside`, so that a port or a method that is added there is
recorded and replayed without a word here.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from config.schema import Options
from core.blackbox.codec import Codec, Codecs, plain
from core.engine.outside import Outside
from core.journal.masking import masked

Call = Callable[..., Any]
_UNRECORDED = frozenset({"journal.record"})  # compared with what stands in the journal itself
_UNTOLD = frozenset({"evidence"})  # ports that get what stands in the recording already
_DETERMINED = frozenset({"calendar"})  # by what the header says


class Method(NamedTuple):
    """One method of a port, or a port that is a function."""

    port: str  # name of the field of `Outside`
    name: str  # empty: the port itself
    result: Codec

    @property
    def full_name(self) -> str:
        return f"{self.port}.{self.name}" if self.name else self.port

    @property
    def is_recorded(self) -> bool:
        return self.full_name not in _UNRECORDED

    @property
    def is_told(self) -> bool:
        """Whether its arguments are recorded and compared."""
        return self.port not in _UNTOLD


class Port:
    """Stands in for a port: has the methods it is given, and nothing else."""

    def __init__(self, methods: Mapping[str, Call]) -> None:
        self.__dict__.update(methods)


def ports(codecs: Codecs) -> Iterator[tuple[str, Sequence[Method]]]:
    """Yield the name of every port of `Outside` that tells the engine something, with its methods.

    Raises:
        TypeError: A method returns something that can't be recorded.
    """
    for name, hint in typing.get_type_hints(Outside).items():
        if name not in _DETERMINED:
            yield name, list(_methods(name, _inner(hint), codecs))


def absent(outside: Outside) -> tuple[str, ...]:
    """Return the names of the ports that are not there."""
    names = [field.name for field in dataclasses.fields(outside)]
    return tuple(name for name in names if getattr(outside, name) is None)


def replaced(outside: Outside, make: Callable[[Method], Call], codecs: Codecs) -> Outside:
    """Return `outside` with every method of its ports replaced by what `make` returns for it."""
    ports_made: dict[str, Any] = {}
    for name, methods in ports(codecs):
        if getattr(outside, name) is None:
            continue
        calls = {method.name: make(method) for method in methods}
        ports_made[name] = calls[""] if "" in calls else Port(calls)
    return dataclasses.replace(outside, **ports_made)


def given(args: tuple[Any, ...], named: Mapping[str, Any]) -> list[Any]:
    """Return the arguments of a call as JSON has them, without secrets."""
    values = [_shown(value) for value in (*args, *named.items())]
    return plain(values) if values else values


def _shown(value: Any) -> Any:
    return masked(value.model_dump(mode="json")) if isinstance(value, Options) else value


def _inner(hint: Any) -> Any:
    """Return X of "X or None"."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (hint,) = (arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def _methods(port: str, kind: Any, codecs: Codecs) -> Iterator[Method]:
    if typing.get_origin(kind) is collections.abc.Callable:
        yield Method(port, "", codecs.of(typing.get_args(kind)[-1]))
        return
    for name in dir(kind):
        function = getattr(kind, name)
        if not name.startswith("_") and callable(function):
            yield Method(port, name, _result(function, codecs))


def _result(function: Callable[..., Any], codecs: Codecs) -> Codec:
    return codecs.of(typing.get_type_hints(function)["return"])
