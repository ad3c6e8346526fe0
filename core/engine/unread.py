"""Securities of which the broker's account report could not be read: our own books stand in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from config.text import Text
from core.domain.messages import AccountReported, Holding, Severity
from core.engine.outbox import Outbox
from core.portfolio import Portfolio

_UNREAD = Text(
    "증권사 잔고에서 읽을 수 없는 종목이 있어 신규 진입을 멈춥니다: {}. 그 종목은 우리 기록대로 "
    "보며 청산은 계속합니다. 영웅문에서 잔고를 확인하세요",
    "entries stop: the broker's balance can't be read in {}. Our own record stands in for it, and "
    "exits go on. Check the balance in the HTS",
)
_READ_AGAIN = Text(
    "증권사 잔고를 다시 모두 읽었습니다", "the broker's whole balance can be read again"
)
_ANY = Text("종목을 알 수 없는 행", "a row of no known security")


class Unread:
    """Owned by the engine thread; as long as `symbols` has any, nothing is bought."""

    def __init__(self, portfolio: Portfolio, outbox: Outbox) -> None:
        self._portfolio, self._outbox = portfolio, outbox
        self.symbols: tuple[str, ...] = ()

    def fill_in(self, report: AccountReported, now: datetime) -> AccountReported:
        """Return the report with what we hold in place of what could not be read of it."""
        if report.unreadable != self.symbols:
            self._tell(report.unreadable, now)
        if not report.unreadable:
            return report
        known = {held.symbol for held in report.holdings}
        is_any = "" in report.unreadable
        ours = tuple(
            Holding(each.symbol, each.quantity, each.entry_price, each.quantity)
            for each in self._portfolio
            if each.symbol not in known and (is_any or each.symbol in report.unreadable)
        )
        return replace(report, holdings=(*report.holdings, *ours))

    def _tell(self, symbols: tuple[str, ...], now: datetime) -> None:
        self.symbols = symbols
        if not symbols:
            self._outbox.note(now, Severity.WARNING, _READ_AGAIN)
            return
        named = [Text.of(symbol) if symbol else _ANY for symbol in symbols]
        listed = Text(", ".join(one.ko for one in named), ", ".join(one.en for one in named))
        self._outbox.note(now, Severity.ERROR, _UNREAD.format(listed), stops_entries=True)
