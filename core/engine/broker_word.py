"""What the broker says: reports of orders, orders made elsewhere, and its own account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from config.text import Text
from core.domain.errors import OrderError
from core.domain.messages import AccountReported, ForeignOrderSeen, Severity
from core.domain.order import OrderFilled, OrderReport
from core.engine.closer import Closer
from core.engine.day_report import DayReport
from core.engine.parts import Parts
from core.engine.reconcile import Reconciler
from core.engine.recovery import Recovery
from core.engine.unanswered import Unanswered
from core.engine.watchlist import Watchlist
from core.execution.foreign import before_its_fills, fills_of
from core.risk.daily_limits import DailyLimitOptions

_NO_ORDER = Text("맞지 않는 주문 통보: {}", "a report that fits no order: {}")


class BrokerWord:
    """Owned by the engine thread."""

    def __init__(
        self,
        parts: Parts,
        closer: Closer,
        reconciler: Reconciler,
        watchlist: Watchlist,
        unanswered: Unanswered,
        recovery: Recovery,
        day_report: DayReport,
    ) -> None:
        self._parts, self._unanswered, self._recovery = parts, unanswered, recovery
        self._day_report = day_report
        self._closer, self._reconciler, self._watchlist = closer, reconciler, watchlist

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {
            **dict.fromkeys(get_args(OrderReport), self.on_report),
            AccountReported: self._on_account,
            ForeignOrderSeen: self._on_foreign_order,
        }

    def on_report(self, report: Any) -> None:
        parts, now = self._parts, self._parts.clock.now()
        parts.broker.heard += 1
        report = parts.orders.aliases.of_report(report)
        if not self._recovery.hear(report):
            return
        try:
            order = parts.orders[report.order_id]
            parts.desk.take(report, parts.markets.get(order.intent.symbol), parts.settings)
        except OrderError as error:
            text = _NO_ORDER.format(error)
            parts.outbox.note(now, Severity.ERROR, text)
            parts.broker.request_account("mismatch")
            return
        if isinstance(report, OrderFilled):
            parts.outbox.commit(now)
            parts.money_changed(now)
        self._closer.advance(now)

    def _on_foreign_order(self, seen: ForeignOrderSeen) -> None:
        """Let an order made elsewhere count; its fills come as reports.

        What was filled before is part of the holdings of the first account report, or has to be
        booked where it was seen after that.
        """
        parts, order = self._parts, seen.order
        now = parts.clock.now()
        if self._recovery.is_awaited:
            return  # it is in the report that is awaited, and may be one of ours
        is_news = self._reconciler.is_known and order.filled > 0
        if not parts.desk.adopt(before_its_fills(order) if is_news else order, now):
            return
        self._watchlist.follow((order.intent.symbol,))
        for report in fills_of(order, now) if is_news else ():
            self.on_report(report)
        parts.outbox.commit(now)
        parts.account.is_changed = True
        self._closer.advance(now)

    def _on_account(self, account: AccountReported) -> None:
        self._parts.broker.answered()
        parts, now = self._parts, self._parts.clock.now()
        account = self._reconciler.unread.fill_in(account, now)
        is_first = not self._recovery.is_done
        if is_first:
            self._reconciler.take(account, parts.settings[DailyLimitOptions], now)
            parts.account.is_changed = True
        account = parts.orders.aliases.of_account(account)
        if not self._closer.take(account):
            self._unanswered.take(account, now)
            if not is_first:
                self._reconciler.take(account, parts.settings[DailyLimitOptions], now)
                parts.account.is_changed = True
        self._day_report.take(account, now)
