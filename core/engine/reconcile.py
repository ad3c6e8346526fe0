"""Our books against the broker's own word: brought together at the start, compared ever after.

A difference stops the symbol that it is in, not everything: see `core.engine.frozen`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from config.text import Text
from core.domain.messages import DAY_REQUEST, AccountReported, Severity
from core.domain.price import Price
from core.engine.frozen import Frozen
from core.engine.parts import Parts
from core.engine.recovery import Recovery
from core.engine.unread import Unread
from core.execution.recovery import differences
from core.journal.records import broker_account_record
from core.risk.daily_limits import DailyLimitOptions

_Differences = Mapping[str, tuple[int, int]]
"""By symbol: shares the broker says we hold, and shares we say we hold."""

_WHILE_RUNNING = Text(
    "우리 주문과 증권사의 체결 통보로 설명되지 않습니다.",
    "Neither our orders nor the broker's reports explain it.",
)
_AGAIN = timedelta(seconds=1)
_PROOFS = 2  # equal differences in a row that are no fills on their way
_PROOFS_WHILE_WORKING = 5
_ROUNDING_KRW = 10
"""By how much the broker's costs of one fill may differ from what it told of it at first.

Fees and tax in Kiwoom's reports of fills are its estimates, cut to 10 won on the mock server.
"""


class Reconciler:
    """Owned by the engine thread; `is_known` after the broker's first report."""

    def __init__(self, parts: Parts, recovery: Recovery, frozen: Frozen) -> None:
        self._account, self._orders = parts.account, parts.orders
        self._recovery, self._frozen = recovery, frozen
        self._outbox, self._broker, self._counts = parts.outbox, parts.broker, parts.counts
        self.unread = Unread(parts.account.portfolio, parts.outbox)
        self.is_known = False
        self.is_settled = False  # since the connection stands: nothing differs, or it was shown
        self.wakeup: datetime | None = None  # when to ask again; None: nothing is unsure
        self._asked = 0
        self._suspect: _Differences = {}
        self._seen = 0  # reports in a row with these differences
        self._gap: Price = 0  # the broker's cash less ours, as explained or told
        self._fills = 0  # counted when the gap was

    def disconnected(self) -> None:
        """Nothing is sure from now on."""
        self.is_settled, self.wakeup = False, None

    def reconnected(self) -> None:
        """Ask what became of everything meanwhile; before the first report that is under way."""
        if self.is_known:
            self._broker.request_account(f"{DAY_REQUEST}reconnect")

    def advance(self, now: datetime) -> None:
        """Ask again where a difference has to be proved."""
        if self.wakeup is None or now < self.wakeup:
            return
        self.wakeup = None
        if not self._recovery.is_done:
            self._recovery.ask()
            return
        self._asked += 1
        self._broker.request_account(f"again-{self._asked}")

    def take(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        """Bring both sides together at first; compare our books with every later report."""
        if not self._recovery.is_done:
            self.is_known = True
            self._recovery.take(report, limits, now)
            self.is_settled, self.wakeup = self._recovery.is_done, self._recovery.wakeup
            self._gap, self._fills = 0, self._counts.fills
            self._believe_available(report)
            return
        self._outbox.record(broker_account_record(report), report.time)
        self._compare(report, now)

    def _compare(self, report: AccountReported, now: datetime) -> None:
        self._frozen.agree(report)
        found = self._differences(report)
        if not found:
            self.is_settled, self.wakeup, self._suspect = True, None, {}
            self._compare_cash(report)
            return
        self._seen = self._seen + 1 if found == self._suspect else 1
        self._suspect = found
        is_moving = any(self._orders.has_working(symbol) for symbol in found)
        if self._seen < (_PROOFS_WHILE_WORKING if is_moving else _PROOFS):
            self.wakeup = now + _AGAIN
            return
        self.is_settled, self._suspect = True, {}
        self._frozen.freeze(tuple(found), report, _WHILE_RUNNING)

    def _differences(self, report: AccountReported) -> _Differences:
        theirs = {held.symbol: held.quantity for held in report.holdings}
        return differences(theirs, self._account.holdings())

    def _compare_cash(self, report: AccountReported) -> None:
        """Tell a difference that costs of fills can't explain; believe the broker on both."""
        if next(self._orders.working(), None) is not None:
            return
        ours = self._account.portfolio.cash
        gap = report.cash - ours
        explained = _ROUNDING_KRW * (self._counts.fills - self._fills)
        if abs(gap - self._gap) > explained:
            self._outbox.note(report.time, Severity.WARNING, _other_cash(report.cash, ours))
        self._gap, self._fills = gap, self._counts.fills
        self._believe_available(report)

    def _believe_available(self, report: AccountReported) -> None:
        """Only where no order works: brokers reserve for working ones by rules of their own."""
        if next(self._orders.working(), None) is None:
            self._account.correction = report.available - self._account.portfolio.cash


def _other_cash(theirs: Price, ours: Price) -> Text:
    return Text(
        f"예수금이 다릅니다: 증권사 {theirs:,}원, 우리 계산 {ours:,}원 "
        f"(차이 {theirs - ours:+,}원). 주문가능금액은 증권사를 따릅니다",
        f"cash differs: broker {theirs:,}, ours {ours:,} ({theirs - ours:+,} won); "
        "the broker's available cash counts",
    )
