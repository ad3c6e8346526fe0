"""What the window shows of markets and money: the newest of each, where anything has changed."""

from __future__ import annotations

from datetime import datetime

from core.domain.messages import GaugesUpdated
from core.engine.parts import Parts
from core.risk.daily_limits import DailyLimitOptions
from core.risk.gauges import gauges


class Shown:
    """Owned by the engine thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def flush(self, now: datetime) -> None:
        """Publish quotes, account and gauges that have changed since the last time."""
        account, outbox = self._parts.account, self._parts.outbox
        for symbol, market in self._parts.markets.items():
            if market.is_changed:
                market.is_changed = False
                outbox.publish(market.quote())
                if account.portfolio.position(symbol) is not None:
                    account.is_changed = True
        if account.is_changed:
            account.is_changed = False
            self._show_account(now)

    def _show_account(self, now: datetime) -> None:
        settings, outbox = self._parts.settings, self._parts.outbox
        money = self._parts.account.view(now, settings[DailyLimitOptions])
        outbox.publish(money)
        sent = self._parts.orders.sent_last_minute(now)
        outbox.publish(GaugesUpdated(gauges(money, sent, settings)))
