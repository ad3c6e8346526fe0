"""Ways in which a journal can't be used; all are `JournalError`s."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import MultipleResultsFound, NoResultFound, SQLAlchemyError

from core.domain.errors import JournalError


class DamagedJournalError(JournalError):
    """Not a database, or one that can't be read or whose end doesn't fit: set it aside."""


class ForeignDatabaseError(JournalError):
    """A database, but of another program."""


class NewerJournalError(JournalError):
    """Written by a newer program; this one leaves it alone."""


_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program has locked it; close that program",
    sqlite3.SQLITE_LOCKED: "another program has locked it; close that program",
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "it is read-only; allow writing to the file and its folder",
    sqlite3.SQLITE_PERM: "access is denied; allow writing to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened; check that the folder exists and can be written",
    sqlite3.SQLITE_IOERR: "the disk reports an error; check the drive",
}
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a journal",
}


def explain(name: str, error: SQLAlchemyError) -> JournalError:
    """Return the database's error as one that says what to do; `name` is the journal's."""
    if isinstance(error, NoResultFound | MultipleResultsFound):
        return DamagedJournalError(f"journal {name}: its head row is missing or not the only one")
    original = getattr(error, "orig", None) or error
    # The low byte is the code; the rest says more than a person needs.
    code = getattr(original, "sqlite_errorcode", -1) & 0xFF
    if code in _DAMAGED:
        return DamagedJournalError(f"journal {name}: {_DAMAGED[code]} ({original})")
    advice = _ADVICE.get(code)
    return JournalError(
        f"journal {name}: {advice} ({original})" if advice else f"journal {name}: {original}"
    )
