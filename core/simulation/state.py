"""The simulated broker's books in a file of their own, as a broker's server keeps them.

One SQLite file; every change is one transaction, committed before anybody hears of it, so a process
killed at any moment leaves books that agree with every report it sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from config.text import Text
from core.domain.errors import BrokerError
from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderId,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Reason,
    Side,
    TimeInForce,
)
from core.domain.price import Price
from core.simulation.account import Account, Lot
from core.simulation.desk import Booked

_SCHEMA = 3
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, broker_id TEXT, symbol TEXT, side TEXT, quantity INTEGER, kind TEXT,
    limit_price, reason TEXT, decided TEXT, reference_price, status TEXT, filled INTEGER,
    filled_value, changed TEXT, note TEXT, time_in_force TEXT DEFAULT 'DAY', arrived TEXT,
    original TEXT, canceled_by TEXT, rests_at);
CREATE TABLE IF NOT EXISTS fills (
    id TEXT PRIMARY KEY, order_id TEXT, symbol TEXT, side TEXT, price, quantity INTEGER,
    commission, tax, time TEXT, cost DEFAULT 0);
CREATE TABLE IF NOT EXISTS lots (symbol TEXT PRIMARY KEY, quantity INTEGER, cost);
"""
_MIGRATIONS = {
    1: """
ALTER TABLE orders ADD COLUMN time_in_force TEXT DEFAULT 'DAY';
ALTER TABLE orders ADD COLUMN arrived TEXT;
ALTER TABLE orders ADD COLUMN original TEXT;
ALTER TABLE orders ADD COLUMN canceled_by TEXT;
ALTER TABLE fills ADD COLUMN cost DEFAULT 0;
CREATE TABLE lots_2 (symbol TEXT PRIMARY KEY, quantity INTEGER, cost);
INSERT INTO lots_2
    SELECT symbol, quantity, CAST(ROUND(1.0 * bought_value * quantity / bought) AS INTEGER)
    FROM lots;
DROP TABLE lots;
ALTER TABLE lots_2 RENAME TO lots;
""",
    2: "ALTER TABLE orders ADD COLUMN rests_at;",
}
"""By the version of the file found: what makes the next version of it."""


@dataclass(slots=True)
class Changes:
    """What one step of the exchange changed, to be saved together."""

    orders: dict[OrderId, Booked] = field(default_factory=dict)
    fills: list[tuple[Fill, Price]] = field(default_factory=list)  # with what sold shares had cost
    symbols: set[str] = field(default_factory=set)  # whose lots changed
    is_numbered: bool = False  # a number was given away that no order has

    def __bool__(self) -> bool:
        return bool(self.orders or self.fills or self.symbols or self.is_numbered)


@dataclass(frozen=True, slots=True)
class Restored:
    """Books as a file has them; `booked` in order of acceptance, ended orders too."""

    time: datetime | None  # market time of the last save; None in a new file
    account: Account
    booked: tuple[Booked, ...]
    fills: tuple[tuple[Fill, Price], ...]  # with what sold shares had cost
    orders_numbered: int
    fills_numbered: int

    @property
    def orders(self) -> tuple[Order, ...]:
        return tuple(booked.order for booked in self.booked)


