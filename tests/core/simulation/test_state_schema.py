"""Exchange books of every version are read, and what is restored is what was in memory."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.domain.order import OrderKind, OrderStatus, Side, TimeInForce
from core.simulation.account import Lot
from core.simulation.exchange import Exchange
from core.simulation.market import SyntheticMarket
from core.simulation.state import ExchangeState
from core.simulation.venue import Venue
from tests.core.simulation.sim_builders import (
    CASH,
    COSTS,
    SEOUL,
    Outside,
    a_session,
    an_order,
    synthetic,
)

SESSION = a_session(minutes=20)

_FIRST_VERSION = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE orders (
    id TEXT PRIMARY KEY, broker_id TEXT, symbol TEXT, side TEXT, quantity INTEGER, kind TEXT,
    limit_price, reason TEXT, decided TEXT, reference_price, status TEXT, filled INTEGER,
    filled_value, changed TEXT, note TEXT);
CREATE TABLE fills (
    id TEXT PRIMARY KEY, order_id TEXT, symbol TEXT, side TEXT, price, quantity INTEGER,
    commission, tax, time TEXT);
CREATE TABLE lots (symbol TEXT PRIMARY KEY, quantity INTEGER, bought INTEGER, bought_value);
INSERT INTO meta VALUES ('schema', 1), ('time', '2026-11-20T09:05:00+09:00'), ('cash', 9000000),
    ('orders_numbered', 2), ('fills_numbered', 1), ('lease', 4);
INSERT INTO orders VALUES ('A1', '0000001', '005930', 'BUY', 10, 'MARKET', NULL, 'SIGNAL',
    '2026-11-20T09:04:00+09:00', 71500, 'FILLED', 10, 715000, '2026-11-20T09:04:01+09:00', '');
INSERT INTO orders VALUES ('A2', '0000002', '005930', 'BUY', 3, 'LIMIT', 50100, 'SIGNAL',
    '2026-11-20T09:04:30+09:00', 71500, 'ACCEPTED', 0, 0, '2026-11-20T09:04:31+09:00', '');
INSERT INTO fills VALUES ('0000001', 'A1', '005930', 'BUY', 71500, 10, 107, 0,
    '2026-11-20T09:04:01+09:00');
INSERT INTO lots VALUES ('005930', 10, 20, 1430000);
"""


def books(exchange: Exchange) -> dict[str, Any]:
    """Everything that must survive, as plain values."""
    return {
        "cash": exchange.account.cash,
        "available": exchange.account.available,
        "lots": dict(exchange.account.lots),
        "sellable": exchange.account.sellable("005930"),
        "orders": [
            (b.order, b.arrived, b.commission, b.tax, b.original, b.canceled_by, b.rests_at)
            for b in exchange.day.orders.values()
        ],
        "working": [b.id for b in exchange.working],
        "fills": exchange.day.fills,
        "trades": {symbol: asdict(day) for symbol, day in exchange.day.trades.items()},
        "next": exchange.next_number(),
    }


def test_books_of_the_first_version_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    with sqlite3.connect(path) as db:
        db.executescript(_FIRST_VERSION)
    db.close()

    outside = synthetic(session=SESSION, state=ExchangeState(path, SEOUL))

    exchange = outside.venue.exchange
    assert exchange.account.cash == 9_000_000
    filled, waits = (exchange.day.orders[booked].order for booked in exchange.day.orders)
    assert (filled.status, filled.intent.time_in_force) == (OrderStatus.FILLED, TimeInForce.DAY)
    assert (waits.status, waits.remaining) == (OrderStatus.ACCEPTED, 3)
    assert exchange.day.orders[filled.id].commission == 107
    assert exchange.account.lots == {"005930": Lot("005930", 10, 715_000)}
    assert exchange.next_number() == "0000003"
    outside.venue.close()
    again = ExchangeState(path, SEOUL)
    assert again._meta("schema", None) == 3


def test_what_is_restored_is_what_was_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    market = SyntheticMarket(1, SESSION, ["005930"])
    lots = [Lot("069500", 4, 141_000)]
    before = Outside(Venue(market, COSTS, CASH, state=ExchangeState(path, SEOUL), lots=lots))
    before.run_to(SESSION.open + timedelta(minutes=1))
    before.submit(an_order(quantity=20), cheap := an_order(quantity=6, limit=50_100))
    before.submit(gone := an_order(quantity=1, limit=50_200))
    before.run_for(seconds=1)
    before.venue.amend(cheap.id, 50_300, 5, before.venue.now)
    before.cancel(gone)
    before.submit(an_order(Side.SELL, 4), an_order(Side.SELL, 9, limit=92_900))
    before.venue.place_by_hand(an_order(quantity=2).intent, before.venue.now)
    before.submit(an_order(Side.SELL, 500))
    before.run_for(seconds=1)
    expected = books(before.venue.exchange)
    before.venue.close()

    market = SyntheticMarket(1, SESSION, ["005930"])
    after = Outside(Venue(market, COSTS, 1, state=ExchangeState(path, SEOUL), lots=lots))

    assert books(after.venue.exchange) == expected
    kinds = {booked.order.intent.kind for booked in after.venue.exchange.day.orders.values()}
    assert kinds == {OrderKind.MARKET, OrderKind.LIMIT}


def test_a_number_given_away_before_a_kill_is_not_given_again(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    before = synthetic(session=SESSION, state=ExchangeState(path, SEOUL))
    number = before.venue.exchange.next_number()
    before.run(1)

    after = synthetic(session=SESSION, state=ExchangeState(path, SEOUL))

    assert after.venue.exchange.next_number() > number
