"""What the engine writes of foreign and amended orders adds up for `journal verify`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from core.domain.messages import AmendOrder, ConnectionChanged, Flatten, ForeignOrderSeen
from core.domain.order import BrokerOrderId, OrderAmended, Side
from core.journal import SqlJournal, Verification, export_csv, verify
from core.journal.records import session_record
from tests.core.engine.conftest import (
    EAGER,
    HAND,
    SAMSUNG,
    Desk,
    by_hand,
    fall_then_rise,
    place_by_hand,
)


def verified(desk: Desk, path: Path) -> Verification:
    """End the run, write its records into a real journal, and verify that."""
    desk.engine.close()
    journal = SqlJournal(path)
    kind, fields = session_record(
        mode="demo", version="0", start_capital=10_000_000, settings=desk.settings.as_json()
    )
    first = desk.journal.committed[0]
    journal.record(kind, first.time, fields)
    for kept in desk.journal.committed:
        journal.record(*kept)
    journal.close()
    return verify(path)


def test_a_day_with_orders_of_every_origin_adds_up(make_desk: Any, tmp_path: Path) -> None:
    desk = make_desk(**EAGER)
    desk.broker.fills_at_once()
    order = place_by_hand(desk, by_hand(symbol="000660"))
    desk.broker.fill(order, 3, 70_050)
    desk.drain()
    desk.tell(AmendOrder(HAND, 69_900, 8))
    desk.tell(OrderAmended(HAND, BrokerOrderId("78"), 69_900, 8, desk.clock.now()))
    desk.broker.working[HAND] = desk.engine.orders[HAND]
    desk.broker.fill(desk.engine.orders[HAND], 2, 69_900)
    desk.drain()
    fall_then_rise(desk)
    desk.tell(ConnectionChanged(False, "line down"))
    desk.tell(ConnectionChanged(True))
    desk.tell(Flatten("button"))
    desk.broker.confirm_cancel(HAND)
    desk.drain()
    result = verified(desk, tmp_path / "journal.sqlite")
    assert result.problems == ()
    assert (result.fills, result.trades) == (5, 2)
    export_csv(tmp_path / "journal.sqlite", tmp_path / "csv")
    orders, reports = (
        (tmp_path / "csv" / f"{name}.csv").read_text("utf-8-sig") for name in ("orders", "reports")
    )
    assert "LIMIT,DAY,70000" in orders and "MARKET,DAY," in orders
    assert "OrderAmended,ACCEPTED" not in reports  # it was partly filled
    assert "OrderAmended,PARTIALLY_FILLED,3,78" in reports and "69900,8" in reports


def test_fills_from_before_an_order_was_seen_add_up(make_desk: Any, tmp_path: Path) -> None:
    desk = make_desk()
    order = replace(by_hand(filled=3), filled_value=210_100)
    desk.broker.held[SAMSUNG] = 3
    desk.broker.cash -= 210_100
    place_by_hand(desk, order)
    desk.broker.fill(replace(order), 7)
    desk.drain()
    assert verified(desk, tmp_path / "journal.sqlite").problems == ()


def test_a_foreign_order_known_from_the_start_adds_up(make_desk: Any, tmp_path: Path) -> None:
    """Seen with three shares filled, before the account's first report that has them."""
    desk = Desk(make_desk().engine._outside.calendar, [SAMSUNG], {})
    order = by_hand(Side.BUY, filled=3)
    desk.broker.held[SAMSUNG] = 3
    desk.broker.working[order.id] = order
    desk.broker.inbox.append(ForeignOrderSeen(order))
    desk.open()
    desk.broker.fill(order, 7)
    desk.drain()
    result = verified(desk, tmp_path / "journal.sqlite")
    assert result.problems == ()
    assert result.fills == 1
