"""The form of the settings file: sections in braces; and the old flat form, read with notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.errors import Problem
from config.explain import nearest, unknown
from config.layers import Found, Layer
from config.limits import plain
from config.old_names import OLD_NAMES
from config.schema import Declared
from config.text import Text


def unfolded(data: Mapping[str, Any], known: Mapping[str, Declared], file: str) -> Found:
    """Return the settings of a file's object by key; old names are noted and mapped."""
    found = Found(Layer.FILE)
    entries, problems = _entries(data, known)
    found.problems += [Problem(p.key, p.message, file) for p in problems]
    for name, value in entries.items():
        if name in known:
            found.put(name, value, file)
    for name, value in entries.items():
        key = OLD_NAMES.get(name, "")
        if name in known:
            continue
        if key not in known:
            guess = unknown(name, known)
            found.problems.append(Problem(name, guess.message, file))
        elif key in found.values:
            found.notes.append(_shadowed(name, key, file))
        else:
            found.put(key, value, file)
            found.notes.append(_mapped(name, known[key], value, file))
    if any("." not in name for name in entries if name in OLD_NAMES):
        found.notes.append(_old_layout(file))
    return found


def folded(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings by key as the object a file holds: sections with their options."""
    sections: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, {})[name] = value
    return sections


def _entries(data: Mapping[str, Any], known: Iterable[str]) -> tuple[dict[str, Any], list[Problem]]:
    """Return what stands in the file by "section.name", or by its bare name in the flat layout."""
    sections = {key.partition(".")[0] for key in known}
    entries: dict[str, Any] = {}
    problems: list[Problem] = []
    for top, value in data.items():
        if isinstance(value, Mapping) and top not in OLD_NAMES:
            if top in sections or any(name.startswith(f"{top}.") for name in OLD_NAMES):
                entries |= {f"{top}.{name}": inner for name, inner in value.items()}
            else:
                problems.append(_unknown_section(top, sections))
        elif top in sections:
            problems.append(_no_braces(top))
        else:
            entries[top] = value
    return entries, problems


def _unknown_section(top: str, sections: Iterable[str]) -> Problem:
    guess = nearest(top, sections)
    ko, en = (f"{guess}인가요?", f"did you mean {guess}?") if guess else ("", "")
    return Problem(
        top, Text(f"그런 구역은 없습니다. {ko}".strip(), f"no such section; {en}".rstrip("; "))
    )


def _no_braces(top: str) -> Problem:
    return Problem(
        top,
        Text(
            f'중괄호 안에 설정을 적어야 합니다. 예: "{top}": {{"이름": 값}}',
            f'is a section; write its settings in braces: "{top}": {{"name": value}}',
        ),
    )


def _mapped(name: str, item: Declared, value: Any, file: str) -> Text:
    note = Text(
        f"{file}: 예전 설정 '{name}'을(를) {item.key}(으)로 읽었습니다",
        f"{file}: the old setting '{name}' is read as {item.key}",
    )
    doubt = _percent_doubt(item, value)
    return Text(note.ko + doubt.ko, note.en + doubt.en)


def _percent_doubt(item: Declared, value: Any) -> Text:
    """Say how a percentage was read, and what else it may have meant."""
    if item.meta.unit.en != "%" or isinstance(value, bool) or not isinstance(value, int | float):
        return Text.of("")
    shown, percent = plain(value), round(value * 100, 9)
    if not 0 < value < 1 or not item.limits.holds(percent):
        return Text(f". 값은 {shown} %입니다", f", as {shown} %")
    meant = plain(percent)
    return Text(
        f". 값은 {shown} %입니다. {meant} %를 뜻했다면 {meant}(으)로 고치세요",
        f", as {shown} %; if it was meant as a fraction, {meant} %, write {meant}",
    )


def _shadowed(name: str, key: str, file: str) -> Text:
    return Text(
        f"{file}: {key}이(가) 있어 예전 설정 '{name}'은(는) 쓰지 않았습니다. 지워도 됩니다",
        f"{file}: the old setting '{name}' is not used, as {key} is there; remove it",
    )


def _old_layout(file: str) -> Text:
    return Text(
        f"{file}: 예전 형식입니다. 저장하면 새 형식으로 바뀌고 지금 파일은 .bak으로 남습니다",
        f"{file}: has the old layout; saving settings writes the new one and keeps this as .bak",
    )
