"""Why a value is refused, in plain words: the value, what is allowed, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from config.errors import Problem, Refused
from config.limits import TEXT_IN_QUOTES, Limits, plain
from config.secrets import printable
from config.text import Text

if TYPE_CHECKING:
    from config.schema import Declared

_SHOWN = 60  # characters of a refused value


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `word`, by its whole or by its last part; None if none is."""
    names = sorted(known)
    found = get_close_matches(word, names, n=1, cutoff=0.6)
    if not found:
        tails = {name.rpartition(".")[2]: name for name in names}
        close = get_close_matches(word.rpartition(".")[2], tails, n=1, cutoff=0.6)
        found = [tails[tail] for tail in close]
    return found[0] if found else None


def unknown(key: str, known: Iterable[str]) -> Problem:
    """Say that there is no such setting, and which one is probably meant."""
    guess = nearest(key, known)
    if guess is None:
        return Problem(
            key,
            Text(
                "그런 설정은 없습니다. 설정 이름은 'config show'로 볼 수 있습니다",
                "no such setting; 'config show' lists them all",
            ),
        )
    return Problem(
        key,
        Text(f"그런 설정은 없습니다. {guess}인가요?", f"no such setting; did you mean {guess}?"),
    )


def explain(options: Mapping[str, Declared], error: ValidationError) -> list[Problem]:
    """Return a problem for each of pydantic's findings about `options`, one class's by name."""
    return [_problem(options, found) for found in error.errors()]


def _problem(options: Mapping[str, Declared], found: Any) -> Problem:
    cause = found.get("ctx", {}).get("error")
    name = str(found["loc"][0]) if found["loc"] else getattr(cause, "field", "")
    # A rule about several options blames their section where it names none of them.
    key = options[name].key if name else next(iter(options.values())).owner.section
    if isinstance(cause, Refused):
        return Problem(key, cause.text)
    if found["type"] == "value_error":
        return Problem(key, Text.of(str(cause)))
    return Problem(key, _refusal(options[name], found))


def _refusal(item: Declared, found: Any) -> Text:
    value, unit = found["input"], item.meta.unit
    is_entry = len(found["loc"]) > 1  # of a list
    words = TEXT_IN_QUOTES if is_entry else item.limits.words(unit)
    hint = Text.of("") if is_entry else _percent_hint(item.limits, unit, value)
    return Text(
        f"{_shown(value)} 값은 쓸 수 없습니다. 쓸 수 있는 값: {words.ko}{hint.ko}",
        f"{_shown(value)} can't be used; it takes {words.en}{hint.en}",
    )


def _shown(value: Any) -> str:
    text = printable(repr(value) if isinstance(value, str) else str(value))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _percent_hint(limits: Limits, unit: Text, value: Any) -> Text:
    """Say how percentages are written to who may have written a fraction: 0.02 for 2 %."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return Text.of("")
    percent = round(number * 100, 9)
    if unit.en != "%" or not math.isfinite(number) or not 0 < number < 1:
        return Text.of("")
    if limits.holds(number) or not limits.holds(percent):
        return Text.of("")
    shown = plain(percent)
    return Text(
        f". 퍼센트로 적습니다: {shown} %라면 {shown}",
        f". It is a percentage: for {shown} % write {shown}",
    )
