"""Screen numbers (화면번호) and what each has registered for real time; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MAX_SCREENS = 200
ALL = "ALL"

Registrations = frozenset[tuple[str, str]]  # (code, real type)


class Screens:
    """The registrations of every screen in use.

    The same code on two screens is wanted until both have let it go, and is delivered once.
    """

    def __init__(self) -> None:
        self._screens: dict[str, dict[str, Registrations]] = {}  # by screen, then by code
        self._wanted: Registrations = frozenset()

    @property
    def wanted(self) -> Registrations:
        """All screens' registrations together."""
        return self._wanted

    def open(self, screen: str) -> bool:
        """Take `screen` into use; False if it is no screen number or there are 200 already."""
        if screen in self._screens:
            return True
        if not is_screen(screen) or len(self._screens) >= MAX_SCREENS:
            return False
        self._screens[screen] = {}
        return True

    def free(self, screen: str) -> None:
        """Drop what `screen` has registered, and give its number back."""
        if self._screens.pop(screen, None):
            self._gather()

    def codes(self, screen: str) -> frozenset[str]:
        return frozenset(self._screens.get(screen, ()))

    def replace(self, screen: str, new: Mapping[str, Registrations]) -> None:
        """Have `screen`, which is open, register these codes and no others."""
        self._screens[screen] = dict(new)
        self._gather()

    def add(self, screen: str, new: Mapping[str, Registrations]) -> None:
        """Have `screen`, which is open, register these as well."""
        registered = self._screens[screen]
        for code, pairs in new.items():
            registered[code] = registered.get(code, frozenset()) | pairs
        self._gather()

    def remove(self, screen: str, code: str) -> None:
        """Drop one code of one screen; `ALL` stands for every screen, or every code."""
        for registered in self._chosen(screen):
            for each in list(registered) if code == ALL else [code]:
                registered.pop(each, None)
        self._gather()

    def clear(self) -> None:
        self._screens.clear()
        self._wanted = frozenset()

    def is_wanted(self, code: str, type_: str) -> bool:
        return (code, type_) in self._wanted or ("", type_) in self._wanted

    def _chosen(self, screen: str) -> Iterable[dict[str, Registrations]]:
        if screen == ALL:
            return tuple(self._screens.values())
        return (self._screens[screen],) if screen in self._screens else ()

    def _gather(self) -> None:
        by_code = (pairs for codes in self._screens.values() for pairs in codes.values())
        self._wanted = frozenset().union(*by_code)


def is_screen(screen: str) -> bool:
    """Return whether `screen` is four digits and not 0000, which Kiwoom keeps for itself."""
    return len(screen) == 4 and screen.isascii() and screen.isdigit() and screen != "0000"