class ExchangeState:
    """The open file, held by a lease: the process that opened it last is the one that may write."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        """Open or make the file and take over its lease; times come back in `zone`.

        Raises:
            BrokerError: The file can't be opened, is no exchange state, or is from a newer version.
        """
        self._path, self._zone = path, zone
        with self._explained():
            # Opened where the program is wired, used where the venue runs, never by both at once.
            self._db = sqlite3.connect(
                path, timeout=5, isolation_level=None, check_same_thread=False
            )
            # A killed process loses nothing either way; NORMAL spares a disk flush per fill.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_TABLES)
            self._check_schema()
            self._lease = self._take_lease()

    @property
    def market(self) -> str:
        """What the writer noted about its market (any text), "" in a new file."""
        return str(self._meta("market", ""))

    def note_market(self, text: str) -> None:
        """Keep a text for whoever takes over: which day and seed the market runs."""
        with self._writing():
            self._set(market=text)

    def load(self) -> Restored | None:
        """Return the books as last saved; None in a new file."""
        with self._explained():
            time = self._meta("time", None)
            if time is None:
                return None
            rows = self._db.execute(f"SELECT {_FILL} FROM fills ORDER BY rowid").fetchall()
            fills = tuple(self._fill(row) for row in rows)
            fill_ids: dict[str, set[str]] = {}
            for fill, _ in fills:
                fill_ids.setdefault(fill.order_id, set()).add(fill.id)
            rows = self._db.execute(f"SELECT {_ORDER} FROM orders ORDER BY rowid").fetchall()
            lots = self._db.execute("SELECT * FROM lots").fetchall()
            return Restored(
                time=self._time(time),
                account=Account(self._meta("cash", 0), {row[0]: Lot(*row) for row in lots}),
                booked=tuple(
                    self._booked(row, frozenset(fill_ids.get(row[0], ()))) for row in rows
                ),
                fills=fills,
                orders_numbered=self._meta("orders_numbered", 0),
                fills_numbered=self._meta("fills_numbered", 0),
            )

    def save(
        self, now: datetime, account: Account, changes: Changes, numbered: tuple[int, int]
    ) -> None:
        """Commit one step; `numbered` is how many orders and fills have got a number.

        Raises:
            BrokerError: Another process has taken over, or the file can't be written; nothing of
                this step is in the file then.
        """
        with self._writing():
            self._set(
                time=now.isoformat(),
                cash=account.cash,
                orders_numbered=numbered[0],
                fills_numbered=numbered[1],
            )
            self._db.executemany(
                _SAVE_ORDER, [_order_row(booked) for booked in changes.orders.values()]
            )
            self._db.executemany(
                f"INSERT INTO fills ({_FILL}) VALUES ({_marks(_FILL)})",
                [_fill_row(fill, cost) for fill, cost in changes.fills],
            )
            for symbol in changes.symbols:
                self._save_lot(symbol, account.lots.get(symbol))

    def note_time(self, now: datetime) -> None:
        """Keep the market's time alone, for whoever goes on from here.

        Raises:
            BrokerError: Another process has taken over, or the file can't be written.
        """
        with self._writing():
            self._set(time=now.isoformat())

    def close(self) -> None:
        self._db.close()

    def _save_lot(self, symbol: str, lot: Lot | None) -> None:
        if lot is None:
            self._db.execute("DELETE FROM lots WHERE symbol = ?", (symbol,))
            return
        row = (symbol, lot.quantity, lot.cost)
        self._db.execute("INSERT OR REPLACE INTO lots VALUES (?, ?, ?)", row)

    def _check_schema(self) -> None:
        found = int(self._meta("schema", _SCHEMA))
        if found > _SCHEMA:
            raise BrokerError(
                Text(
                    f"{self._path}: 가상 거래소 파일의 버전이 {found}인데 이 프로그램은 {_SCHEMA}"
                    "까지 압니다. 새 프로그램이나 다른 파일을 쓰세요",
                    f"{self._path}: exchange state of version {found}, this program knows "
                    f"{_SCHEMA}; use a newer program or another file",
                )
            )
        for version in range(found, _SCHEMA):
            self._db.executescript(
                f"BEGIN IMMEDIATE; {_MIGRATIONS[version]}"
                f"INSERT OR REPLACE INTO meta VALUES ('schema', {version + 1}); COMMIT;"
            )
        self._set(schema=_SCHEMA)

    def _take_lease(self) -> int:
        self._db.execute("BEGIN IMMEDIATE")
        lease = int(self._meta("lease", 0)) + 1
        self._set(lease=lease)
        self._db.execute("COMMIT")
        return lease

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Run one transaction, as long as the lease is still ours."""
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                if self._meta("lease", 0) != self._lease:
                    raise BrokerError(
                        Text(
                            f"{self._path}: 다른 프로그램이 이 거래소를 넘겨받아 이 프로그램은 "
                            "매매를 멈춥니다",
                            f"{self._path}: another process has taken over this exchange; this "
                            "one stops trading",
                        )
                    )
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise BrokerError(
                Text(
                    f"{self._path}: 가상 거래소 파일을 쓸 수 없습니다: {error}",
                    f"{self._path}: exchange state can't be used: {error}",
                )
            ) from error

    def _meta(self, key: str, default: Any) -> Any:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else row[0]

    def _set(self, **values: Any) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def _time(self, text: str) -> datetime:
        return datetime.fromisoformat(text).astimezone(self._zone)

    def _booked(self, row: tuple[Any, ...], fill_ids: frozenset[str]) -> Booked:
        (id_, broker_id, symbol, side, quantity, kind, limit_price, reason, decided) = row[:9]
        (reference_price, status, filled, filled_value, changed, note) = row[9:15]
        (time_in_force, arrived, original, canceled_by, rests_at) = row[15:]
        intent = OrderIntent(
            symbol=symbol,
            side=Side(side),
            quantity=quantity,
            reason=Reason(reason),
            time=self._time(decided),
            reference_price=reference_price,
            kind=OrderKind(kind),
            limit_price=limit_price,
            time_in_force=TimeInForce(time_in_force),
        )
        order = Order(
            id=OrderId(id_),
            intent=intent,
            status=OrderStatus(status),
            broker_id=_number(broker_id),
            filled=filled,
            filled_value=filled_value,
            changed=self._time(changed),
            note=note,
            fill_ids=fill_ids,
        )
        # A file of the first version did not tell when an order had come.
        booked = Booked(order, self._time(arrived or changed))
        booked.original, booked.rests_at = _number(original), rests_at
        booked.cancels += [] if canceled_by is None else [BrokerOrderId(canceled_by)]
        return booked

    def _fill(self, row: tuple[Any, ...]) -> tuple[Fill, Price]:
        id_, order_id, symbol, side, price, quantity, commission, tax, time, cost = row
        fill = Fill(
            id_, order_id, symbol, Side(side), price, quantity, commission, tax, self._time(time)
        )
        return fill, cost


