"""The user guide's tables of all settings, from the same declarations as the dialog; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from config.schema import Declared
from config.text import Text
from gui.dialogs.settings_texts import (
    APPLIES,
    choice_title,
    in_order,
    limits,
    ordered,
    page_of,
    page_title,
)
from gui.dialogs.settings_texts import shown as shown_value

BEGIN, END = "<!-- settings: made from the declarations -->", "<!-- settings end -->"

_HEADINGS = (
    Text("설정", "Setting"),
    Text("키", "Key"),
    Text("기본값", "Default"),
    Text("범위", "Limits"),
    Text("적용", "Applies"),
    Text("설명", "Meaning"),
)
_SWITCH = Text("켬, 끔", "on, off")


def settings_tables(options: Iterable[Declared], language: str) -> str:
    """Return one Markdown table for each page of the dialog, under its title."""
    pages: dict[str, list[Declared]] = {}
    for item in in_order(options):
        pages.setdefault(page_of(item), []).append(item)
    parts = [_table(page, pages[page], language) for page in ordered(set(pages))]
    return "\n\n".join(parts)


def with_tables(guide: str, tables: str) -> str:
    """Return the text of a guide with the part between its two marks replaced.

    Raises:
        ValueError: A mark is missing.
    """
    before, begin, rest = guide.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the guide needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def _table(page: str, options: Sequence[Declared], language: str) -> str:
    title = page_title(page).in_(language)
    rows = [
        [heading.in_(language) for heading in _HEADINGS],
        ["---"] * len(_HEADINGS),
        *(_cells(item, language) for item in options),
    ]
    return "\n".join([f"### {title}", "", *(f"| {' | '.join(row)} |" for row in rows)])


def _cells(item: Declared, language: str) -> list[str]:
    meta = item.meta
    default = " ".join([shown_value(item.default, item).in_(language), meta.unit.in_(language)])
    return [
        meta.title.in_(language),
        f"`{item.key}`",
        default.strip(),
        _values(item).in_(language),
        APPLIES[meta.applies].in_(language),
        meta.help.in_(language).replace("|", "\\|").replace("\n", " "),
    ]


def _values(item: Declared) -> Text:
    if item.limits.kind is bool:
        return _SWITCH
    if item.limits.choices:
        named = [_named(value, item) for value in item.limits.choices]
        return Text(", ".join(text.ko for text in named), ", ".join(text.en for text in named))
    return limits(item)


def _named(value: object, item: Declared) -> Text:
    """Return a choice as it is written in a file, with its words where it has any."""
    code, words = f"`{value}`", choice_title(value, item)
    if words == Text.of(str(value)):
        return Text.of(code)
    bare = Text(words.ko.replace(f"({value})", ""), words.en.replace(f"({value})", ""))
    return Text(f"{code} {bare.ko.strip()}", f"{code} {bare.en.strip()}")
