"""The journal's accounts while no engine keeps them: what a flatten without it sold, to the won."""

from __future__ import annotations

from datetime import datetime

from core.domain.messages import AccountReported, ForeignOrderSeen, Message
from core.domain.order import Order, OrderFilled, OrderId, Reason
from core.domain.price import Price
from core.execution.foreign import before_its_fills, fills_of
from core.journal.records import (
    Record,
    broker_account_record,
    end_record,
    fill_record,
    order_record,
    trade_record,
)
from core.portfolio import Portfolio
from core.ports import Journal


class FlattenBooks:
    """Begins with the broker's first account report and books every fill after it.

    Give it every message before `LastResort` takes it. It records only; others commit.
    """

    def __init__(self, journal: Journal, capital: Price) -> None:
        self._journal = journal
        self._portfolio = Portfolio(capital)
        self._reasons: dict[OrderId, Reason] = {}  # of orders that were working already
        self._is_open = False
        self._fills = self._trades = 0

    def hear(self, message: Message, now: datetime) -> None:
        if isinstance(message, AccountReported):
            self._reasons |= {order.id: order.intent.reason for order in message.orders}
            if not self._is_open:
                self._is_open = True
                positions = self._portfolio.adopt(message, now)
                self._record(broker_account_record(message, positions), now)
        elif isinstance(message, ForeignOrderSeen):
            self._see(message.order, now)
        elif isinstance(message, OrderFilled) and self._is_open:
            self._book(message)

    def close(self, now: datetime) -> None:
        """Record what is left."""
        cash = self._portfolio.cash
        held = {position.symbol: position.quantity for position in self._portfolio}
        counts = {"fills": self._fills, "trades": self._trades}
        equity = self._portfolio.equity({})
        self._record(end_record(cash=cash, equity=equity, holdings=held, counts=counts), now)

    def _see(self, order: Order, now: datetime) -> None:
        """Write down an order of others; its earlier fills are news after the first report."""
        if order.id in self._reasons:
            return
        self._reasons[order.id] = order.intent.reason
        is_news = self._is_open and order.filled > 0
        self._record(order_record(before_its_fills(order) if is_news else order), now)
        for report in fills_of(order, now) if is_news else ():
            self._book(report)

    def _book(self, report: OrderFilled) -> None:
        fill = report.fill
        reason = self._reasons.get(fill.order_id, Reason.FLATTEN)
        trade = self._portfolio.apply(fill, reason)
        self._fills += 1
        book = self._portfolio
        self._record(fill_record(fill, reason, book.cash, book.held(fill.symbol)), fill.time)
        if trade is not None:
            self._trades += 1
            self._record(trade_record(trade), fill.time)

    def _record(self, record: Record, now: datetime) -> None:
        kind, fields = record
        self._journal.record(kind, now, fields)
