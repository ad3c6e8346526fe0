"""Writes a journal as CSV files, one for each kind, with the columns of `core.journal.views`.

UTF-8 with a byte order mark and Windows line ends, as Excel in Korea wants them; times are ISO 8601
with offset, and what is nested (rules, checks, holdings) stands as JSON in its cell.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from core.domain.errors import JournalError
from core.journal.encoding import dumps
from core.journal.reader import StoredRecord, read
from core.journal.views import VIEWS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_csv(target: str | Path, folder: Path, session: int | None = None) -> tuple[Path, ...]:
    """Write `orders.csv`, `fills.csv` and so on; kinds without a record get a header alone.

    Files of these names are replaced, all together once everything is written: after an error the
    old ones are still there, whole.

    Raises:
        JournalError: The journal can't be read, or the folder not written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _export(read(target, session=session), folder)
    except OSError as error:
        raise JournalError(f"{folder}: can't write the export ({error})") from error


def _export(records: Iterable[StoredRecord], folder: Path) -> tuple[Path, ...]:
    # The process number keeps two exports at once apart.
    drafts = [folder / f".{view.name}.csv.{os.getpid()}" for view in VIEWS]
    try:
        _write(records, drafts)
        return tuple(
            draft.replace(folder / f"{view.name}.csv")
            for view, draft in zip(VIEWS, drafts, strict=True)
        )
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _write(records: Iterable[StoredRecord], drafts: Iterable[Path]) -> None:
    with ExitStack() as stack:
        tables = {}
        for view, draft in zip(VIEWS, drafts, strict=True):
            file = stack.enter_context(draft.open("w", encoding="utf-8-sig", newline=""))
            tables[view.kind] = view, csv.writer(file)
            tables[view.kind][1].writerow(("seq", "session", "time", *view.columns))
        for record in records:
            if record.kind not in tables:
                raise JournalError(f"record {record.seq}: there is no kind {record.kind!r}")
            view, writer = tables[record.kind]
            cells = map(_cell, view.values(record.body))
            writer.writerow((record.seq, record.session, record.time.isoformat(), *cells))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        # A broker's or an AI's text must not become a formula.
        return f"'{value}" if value.startswith(_FORMULA) else value
    return dumps(value) if isinstance(value, dict | list) else value
