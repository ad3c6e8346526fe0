"""What the settings dialog and the guide say of an option beside its own texts; knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from config.schema import Applies, Declared
from config.text import Text

_PAGES = {
    "symbols": Text("종목", "Symbols"),
    "market": Text("시장", "Market"),
    "indicators": Text("지표", "Indicators"),
    "signals": Text("신호", "Signals"),
    "risk": Text("위험 관리", "Risk"),
    "costs": Text("비용", "Costs"),
    "orders": Text("주문", "Orders"),
    "ai": Text.of("AI"),
    "alerts": Text("알림", "Alerts"),
    "display": Text("화면", "Display"),
    "broker": Text("증권사", "Broker"),
    "data": Text("데이터", "Data"),
    "journal": Text("매매일지", "Journal"),
    "log": Text("로그", "Log"),
    "demo": Text("데모", "Demo"),
    "emulator": Text("에뮬레이터", "Emulator"),
}
"""Pages in the order a trader looks for them; others follow as they are declared."""

APPLIES = {
    Applies.AT_ONCE: Text("즉시 적용", "applies at once"),
    Applies.NEXT_START: Text("다음 시작 때 적용", "applies at next start"),
}

_WITHOUT_PAGE = frozenset({"emulator"})
"""Sections of the hidden panel (gui.dialogs.faults), not of the settings dialog."""

_BOOLS = {True: Text("켬", "on"), False: Text("끔", "off")}
_EMPTY = Text("비어 있음", "empty")


def page_title(page: str) -> Text:
    """Return a page's title; one nobody has named is called as in the declarations."""
    return _PAGES.get(page, Text.of(page))


def page_of(item: Declared) -> str:
    """Return the page of the settings dialog an option stands on."""
    return item.meta.page or item.owner.section


def ordered(pages: set[str]) -> list[str]:
    """Return pages in the order of the dialog's list."""
    known = [page for page in _PAGES if page in pages]
    return known + sorted(pages - set(known))


def with_page(options: Iterable[Declared]) -> list[Declared]:
    """Return the options that the settings dialog shows."""
    return [item for item in options if item.owner.section not in _WITHOUT_PAGE]


def in_order(options: Iterable[Declared]) -> list[Declared]:
    """Return options in an order that does not hang on what was imported first.

    Those of one class stay together as declared; general modules come before special ones.
    """
    return sorted(options, key=_place)


def _place(item: Declared) -> tuple[bool, int, str, str, int]:
    module = item.owner.__module__
    is_own = module.startswith("user_code.")  # of the user's: after everything of ours
    position = list(item.owner.model_fields).index(item.name)
    return is_own, module.count("."), module, item.owner.__name__, position


def limits(item: Declared) -> Text:
    """Return an option's bounds, "0.1 ~ 30"; "" where there are none or the input shows them."""
    if item.limits.choices:
        return Text.of("")
    words = item.limits.words(Text.of(""))
    # The kind of value comes first and is what the input itself shows.
    return Text(words.ko.partition(", ")[2], words.en.partition(", ")[2])


def shown(value: Any, item: Declared) -> Text:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return _BOOLS[value]
    if isinstance(value, int | float):
        return Text.of(plain(value))
    if isinstance(value, list | tuple):
        return _listed([str(part) for part in value])
    return choice_title(value, item) if value not in ("", None) else _EMPTY


def choice_title(value: Any, item: Declared) -> Text:
    """Return the words for one of an option's choices."""
    stored = value.value if isinstance(value, Enum) else value
    return item.meta.choices.get(stored, Text.of(str(stored)))


def plain(number: float) -> str:
    """Return 10000000 as "10,000,000" and 2.0 as "2.0"."""
    return f"{number:,}"


def _listed(parts: list[str]) -> Text:
    if len(parts) <= 1:
        return Text.of(parts[0]) if parts else _EMPTY
    rest = len(parts) - 1
    return Text(f"{parts[0]} 외 {rest}개", f"{parts[0]} and {rest} more")


def matches(query: str, item: Declared) -> bool:
    """Return whether every word of `query` stands in what is said of an option, in any language."""
    title = page_title(page_of(item))
    texts = (item.meta.title, item.meta.help, item.meta.unit, title)
    said = " ".join([item.key, *(f"{text.ko} {text.en}" for text in texts)]).casefold()
    return all(word in said for word in query.casefold().split())


def applied_summary(
    changed: Mapping[Applies, Sequence[str]], options: Mapping[str, Declared]
) -> Text:
    """Say what an Apply has changed and which of it waits for the next start."""
    later = [options[key].meta.title for key in changed[Applies.NEXT_START]]
    parts = []
    if count := len(changed[Applies.AT_ONCE]):
        parts.append(_NOW.format(count))
    if later:
        ko, en = ", ".join(title.ko for title in later), ", ".join(title.en for title in later)
        parts.append(_LATER.format(Text(ko, en)))
    return Text(" ".join(part.ko for part in parts), " ".join(part.en for part in parts))


_NOW = Text("설정 {}개를 적용했습니다.", "{} applied.")
_LATER = Text("다음 시작 때 적용: {}.", "At next start: {}.")
