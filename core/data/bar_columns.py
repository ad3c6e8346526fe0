"""One-minute bars as whole columns: what a backtest of millions of bars starts from.

The truth about a file is `core.data.bars.read_bars`; this gives the same bars in a fraction of the
time. It knows clean tables only and leaves every other one to `read_bars`, messages and all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from config.text import Text
from core.data.bars import read_bars
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
    return _row_by_row(path, zone, note, in_won, skip_bad_rows)


def _row_by_row(
    path: Path, zone: ZoneInfo, note: Note, in_won: bool, skip_bad_rows: bool
) -> ColumnData:
    data = read_bars(path, zone, note, in_won, skip_bad_rows)
    columns = BarColumns.from_bars(data.bars)
    return ColumnData(path, columns, data.rows, data.out_of_order, data.duplicates, data.skipped)
