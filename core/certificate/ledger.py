"""One day of one account, as the journal has it: our books, and the broker's last word on them.

Our books are taken as they stood when the broker gave its word, so that both speak of one moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from core.certificate.certificate import Range
from core.domain.errors import JournalError
from core.domain.messages import DayOrder
from core.domain.order import Fill, Order, Side
from core.domain.past import Past
from core.domain.portfolio import Trade
from core.domain.price import Price
from core.journal import tables
from core.journal.chain import link
from core.journal.encoding import from_json
from core.journal.past import Recall, sessions_of
from core.journal.reader import StoredRecord, parsed, reading, rows_from

_ACTIVE = frozenset({"order", "report", "fill", "trade", "decision", "denied", "flatten"})


@dataclass(frozen=True, slots=True)
class Word:
    """The broker's own report, as it was journaled."""

    seq: int
    time: datetime
    cash: Price
    holdings: dict[str, int]
    working: tuple[Order, ...]
    orders: tuple[DayOrder, ...] | None  # None: it did not list its day


@dataclass(slots=True)
class Turnover:
    """What our fills of the day have moved in one symbol, and the net profit of its trades."""

    bought: int = 0
    sold: int = 0
    net_pnl: Price = 0

    @property
    def is_round(self) -> bool:
        """Whether all that was bought on the day was sold on it, and nothing else."""
        return self.bought == self.sold > 0


@dataclass(slots=True)
class Ledger:
    """What the journal says of the day; `past` is None where our books never began."""

    day: date
    mode: str
    version: str
    records: Range
    past: Past | None = None
    word: Word | None = None
    turnover: dict[str, Turnover] = field(default_factory=dict)
    fills: int = 0  # until the broker's word
    fills_after: int = 0
    active: datetime | None = None  # when anything was last traded, decided or heard on the day
    adoptions: int = 0  # how often our books were set to the broker's


def read_ledger(target: str | Path, day: date | None = None) -> Ledger:
    """Read a day, the journal's newest where none is named; of the account that traded last on it.

    Raises:
        JournalError: The journal can't be read, or has nothing of that day.
    """
    with reading(target) as db:
        newest = db.execute(
            select(tables.records).order_by(tables.records.c.seq.desc()).limit(1)
        ).first()
        if newest is None:
            raise JournalError("has no records yet: a certificate needs a day that was traded")
        wanted = day or parsed(newest).time.date()
        start = _last_start(db, wanted)
        sessions = _sessions(db, start, wanted)
        records, found = _gather(db, sessions, wanted)
    ledger = Ledger(wanted, start.body["mode"], start.body["version"], found)
    _fill_in(ledger, records)
    return ledger


def _last_start(db: Connection, day: date) -> StoredRecord:
    """Return the first record of the newest session that was begun on the day or before."""
    records = tables.records
    query = select(records).where(records.c.kind == "session").order_by(records.c.seq.desc())
    for row in db.execution_options(stream_results=True).execute(query):
        record = parsed(row)
        if record.time.date() <= day:
            return record
    raise JournalError(
        f"has no session of {day} or before; name a day that was traded: journal certificate --day"
    )


def _sessions(db: Connection, start: StoredRecord, day: date) -> dict[int, int]:
    """Return the first record's number of each session that the day's books are made of."""
    account = start.body.get("account", "")
    if not account:  # an account that ends with its run
        return {start.session: start.seq}
    return sessions_of(db, account, day)


def _gather(
    db: Connection, sessions: dict[int, int], day: date
) -> tuple[list[StoredRecord], Range]:
    """Return the sessions' records until the end of the day, and what they stand on."""
    records, of_day = [], []
    prev, is_good = "", True
    kinds = {*Recall(day).kinds, *_ACTIVE}
    for row in rows_from(db, min(sessions.values())):
        is_good = is_good and (not prev or row.prev == prev) and row.hash == _hash(row)
        prev = row.hash
        moment = datetime.fromisoformat(row.time).date()
        if row.session not in sessions or moment > day:
            continue
        if moment == day:
            of_day.append(row)
        if row.kind in kinds:
            records.append(parsed(row))
    if not of_day:
        raise JournalError(f"has no records of {day}; name a day that was traded")
    numbers = tuple(sorted({row.session for row in of_day}))
    last: Any = of_day[-1]
    return records, Range(numbers, of_day[0].seq, last.seq, last.hash, is_good)


def _hash(row: Row[Any]) -> str:
    return link(row.prev, row.seq, row.session, row.time, row.kind, row.body)


def _fill_in(ledger: Ledger, records: Sequence[StoredRecord]) -> None:
    """Add up our books until the broker's last word, and what came after it."""
    ledger.word = word = _last_word(records, ledger.day)
    end = records[-1].seq if word is None else word.seq
    recall = Recall(ledger.day)
    for record in records:
        is_of_day = record.time.date() == ledger.day
        if is_of_day and _is_active(record):
            ledger.active = record.time
        if record.seq <= end:
            if record.kind in recall.kinds:
                recall.take(record)
            if is_of_day:
                _count(ledger, record)
        elif is_of_day and record.kind == "fill":
            ledger.fills_after += 1
    ledger.past = recall.past()


def _is_active(record: StoredRecord) -> bool:
    is_heard = record.kind == "account" and record.body["source"] == "BROKER"
    return is_heard or record.kind in _ACTIVE


def _count(ledger: Ledger, record: StoredRecord) -> None:
    body = record.body
    if record.kind == "fill":
        fill = from_json(Fill, body["fill"])
        ledger.fills += 1
        turnover = ledger.turnover.setdefault(fill.symbol, Turnover())
        if fill.side is Side.BUY:
            turnover.bought += fill.quantity
        else:
            turnover.sold += fill.quantity
    elif record.kind == "trade":
        trade = from_json(Trade, body["trade"])
        ledger.turnover.setdefault(trade.symbol, Turnover()).net_pnl += trade.net_pnl
    elif record.kind == "account" and body["source"] == "ADOPTED":
        ledger.adoptions += 1


def _last_word(records: Sequence[StoredRecord], day: date) -> Word | None:
    """Return the last report of the day that lists its orders; without one the last report."""
    reports = [each for each in records if each.kind == "account" and _is_theirs(each, day)]
    listing = [each for each in reports if each.body.get("day_orders") is not None]
    return _word(listing[-1]) if listing else _word(reports[-1]) if reports else None


def _is_theirs(record: StoredRecord, day: date) -> bool:
    return record.time.date() == day and record.body["source"] in ("BROKER", "ADOPTED")


def _word(record: StoredRecord) -> Word:
    body, listed = record.body, record.body.get("day_orders")
    return Word(
        seq=record.seq,
        time=record.time,
        cash=body.get("reported_cash", body["cash"]),
        holdings=dict(body["holdings"]),
        working=tuple(from_json(Order, each) for each in body["orders"]),
        orders=None if listed is None else tuple(from_json(DayOrder, each) for each in listed),
    )
