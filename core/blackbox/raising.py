"""Errors that came out of a port, written down and raised again."""

from __future__ import annotations

import builtins
from typing import Any

from config.text import Text
from core.blackbox.codec import Codecs
from core.domain import errors
from core.engine.fault_watch import place_of
from core.journal.masking import cleaned

_KNOWN = frozenset({errors.__name__, Exception.__module__})
_PLACE = "place"  # looked for by `place_of`


def raised(error: Exception) -> list[Any]:
    """Return an error's class, the known one below it, its text, where it was raised, and more.

    The last is what it carries besides, such as its text in both languages.
    """
    kind = type(error)
    base = next(each for each in kind.__mro__ if each.__module__ in _KNOWN)
    return [kind.__name__, base.__name__, str(error), place_of(error), _carried(error)]


def fault_of(error: Exception) -> list[Any]:
    """Return the same without secrets: a fault is compared by it, and never raised again."""
    shown: list[Any] = cleaned(raised(error))
    return shown


def remade(name: str, base: str, text: str, place: str, carried: dict[str, Any]) -> Exception:
    """Return an error as it was raised, of the class it had as far as that is known here."""
    known = vars(errors).get(base) or vars(builtins)[base]
    kind = known if name == base else type(name, (known,), {})
    error = kind.__new__(kind, text)
    assert isinstance(error, Exception)
    unpack = Codecs().tagged([Text]).unpack
    assert unpack is not None
    vars(error).update({key: unpack(value) for key, value in carried.items()})
    vars(error)[_PLACE] = place
    return error


def _carried(error: Exception) -> dict[str, Any]:
    pack = Codecs().tagged([Text]).pack
    assert pack is not None
    return {
        key: pack(value)
        for key, value in vars(error).items()
        if key != _PLACE and isinstance(value, Text | str | int | float | None)
    }
