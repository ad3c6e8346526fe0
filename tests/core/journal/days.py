"""Writes right and wrong trading days into a journal, as the engine would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderAccepted,
    OrderId,
    OrderIntent,
    OrderSubmitted,
    Reason,
    Side,
)
from core.domain.portfolio import Position
from core.domain.price import Price
from core.journal.records import (
    end_record,
    fill_record,
    order_record,
    report_record,
    session_record,
    trade_record,
)
from core.journal.verification import Verification, verify
from core.journal.writer import SqlJournal
from core.ports import Journal

SEOUL = ZoneInfo("Asia/Seoul")
OPEN = datetime(2026, 9, 11, 9, 0, tzinfo=SEOUL)
CAPITAL = 10_000_000


class Day:
    """A day's bookkeeping; every method writes what the engine would, and commits."""

    def __init__(
        self, journal: Journal, cash: Price = CAPITAL, positions: Sequence[Position] = ()
    ) -> None:
        self.journal, self.now, self.cash = journal, OPEN, cash
        self.positions = {held.symbol: held for held in positions}
        self.counts = {"orders": 0, "fills": 0, "trades": 0}
        self.write(
            *session_record(
                mode="demo",
                version="0",
                start_capital=CAPITAL,
                settings={},
                cash=cash,
                positions=positions,
            )
        )

    def write(self, kind: str, fields: dict[str, Any]) -> None:
        self.journal.record(kind, self.now, fields)
        self.journal.commit()

    def order(
        self, side: Side, quantity: int, symbol: str = "005930", price: Price = 70_000
    ) -> Order:
        """Write an order with its first two reports."""
        self.now += timedelta(seconds=1)
        self.counts["orders"] += 1
        order_id = OrderId(f"o{self.counts['orders']}")
        intent = OrderIntent(symbol, side, quantity, Reason.SIGNAL, self.now, price)
        order = Order(order_id, intent)
        self.write(*order_record(order))
        for report in (
            OrderSubmitted(order_id, self.now),
            OrderAccepted(order_id, BrokerOrderId(f"b{self.counts['orders']}"), self.now),
        ):
            order = order.apply(report)
            self.write(*report_record(report, order))
        return order

    def fill(self, order: Order, quantity: int | None = None, costs: int = 15, **lies: Any) -> None:
        """Write a fill of all or some of an order and, where it is flat again, the trade.

        `lies` replace what is right: fields of the fill, `cash_after`, `position_after`, `trade`.
        """
        fill = self._booked(order, quantity or order.intent.quantity, costs)
        position = self.positions[fill.symbol]
        told = replace(fill, **{k: v for k, v in lies.items() if k in Fill.__dataclass_fields__})
        self.write(
            *fill_record(
                told,
                order.intent.reason,
                cash_after=lies.get("cash_after", self.cash),
                position_after=lies.get("position_after", position.quantity),
                slippage=lies.get("slippage", 0),
            )
        )
        if position.quantity == 0:
            self._close(position, lies.get("trade", {}))

    def _booked(self, order: Order, quantity: int, costs: int) -> Fill:
        self.now += timedelta(seconds=1)
        self.counts["fills"] += 1
        intent = order.intent
        tax = costs * 2 if intent.side is Side.SELL else 0
        fill = Fill(
            f"f{self.counts['fills']}",
            order.id,
            intent.symbol,
            intent.side,
            intent.reference_price,
            quantity,
            costs,
            tax,
            self.now,
        )
        self.cash -= intent.side.sign * fill.price * quantity + costs + tax
        held = self.positions.get(fill.symbol) or Position(fill.symbol, self.now)
        self.positions[fill.symbol] = held.apply(fill)
        return fill

    def _close(self, position: Position, lies: dict[str, Any]) -> None:
        self.counts["trades"] += 1
        del self.positions[position.symbol]
        trade = replace(position.closed(self.now, Reason.SIGNAL), **lies)
        self.write(*trade_record(trade))

    def round_trip(self, quantity: int = 10, buy: int = 70_000, sell: int = 70_500) -> None:
        self.fill(self.order(Side.BUY, quantity, price=buy))
        self.fill(self.order(Side.SELL, quantity, price=sell))

    def end(self, **lies: Any) -> None:
        """Write the end of the session; `lies` replace its cash, holdings or counts."""
        holdings = {symbol: held.quantity for symbol, held in self.positions.items()}
        right = {"cash": self.cash, "holdings": holdings, "counts": self.counts}
        self.write(*end_record(equity=self.cash, **(right | lies)))


def written(path: Path, write: Callable[[Day], None]) -> Verification:
    """Write a day into the journal there and verify it."""
    journal = SqlJournal(path)
    try:
        write(Day(journal))
    finally:
        journal.close()
    return verify(path)


def found(result: Verification) -> list[str]:
    """Return what is wrong, in English."""
    return [problem.text.en for problem in result.problems]