_ORDER = (
    "id, broker_id, symbol, side, quantity, kind, limit_price, reason, decided, reference_price, "
    "status, filled, filled_value, changed, note, time_in_force, arrived, original, canceled_by, "
    "rests_at"
)
_FILL = "id, order_id, symbol, side, price, quantity, commission, tax, time, cost"


def _marks(columns: str) -> str:
    return ", ".join("?" * (columns.count(",") + 1))


_SAVE_ORDER = (
    f"INSERT INTO orders ({_ORDER}) VALUES ({_marks(_ORDER)}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _ORDER.split(", ")[1:])
)


def _number(text: str | None) -> BrokerOrderId | None:
    return None if text is None else BrokerOrderId(text)


def _order_row(booked: Booked) -> tuple[str | int | Price | None, ...]:
    order, intent = booked.order, booked.order.intent
    return (
        order.id,
        order.broker_id,
        intent.symbol,
        intent.side.value,
        intent.quantity,
        intent.kind.value,
        intent.limit_price,
        intent.reason.value,
        intent.time.isoformat(),
        intent.reference_price,
        order.status.value,
        order.filled,
        order.filled_value,
        (order.changed or intent.time).isoformat(),
        order.note,
        intent.time_in_force.value,
        booked.arrived.isoformat(),
        booked.original,
        booked.canceled_by,
        booked.rests_at,
    )


def _fill_row(fill: Fill, cost: Price) -> tuple[str | int | Price, ...]:
    return (
        fill.id,
        fill.order_id,
        fill.symbol,
        fill.side.value,
        fill.price,
        fill.quantity,
        fill.commission,
        fill.tax,
        fill.time.isoformat(),
        cost,
    )
