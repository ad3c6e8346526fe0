"""A disk that is full, for one journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.journal import SqlJournal

_ALL = 1_073_741_823  # pages: what SQLite allows by itself


@contextmanager
def filled_up(journal: SqlJournal) -> Iterator[None]:
    """Have SQLite say that the disk is full whenever this journal needs another page of it."""
    _limit(journal, 1)  # it can't be less than it has already
    try:
        yield
    finally:
        _limit(journal, _ALL)


def _limit(journal: SqlJournal, pages: int) -> None:
    with journal.engine.connect() as db:
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
