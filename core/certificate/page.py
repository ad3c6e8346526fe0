"""The certificate as one HTML file that needs nothing else, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from config.text import Text
from core.certificate.certificate import Certificate, Verdict
from core.certificate.rows import Row, Table, heading, tables, title_of
from core.certificate.texts import VERDICTS

_MARKS = {Verdict.AGREES: "✔", Verdict.DIFFERS: "✖", Verdict.NOT_COMPARED: "–"}
_STYLE = """
:root { --text:#1b1f24; --muted:#5b6470; --line:#d5dae1; --head:#eef1f5; --ok:#0b6b3a;
        --bad:#b3141b; --none:#7a5b00; }
* { box-sizing:border-box }
body { font:13px/1.45 "Malgun Gothic","NanumGothic","Noto Sans KR",sans-serif; color:var(--text);
       background:#fff; margin:24px auto; max-width:1180px; padding:0 16px }
h1 { font-size:22px; margin:0 0 10px } h2 { font-size:14px; margin:20px 0 6px }
.verdict { border:2px solid; border-radius:6px; padding:10px 14px; margin:0 0 14px }
.verdict b { font-size:18px; margin-right:10px }
.verdict.AGREES,td.AGREES { color:var(--ok) } .verdict.DIFFERS { color:var(--bad) }
.verdict.NOT_COMPARED,td.NOT_COMPARED { color:var(--none) }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums }
th,td { border:1px solid var(--line); padding:3px 7px; text-align:left; vertical-align:top }
th { background:var(--head); font-weight:600; white-space:nowrap }
td.n { text-align:right; white-space:nowrap } td.v { white-space:nowrap; font-weight:600 }
tr.DIFFERS td { color:var(--bad); font-weight:600 }
.of th { width:150px } .of td { word-break:break-all }
p.none,footer,ul { color:var(--muted) } ul { padding-left:18px; margin:6px 0 }
footer { margin-top:22px; border-top:1px solid var(--line); padding-top:8px; font-size:11px;
         word-break:break-all }
@media print { body { margin:0; max-width:none; font-size:10px } h2 { break-after:avoid }
  tr,.verdict { break-inside:avoid } thead { display:table-header-group }
  * { print-color-adjust:exact; -webkit-print-color-adjust:exact } }
@page { size:A4 landscape; margin:12mm }
"""
_SHA = Text(
    "같은 내용의 JSON 파일({})의 SHA-256: {} (매매일지에 기록됩니다)",
    "SHA-256 of the JSON file with the same content ({}): {} (recorded in the journal)",
)


def page(certificate: Certificate, language: str, file: str, sha256: str) -> str:
    """Return the page in "ko" or "en"; `file` is the JSON file's name and `sha256` its hash."""

    def say(text: Text) -> str:
        return escape(text.in_(language))

    title, verdict = say(title_of(certificate)), certificate.verdict
    parts = (
        f"<h1>{title}</h1>",
        f'<div class="verdict {verdict.value}"><b>{_MARKS[verdict]} {say(VERDICTS[verdict])}</b>'
        f"{say(certificate.note)}</div>",
        '<table class="of">',
        *(
            f"<tr><th>{say(name)}</th><td>{say(value)}</td></tr>"
            for name, value in heading(certificate)
        ),
        "</table>",
        *(part for table in tables(certificate) for part in _table(table, language)),
        f"<ul>{''.join(f'<li>{say(note)}</li>' for note in certificate.notes)}</ul>",
        f"<footer>{say(_SHA.format(file, sha256))}</footer>",
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _table(table: Table, language: str) -> Iterator[str]:
    yield f"<h2>{escape(table.title.in_(language))}</h2>"
    if not table.rows:
        yield f'<p class="none">{escape(table.empty.in_(language))}</p>'
        return
    heads = "".join(f"<th>{escape(column.in_(language))}</th>" for column in table.columns)
    yield f'<table id="{table.name}"><thead><tr>{heads}</tr></thead><tbody>'
    for row in table.rows:
        yield _row(row, table, language)
    yield "</tbody></table>"


def _row(row: Row, table: Table, language: str) -> str:
    cells = []
    for at, cell in enumerate(row.cells):
        text = escape(cell.in_(language))
        if at in table.numbers:
            cells.append(f'<td class="n">{text}</td>')
        elif at == len(row.cells) - 2:  # the result
            mark = _MARKS[row.verdict]
            cells.append(f'<td class="v {row.verdict.value}">{mark} {text}</td>')
        else:
            cells.append(f"<td>{text}</td>")
    return f'<tr class="{row.verdict.value}">{"".join(cells)}</tr>'
