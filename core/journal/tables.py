"""The journal's tables, what brings an older journal up to date, and views for plain SQL.

One generic table holds every record as JSON text under a hash chain, rather than one typed table
per kind: records keep the order in which things happened across kinds, which is what an audit
needs; one chain guards them all; and a new field or kind changes no table. Analysts get typed views
on top (`orders`, `fills`, `trades` ... , see `core.journal.views`) where the database is SQLite.

`head` is one row: the schema version, how many sessions there were, and the last record's number
and hash. It is written in the transaction of the records: records cut off the end are missed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, Text
from sqlalchemy import inspect as look_into
from sqlalchemy import text as sql

from core.journal.chain import GENESIS
from core.journal.errors import ForeignDatabaseError, NewerJournalError
from core.journal.views import create_views, drop_views

_metadata = MetaData()
_BIG = BigInteger().with_variant(Integer, "sqlite")

records = Table(
    "records",
    _metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=False),  # 1, 2, 3 ... without gaps
    Column("session", Integer, nullable=False),  # which run of the program, 1, 2, 3 ...
    Column("time", String(40), nullable=False),  # ISO 8601 with offset
    Column("kind", String(16), nullable=False),  # core.journal.records.KINDS
    Column("body", Text, nullable=False),  # JSON object
    Column("prev", String(64), nullable=False),  # hash of record seq - 1
    Column("hash", String(64), nullable=False),  # core.journal.chain.link
)

head = Table(
    "head",
    _metadata,
    Column("version", Integer, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("seq", _BIG, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Results of sweeps are no record of trading: they stand beside the chain and can be deleted.
sweeps = Table(
    "sweeps",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),  # hash of data, settings and search
    Column("began", String(40), nullable=False),  # ISO 8601 with offset
    Column("ended", String(40)),  # null while it runs, or where it was broken off
    Column("body", Text, nullable=False),  # JSON object: what was searched in which data
)

sweep_results = Table(
    "sweep_results",
    _metadata,
    Column("sweep", Integer, primary_key=True, autoincrement=False),
    Column("part", String(24), primary_key=True),  # "whole", or a window of a walk forward
    Column("place", String(64), primary_key=True),  # in the grid: "0,3,1"
    Column("body", Text, nullable=False),  # JSON object: settings changed and metrics
)


class Head(NamedTuple):
    version: int
    sessions: int
    seq: int
    hash: str


def read_head(db: Connection) -> Head:
    """Return the one row of `head`."""
    return Head(*db.execute(head.select()).one())


def version_of(db: Connection) -> int:
    """Return the schema version, 0 of an empty database.

    Raises:
        ForeignDatabaseError: There are tables, but not ours.
        NewerJournalError: A newer program wrote it.
    """
    names = set(look_into(db).get_table_names())
    if not names:
        return 0
    if not {"records", "head"} <= names:
        raise ForeignDatabaseError(f"holds other tables ({', '.join(sorted(names)[:3])})")
    version = int(db.execute(sql("SELECT version FROM head")).scalar_one())
    if version > VERSION:
        raise NewerJournalError(
            f"has schema version {version}, this program knows up to {VERSION}: use the newer"
            " program, or start this one with another --home"
        )
    return version


def migrate(db: Connection) -> None:
    """Bring the database to `VERSION`, in the caller's transaction; raises as `version_of` does."""
    version = version_of(db)
    for step in STEPS[version:]:
        step(db)
    if version < VERSION:
        db.execute(head.update().values(version=VERSION))


def _create(db: Connection) -> None:
    _metadata.create_all(db)
    db.execute(head.insert().values(version=0, sessions=0, seq=0, hash=GENESIS))
    _renew_views(db)


def _renew_views(db: Connection) -> None:
    """Make the views anew; a later step repeats this where fields were added."""
    if db.dialect.name != "sqlite":
        return  # their JSON functions differ, and nobody has asked yet
    for statement in (*drop_views(), *create_views()):
        db.execute(sql(statement))


def _add_sweeps(db: Connection) -> None:
    _metadata.create_all(db, tables=[sweeps, sweep_results])  # those that are not there yet


STEPS: tuple[Callable[[Connection], None], ...] = (
    _create,
    _renew_views,  # 2: an order's time in force, an amendment's price and quantity
    _renew_views,  # 3: stops that move, and whatever else came with them
    _add_sweeps,  # 4
)
"""Step n takes a journal from version n to n + 1."""

VERSION = len(STEPS)
