"""Runs one file of the user's own, and puts guards round what it registers."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, NamedTuple

from config import own_code, schema
from config.errors import ConfigError
from config.schema import Options, Settings
from config.text import Text
from core.domain.signal import Values
from core.indicators import Indicator
from core.indicators import registry as indicators
from core.predict import own as predictors
from core.predict.own import Own, Predict
from core.rules import Rule
from core.rules import registry as rules
from core.user_code.described import Described
from core.user_code.guarded import GuardedIndicator, GuardedRule
from core.user_code.trouble import NonsenseError, Owner, Troubles, where_in

PACKAGE = "user_code"
"""What the modules of the user's files are called in: user_code.my_rule."""
_BAR_COLUMNS = frozenset(
    {"start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks", "ai"}
)


@dataclass(frozen=True, slots=True)
class Registered:
    """One thing that a file has added: "indicator", "rule" or "predictor"."""

    kind: str
    code: str
    title: Text


class CodeError(Exception):
    """A file that can't be used; nothing of it is left behind."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


class _Registries(NamedTuple):
    """Everything that a file may add to, at one moment."""

    options: tuple[type[Options], ...]
    indicators: dict[str, type[Indicator]]
    rules: dict[str, type[Rule]]
    predictors: dict[str, Own]

    @classmethod
    def now(cls) -> _Registries:
        return cls(
            schema.classes(),
            indicators.registered(),
            rules.registered(),
            predictors.registered(),
        )

    def restore(self) -> None:
        schema.restore(self.options)
        indicators.restore(self.indicators)
        rules.restore(self.rules)
        predictors.restore(self.predictors)


def run(file: Described, troubles: Troubles) -> tuple[tuple[Registered, ...], frozenset[str]]:
    """Run a trusted file; return what it registered, and the keys of the options it declared.

    Raises:
        CodeError: It failed, registered nothing, or something that can't be used.
    """
    if file.problem is not None:
        raise CodeError(file.problem)
    before, name = _Registries.now(), f"{PACKAGE}.{file.path.stem}"
    module = ModuleType(name)
    module.__file__ = str(file.path)
    sys.modules[name] = module  # pydantic and dataclasses look a class's module up there
    try:
        exec(compile(file.content, str(file.path), "exec"), module.__dict__)
        added = _added(before, file, troubles)
        _try_out(name)
    except (Exception, SystemExit) as error:  # whatever it is, the program must begin
        before.restore()
        del sys.modules[name]
        raise CodeError(_failed(error, file)) from error
    own_code.note(file.name, file.sha256)
    keys = frozenset(
        f"{cls.section}.{option}"
        for cls in schema.classes()
        if cls not in before.options
        for option in cls.model_fields
    )
    return added, keys


def forget_all() -> None:
    """Take out everything that files of the user's own have registered in this process."""
    kept = _Registries(
        tuple(cls for cls in schema.classes() if not _is_own(cls)),
        {c: cls for c, cls in indicators.registered().items() if not _is_own(cls)},
        {c: cls for c, cls in rules.registered().items() if not _is_own(cls)},
        {c: own for c, own in predictors.registered().items() if not _is_own(own.predict)},
    )
    kept.restore()
    own_code.forget_all()
    for name in [name for name in sys.modules if name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]


def _is_own(thing: Any) -> bool:
    return str(thing.__module__).startswith(f"{PACKAGE}.")


def _added(before: _Registries, file: Described, troubles: Troubles) -> tuple[Registered, ...]:
    """Put guards in the place of what is new, and return what that is."""
    now = _Registries.now()
    found = list[Registered]()
    for code, indicator in now.indicators.items():
        if code not in before.indicators:
            owner = Owner(file.name, code, _titled(indicator.title, code))
            now.indicators[code] = _guarded_indicator(indicator, owner, troubles)
            found.append(Registered("indicator", code, owner.title))
    for code, rule in now.rules.items():
        if code not in before.rules:
            owner = Owner(file.name, code, _titled(rule.title, code))
            now.rules[code] = _guarded_rule(rule, owner, troubles)
            found.append(Registered("rule", code, owner.title))
    for code, own in now.predictors.items():
        if code not in before.predictors:
            owner = Owner(file.name, code, _titled(own.title, code))
            now.predictors[code] = replace(own, predict=_told(own.predict, owner, troubles))
            found.append(Registered("predictor", code, owner.title))
    if not found:
        raise NonsenseError("it registers no indicator, rule or predictor")
    now.restore()
    return tuple(found)


def _guarded_indicator(
    wrapped: type[Indicator], owner: Owner, troubles: Troubles
) -> type[GuardedIndicator]:
    names = tuple(wrapped.names)
    taken = _BAR_COLUMNS.intersection(names)
    if not names or taken or not all(isinstance(name, str) for name in names):
        raise NonsenseError(f"names of {owner.code} are {names!r}: empty, no texts, or taken")
    own = {"title": owner.title, "names": names}
    return _subclass(GuardedIndicator, wrapped, owner, troubles, own)


def _guarded_rule(wrapped: type[Rule], owner: Owner, troubles: Troubles) -> type[GuardedRule]:
    own = {"title": owner.title, "name": owner.code}
    return _subclass(GuardedRule, wrapped, owner, troubles, own)


def _subclass(
    base: type[Any], wrapped: type[Any], owner: Owner, troubles: Troubles, own: dict[str, Any]
) -> type[Any]:
    """Return a guard for `wrapped`; it counts as of the user's module."""
    members = {
        "__module__": wrapped.__module__,
        "__doc__": wrapped.__doc__,
        "wrapped": wrapped,
        "owner": owner,
        "troubles": troubles,
        **own,
    }
    return type(wrapped.__name__, (base,), members)


def _told(predict: Predict, owner: Owner, troubles: Troubles) -> Predict:
    """Return a predictor whose errors a person hears of; pauses are the circuit breaker's work."""

    def asked(features: Values) -> float | None:
        try:
            return predict(features)
        except (Exception, SystemExit) as error:
            troubles.hear(owner, "predict", error, is_off=False)
            raise RuntimeError(where_in(error, owner.file)) from error

    asked.__module__ = predict.__module__
    return asked


def _try_out(module: str) -> None:
    """Make one of each with the default settings: what can't even be made is refused at once."""
    settings, now = Settings(), _Registries.now()
    for made in (*now.indicators.values(), *now.rules.values()):
        if made.__module__ == module and issubclass(made, GuardedIndicator | GuardedRule):
            made.wrapped(settings)


def _titled(title: Any, code: str) -> Text:
    if not isinstance(title, Text):
        raise NonsenseError(f'{code} needs title = Text("…", "…")')
    return title


def _failed(error: BaseException, file: Described) -> Text:
    if isinstance(error, ConfigError):
        return Text("{}", "{}").format(error)
    said = where_in(error, file.name)
    return Text(
        f"불러오다가 멈췄습니다: {said}. 고친 뒤 다시 시작하세요",
        f"failed while it was loaded: {said}; mend it, then start again",
    )
