"""Any value of a type, by the annotations of the type."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import types
import typing
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from config.schema import Settings
from config.sections import MarketOptions
from core.risk.exits import ExitOptions

SEOUL = ZoneInfo("Asia/Seoul")
_FROM, _TO = datetime(2000, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
_TIMES = st.datetimes(_FROM, _TO, timezones=st.sampled_from([SEOUL, UTC])).map(
    lambda moment: moment.replace(fold=0)  # says nothing in zones without summer time
)
STOP, SYMBOLS = f"{ExitOptions.section}.stop_loss_pct", f"{MarketOptions.section}.symbols"
_SETTINGS = st.sampled_from([{}, {STOP: 0.7, SYMBOLS: ["000660"]}])
_OF: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(),
    float: st.integers(-(10**12), 10**12) | st.floats(allow_nan=False),  # a price may be either
    bool: st.booleans(),
    type(None): st.none(),
    datetime: _TIMES,
    date: st.dates(),
    timedelta: st.timedeltas(),
    Settings: _SETTINGS.map(Settings),
}


@functools.cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of values of a type; an unknown kind of type is a TypeError."""
    hint = getattr(hint, "__supertype__", hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([any_of(arg) for arg in args])
    if origin is tuple and args[1:] != (...,):
        return st.tuples(*[any_of(arg) for arg in args])
    if origin in (tuple, list, frozenset):
        return st.lists(any_of(args[0]), max_size=3).map(origin)
    if origin in (dict, collections.abc.Mapping):
        return st.dictionaries(any_of(args[0]), any_of(args[1]), max_size=3)
    if origin is typing.Literal:
        return st.sampled_from(args)
    if hint in _OF:
        return _OF[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return _record(hint)


def _record(kind: Any) -> st.SearchStrategy[Any]:
    if not (dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")):
        raise TypeError(f"no values of {kind} can be made up here")
    hints = typing.get_type_hints(kind, localns={"Settings": Settings})
    return st.builds(kind, **{name: any_of(hint) for name, hint in hints.items()})
