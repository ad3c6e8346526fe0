"""Our books against the broker's own word: taken over at the start, compared ever after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from config.text import Text
from core.domain.messages import AccountReported, OrderUpdated, Severity
from core.domain.portfolio import Position
from core.engine.account import Account
from core.engine.day import TradingDay
from core.engine.outbox import Outbox
from core.execution.order_manager import OrderManager
from core.journal.records import broker_account_record
from core.risk.daily_limits import DailyLimitOptions

Watch = Callable[[Sequence[str]], None]
"""Gets market data for these symbols, and watches stop and target of what is held of them."""


class Reconciler:
    """Owned by the engine thread; `is_known` after the broker's first report."""

    def __init__(
        self, account: Account, orders: OrderManager, day: TradingDay, outbox: Outbox, watch: Watch
    ) -> None:
        self._account, self._orders, self._day = account, orders, day
        self._outbox, self._watch = outbox, watch
        self.is_known = False

    def take(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        """Take over the first report; compare our books with every later one."""
        if not self.is_known:
            self.is_known = True
            self._adopt(report, limits, now)
            return
        self._outbox.record(broker_account_record(report), report.time)
        self._compare(report)

    def _adopt(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        positions = self._account.portfolio.adopt(report, now)
        self._account.restart_drawdown()
        self._day.begin(now, limits)
        for order in report.orders:
            self._orders.adopt(order)
            self._outbox.publish(OrderUpdated(order))
        self._outbox.record(broker_account_record(report, positions), now)
        self._watch([position.symbol for position in positions])
        if positions or report.orders:
            self._outbox.note(now, Severity.WARNING, _taken_over(positions, len(report.orders)))

    def _compare(self, report: AccountReported) -> None:
        theirs = {held.symbol: held.quantity for held in report.holdings if held.quantity}
        ours = {symbol: shares for symbol, shares in self._account.holdings().items() if shares}
        is_moving = next(self._orders.working(), None) is not None  # fills may be on their way
        if theirs == ours or is_moving:
            return
        text = Text(
            f"잔고가 다릅니다. 증권사 {theirs}, 우리 {ours}. 신규 진입을 중지했습니다",
            f"holdings differ: the broker says {theirs}, we have {ours}; entries are stopped",
        )
        self._outbox.note(report.time, Severity.ERROR, text)
        self._day.stop(report.time)


def _taken_over(positions: Sequence[Position], orders: int) -> Text:
    return Text(
        f"보유 {len(positions)}종목, 미체결 {orders}건을 이어받았습니다",
        f"taken over: {len(positions)} positions, {orders} working orders",
    )
