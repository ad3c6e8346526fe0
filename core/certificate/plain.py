"""The certificate for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from core.certificate.certificate import Certificate, Verdict
from core.certificate.rows import Table, heading, tables, title_of
from core.certificate.texts import VERDICTS


def plain(certificate: Certificate, language: str) -> Iterator[str]:
    """Yield its lines; of orders that agree only how many there are."""
    verdict = VERDICTS[certificate.verdict].in_(language)
    yield f"{title_of(certificate).in_(language)}: {verdict}. {certificate.note.in_(language)}"
    for name, value in heading(certificate)[1:]:
        yield f"  {name.in_(language)}: {value.in_(language)}"
    for table in tables(certificate):
        yield from _table(table, language)
    for note in certificate.notes:
        yield f"  * {note.in_(language)}"


def _table(table: Table, language: str) -> Iterator[str]:
    agreeing = sum(row.verdict is Verdict.AGREES for row in table.rows)
    is_long = table.name in ("orders", "foreign")
    head = f"{table.title.in_(language)}: {len(table.rows)}"
    if is_long and table.rows:
        head += f" ({agreeing} {VERDICTS[Verdict.AGREES].in_(language)})"
    yield head
    for row in table.rows:
        if not is_long or row.verdict is not Verdict.AGREES:
            cells = (cell.in_(language) for cell in row.cells)
            yield "  " + " · ".join(cell for cell in cells if cell)
