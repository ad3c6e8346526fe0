"""What pages of results share: one file without a network, in both languages, light and dark.

Both languages stand in the page and style sheets show one of them, so that it can be switched, also
where scripts are not allowed (a preview in a mail program shows all but the charts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from config.text import Text

_ASSETS = Path(__file__).with_name("assets")
SIGN = "<!DOCTYPE html>\n<!-- kiwoom-terminal"
"""What every page of ours begins with."""
# Nothing may be loaded, from wherever the file is opened.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_CONTENTS = Text("목차", "Contents")
_LANGUAGE = Text("언어", "Language")
_THEME = Text("밝게/어둡게", "Light or dark")
_NO_SCRIPT = Text(
    "스크립트가 꺼져 있어 차트와 거래 목록을 그릴 수 없습니다. 브라우저에서 파일을 여세요.",
    "Scripts are off, so charts and the list of trades can't be drawn; open the file in a browser.",
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page; `body` is HTML."""

    id: str
    title: Text
    body: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        sort: What it is sorted by; its text where None.
        tone: "up", "down", "muted" or "".
        share: How much of the cell is shaded in its tone, 0 to 1.
        shade: Whether `share` is the "length" of a bar or the "depth" of the colour.
    """

    text: Text | str
    sort: float | str | None = None
    tone: str = ""
    share: float = 0
    shade: str = "length"


def page(
    title: Text,
    head: str,
    sections: Sequence[Section],
    data: Mapping[str, Any],
    scripts: Iterable[str],
    language: str,
) -> str:
    """Return a page in "ko" or "en", which can be switched.

    Args:
        head: HTML below the title.
        data: What the scripts draw, as JSON has it; there as `report.data`.
        scripts: Names of our scripts beside "page.js", in the order in which they run.
    """
    code = "\n".join(_asset(f"{name}.js") for name in ("page", *scripts))
    links = "".join(f'<a href="#{part.id}">{say(part.title)}</a>' for part in sections)
    return (
        f"{SIGN}: see the notes at its end -->\n"
        f'<html lang="{language}" data-title-ko="{escape(title.ko)}"'
        f' data-title-en="{escape(title.en)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title.in_(language))}</title>\n"
        f"<style>\n{_asset('page.css')}</style>\n</head>\n<body>\n"
        f'<div class="bar"><nav {label(_CONTENTS)}>{links}</nav>{_switches()}</div>\n'
        f"<main>\n<header><h1>{say(title)}</h1>{head}</header>\n"
        f'<noscript><p class="warn">{say(_NO_SCRIPT)}</p></noscript>\n'
        + "\n".join(map(_section, sections))
        + f'\n</main>\n<script type="application/json" id="page-data">{embedded(data)}</script>\n'
        f"<script>\n(() => {{\n'use strict';\n{code}\n}})();\n</script>\n</body>\n</html>\n"
    )


def canvas(id: str, title: Text, kind: str) -> str:
    """Return a place to draw in; what is under the pointer is told beside it, also aloud."""
    return (
        f'<div class="chart {escape(kind)}" id="{escape(id)}"><div class="tools"></div>'
        f'<output class="read" aria-live="polite"></output>'
        f'<canvas tabindex="0" role="img" {label(title)}></canvas></div>'
    )


def say(text: Text | str) -> str:
    """Return a text in both languages as HTML; one that is the same in both once."""
    if isinstance(text, str):
        return escape(text)
    if text.ko == text.en:
        return escape(text.ko)
    ko, en = escape(text.ko), escape(text.en)
    return f'<span lang="ko">{ko}</span><span lang="en">{en}</span>'


def label(text: Text, name: str = "aria-label") -> str:
    """Return an attribute in both languages, in English until the script has run."""
    ko, en = escape(text.ko), escape(text.en)
    return f'{name}="{en}" data-label="{name}" data-ko="{ko}" data-en="{en}"'


def table(
    columns: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    caption: Text,
    numbers_from: int = 1,
    is_sortable: bool = True,
) -> str:
    """Return a table whose columns from `numbers_from` on are numbers, to the right."""
    sortable = " data-sortable" if is_sortable and len(rows) > 1 else ""
    heads = "".join(
        f'<th scope="col"{_number(at >= numbers_from)}>{say(column)}</th>'
        for at, column in enumerate(columns)
    )
    lines = "\n".join(_row(row, numbers_from) for row in rows)
    return (
        f'<div class="scroll"><table{sortable}><caption>{say(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody></table></div>"
    )


def notes(texts: Iterable[Text]) -> str:
    """Return texts as a list."""
    return "<ul>" + "".join(f"<li>{say(text)}</li>" for text in texts) + "</ul>"


def embedded(data: Mapping[str, Any]) -> str:
    """Return JSON that can stand inside a script element, whatever texts are in it."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _section(part: Section) -> str:
    note = f'<p class="note">{say(part.note)}</p>' if part.note else ""
    return (
        f'<section id="{part.id}" aria-labelledby="{part.id}-title">'
        f'<h2 id="{part.id}-title">{say(part.title)}</h2>{note}{part.body}</section>'
    )


def _row(row: Sequence[Cell], numbers_from: int) -> str:
    cells = []
    for at, cell in enumerate(row):
        kinds = ("n" if at >= numbers_from else "", cell.tone, cell.shade if cell.share else "")
        kind = " ".join(filter(None, kinds))
        attributes = f' class="{kind}"' if kind else ""
        if cell.sort is not None:
            attributes += f' data-v="{escape(str(cell.sort))}"'
        if cell.share:
            attributes += f' style="--share:{cell.share:.3f}"'
        name = 'th scope="row"' if at == 0 else "td"
        cells.append(f"<{name}{attributes}>{say(cell.text)}</{name[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _number(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _switches() -> str:
    return (
        f'<div class="switches"><button type="button" id="language" {label(_LANGUAGE)}>'
        f'<span lang="ko">EN</span><span lang="en">한국어</span></button>'
        f'<button type="button" id="theme" {label(_THEME)}>◐</button></div>'
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
