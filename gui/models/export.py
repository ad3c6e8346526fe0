"""Rows of a table as text: tab-separated for the clipboard, CSV for Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from gui.models.column import Column
from gui.translator import Translator


def tsv(columns: Sequence[Column], records: Iterable[Any], translator: Translator) -> str:
    """Return records as they are shown, a title line first, for pasting into a sheet."""
    lines = [[translator(column.title) for column in columns]]
    lines += [[_shown(column, record, translator) for column in columns] for record in records]
    return "\n".join("\t".join(line) for line in lines)


def write_csv(
    path: Path, columns: Sequence[Column], records: Iterable[Any], translator: Translator
) -> int:
    """Write records with bare numbers, as Excel reads them; return how many.

    Raises:
        OSError: The file can't be written.
    """
    rows = list(records)
    # Without the byte order mark Excel takes Korean for the machine's own code page.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([translator(column.title) for column in columns])
        for record in rows:
            writer.writerow([_plain(column, record, translator) for column in columns])
    return len(rows)


def _shown(column: Column, record: Any, translator: Translator) -> str:
    if column.is_check:
        return "O" if column.value(record) else ""
    return column.shown(record, translator)


def _plain(column: Column, record: Any, translator: Translator) -> str | int | float:
    value = column.value(record)
    if isinstance(value, int | float) and not isinstance(value, bool | Enum):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return _harmless(_shown(column, record, translator))


def _harmless(text: str) -> str:
    """Keep Excel from eating the zeros of a code and from running a text as a formula."""
    if text.isdigit():
        return f'="{text}"'
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and len(text) > 1 else text
