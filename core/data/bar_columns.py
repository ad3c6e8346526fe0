"""One-minute bars as whole columns: what a backtest of millions of bars starts from.

The truth about a file is `core.data.bars.read_bars`; this gives the same bars in a fraction of the
time. It knows clean tables only and leaves every other one to `read_bars`, messages and all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from config.text import Text
from core.data.bars import read_bars
from core.data.clean_tables import Table, read_table
from core.data.rows import Note
from core.series import BarColumns

Progress = Callable[[float], None]
"""Told now and then how much of a file is read, 0 to 1; may raise to break off."""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnData:
    """The bars of one file, oldest first, each start once; the rest as in `BarData`."""

    path: Path
    columns: BarColumns
    rows: int
    out_of_order: int = 0
    duplicates: int = 0
    skipped: tuple[Text, ...] = ()


def read_columns(
    path: Path,
    zone: ZoneInfo,
    note: Note,
    in_won: bool = True,
    skip_bad_rows: bool = False,
    progress: Progress = lambda _: None,
) -> ColumnData:
    """Read a file of bars as `read_bars` does; `columns.local` is the clock of `zone`.

    Raises:
        DataError: The file can't be read, or, without `skip_bad_rows`, it has a bad row.
    """
    table = read_table(path, zone) if path.is_file() else None
    found = None if table is None else _ordered(path, table)
    progress(1.0)
    return found or _row_by_row(path, zone, note, in_won, skip_bad_rows)


def _ordered(path: Path, table: Table) -> ColumnData | None:
    """Sort the rows and drop equal ones; None where two rows of one start differ."""
    start = table["start"]
    newest = np.maximum.accumulate(start)
    out_of_order = int(np.count_nonzero(start < newest))
    if out_of_order:
        order = np.argsort(start, kind="stable")
        table = {name: column[order] for name, column in table.items()}
    is_again = np.diff(table["start"], prepend=table["start"][0] - 1) == 0
    again = np.flatnonzero(is_again)
    for column in table.values():
        if not np.array_equal(column[again], column[again - 1], equal_nan=True):
            return None
    kept = {name: column[~is_again] for name, column in table.items()}
    columns = BarColumns.from_arrays(**kept)
    return ColumnData(path, columns, len(start), out_of_order, len(again))


def _row_by_row(
    path: Path, zone: ZoneInfo, note: Note, in_won: bool, skip_bad_rows: bool
) -> ColumnData:
    data = read_bars(path, zone, note, in_won, skip_bad_rows)
    columns = BarColumns.from_bars(data.bars)
    return ColumnData(path, columns, data.rows, data.out_of_order, data.duplicates, data.skipped)
