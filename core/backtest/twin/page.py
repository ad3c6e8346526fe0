"""A twin as one HTML file that needs nothing else; also a section for other reports."""

from __future__ import annotations

from html import escape

from config.text import Text
from core.backtest.twin.compare import Pair, Twin
from core.backtest.twin.plain import CELLS, shown, summary_of, title_of

_STYLE = """
* { box-sizing:border-box }
body { font:13px/1.5 "Malgun Gothic","NanumGothic","Noto Sans KR",sans-serif; color:#1b1f24;
       background:#fff; margin:24px auto; max-width:1400px; padding:0 16px }
h1 { font-size:21px; margin:0 0 8px } p { margin:0 0 12px }
div.scroll { overflow-x:auto }
table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums }
th,td { border:1px solid #d5dae1; padding:3px 7px; text-align:left; white-space:nowrap }
th { background:#eef1f5 } td.n { text-align:right } td.note { white-space:normal }
tr.missed td { background:#fdf3e1 }
.muted { color:#5b6470 }
@media print { body { margin:0; max-width:none; font-size:9px } tr { break-inside:avoid } }
@page { size:A4 landscape; margin:10mm }
"""
_NONE = Text("거래가 없었습니다.", "There were no trades.")
_HOW = Text(
    "녹화된 날의 봉과 그때 설정으로 백테스트를 돌려 실제 체결과 짝을 지었습니다(진입 2분 이내). "
    "백테스트는 다음 봉의 시가에 설정한 틱만큼 불리하게 체결된다고 봅니다.",
    "The recorded day's bars were backtested with the settings of then and paired with the real "
    "fills (entries within 2 minutes). The backtest fills at the next bar's open, worse by the "
    "ticks of the settings.",
)


def page(twin: Twin, language: str) -> str:
    """Return the whole page in "ko" or "en"."""
    title = escape(title_of(twin).in_(language))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n{section(twin, language)}\n</body>\n</html>\n"
    )


def section(twin: Twin, language: str) -> str:
    """Return summary and table alone."""

    def say(text: Text) -> str:
        return escape(text.in_(language))

    parts = [f"<p><b>{say(summary_of(twin))}</b></p>", f'<p class="muted">{say(_HOW)}</p>']
    parts += [f'<p class="muted">{say(note)}</p>' for note in twin.notes]
    if not twin.pairs:
        return "\n".join([*parts, f"<p>{say(_NONE)}</p>"])
    heads = "".join(f'<th title="{say(cell.help)}">{say(cell.title)}</th>' for cell in CELLS)
    rows = "\n".join(_row(pair, language) for pair in twin.pairs)
    table = f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    return "\n".join([*parts, f'<div class="scroll">{table}</div>'])


def _row(pair: Pair, language: str) -> str:
    cells = []
    for cell in CELLS:
        kind = "n" if cell.is_number else "note" if cell.key == "note" else "t"
        cells.append(f'<td class="{kind}">{escape(shown(cell, pair).in_(language))}</td>')
    return f'<tr class="{"missed" if pair.is_missed else "paired"}">{"".join(cells)}</tr>'
