"""Opens the journal's database: SQLite by a path or URL, any other by its URL."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from core.domain.errors import JournalError

_IS_URL = re.compile(r"[a-z][a-z0-9+]+://", re.I)  # two letters at least: C:/ is a drive


def url_of(target: str | Path) -> URL:
    """Return the database URL of a file path, or of what is a URL already.

    Raises:
        JournalError: The URL can't be understood.
    """
    if not _IS_URL.match(str(target)):
        return URL.create("sqlite", database=str(target))
    try:
        return make_url(str(target))
    except ArgumentError as error:
        raise JournalError(f"journal.url {target}: not a database URL ({error})") from error


def file_of(url: URL) -> Path | None:
    """Return the SQLite file behind `url`; None for another database, one in memory or by URI."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or name in ("", ":memory:") or name.startswith("file:"):
        return None
    return Path(name)


def name_of(url: URL) -> str:
    """Return how messages call the journal: its path, or its URL without the password."""
    return str(file_of(url) or url.render_as_string(hide_password=True))


def open_to_write(url: URL, busy_timeout_ms: int) -> Engine:
    """Return an engine with one connection that waits `busy_timeout_ms` for another writer.

    The connection may be made on one thread and used on another, by one at a time.
    """
    if url.get_backend_name() != "sqlite":
        return _created(url)
    engine = _created(url, connect_args={"check_same_thread": False}, poolclass=StaticPool)
    _own_transactions(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        connection.execute("PRAGMA journal_mode = WAL")  # readers don't hinder us, nor we them
        connection.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut

    return engine


def open_to_read(url: URL) -> Engine:
    """Return an engine that can't change anything.

    Raises:
        JournalError: The file doesn't exist.
    """
    file = file_of(url)
    if file is None:
        return _created(url)
    if not file.is_file():
        raise JournalError(f"journal {file}: there is no such file")
    path = f"{file.absolute().as_uri()}?mode=ro"
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, uri=True, check_same_thread=False),
        poolclass=StaticPool,
    )


def _created(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, **options)
    except (ImportError, ArgumentError) as error:
        raise JournalError(f"journal.url {name_of(url)}: can't be used ({error})") from error


def _own_transactions(engine: Engine) -> None:
    """Begin transactions as writers, where the driver would begin them as readers.

    A reader that turns writer fails at once when another writes; a writer waits for its turn.
    """

    @event.listens_for(engine, "connect")
    def manual(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
