"""Values that are edited but not applied yet, with what is wrong with them; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from config.errors import ConfigError, Problem
from config.schema import Applies, Declared, Settings, declared
from config.text import Text
from gui.dialogs.settings_texts import in_order, with_page


class Draft:
    """Settings on their way to be changed: what was put, what it breaks, what it differs in.

    All rules come from the declarations: a value is wrong when `Settings` refuses it.
    """

    def __init__(self, base: Settings, options: Iterable[Declared] | None = None) -> None:
        """Start from `base`; only `options` are edited, all that have a page where it is None."""
        wanted = with_page(declared()) if options is None else options
        self.options: Mapping[str, Declared] = {i.key: i for i in in_order(wanted)}
        self._base = base
        self._old = base.flat()
        self._new: dict[str, Any] = {}
        self._problems: dict[str, Text] = {}

    @property
    def base(self) -> Settings:
        """The settings the draft started from, those in force."""
        return self._base

    def value(self, key: str) -> Any:
        """Return what was put last, also if it is wrong, else the value in force."""
        return self._new.get(key, self._old[key])

    def put(self, key: str, value: Any) -> None:
        """Take a value, right or wrong; `problems` says which."""
        self.put_all({key: value})

    def put_all(self, values: Mapping[str, Any]) -> None:
        """Take several values at once, so that none is judged beside another's old value."""
        for key, value in values.items():
            if same(value, self._old[key]):
                self._new.pop(key, None)
            else:
                self._new[key] = value
        self._check()

    def reset(self, keys: Iterable[str]) -> None:
        """Put the declared default of each key."""
        self.put_all({key: self.options[key].default for key in keys})

    def rebase(self, settings: Settings) -> None:
        """Start again from `settings`, without changes."""
        self._base, self._old = settings, settings.flat()
        self._new.clear()
        self._problems = {}

    def follow(self, settings: Settings) -> None:
        """Start again from `settings`, with the pending changes."""
        pending = dict(self._new)
        self.rebase(settings)
        self.put_all(pending)

    def is_changed(self, key: str) -> bool:
        return key in self._new

    def is_default(self, key: str) -> bool:
        return same(self.value(key), self.options[key].default)

    def changed_keys(self, applies: Applies | None = None) -> list[str]:
        """Return the changed keys in the dialog's order, of one moment of effect or of all."""
        return [
            key
            for key, item in self.options.items()
            if key in self._new and applies in (None, item.meta.applies)
        ]

    @property
    def problems(self) -> Mapping[str, Text]:
        """Why values are refused, by key; a rule about several options stands beside each."""
        return self._problems

    def settings(self) -> Settings:
        """Return the settings with all changes; raises ConfigError where `problems` has any."""
        return self._base.changed(self._new)

    def _check(self) -> None:
        self._problems = {}
        try:
            self.settings()
        except ConfigError as error:
            for problem in error.problems:
                for key in self._places(problem):
                    self._problems.setdefault(key, problem.message)

    def _places(self, problem: Problem) -> list[str]:
        """Return the option a problem is about and all others its text names beside it."""
        section = problem.key.partition(".")[0]
        words = set(re.findall(r"\w+", problem.message.en))
        found = [
            key
            for key, item in self.options.items()
            if key == problem.key or (item.owner.section == section and item.name in words)
        ]
        return found or [key for key in self._new if key.startswith(section)] or list(self._new)


def same(one: Any, other: Any) -> bool:
    """Return whether two values mean the same; a list and a tuple of equal items do."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return list(one) == list(other)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
