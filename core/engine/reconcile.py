"""Our books against the broker's own word: taken over at the start, compared ever after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from config.text import Text
from core.domain.messages import AccountReported, OrderUpdated, Severity
from core.domain.portfolio import Position
from core.domain.price import Price
from core.engine.account import Account
from core.engine.counts import Counts
from core.engine.day import TradingDay
from core.engine.outbox import Outbox
from core.execution.order_manager import OrderManager
from core.journal.records import broker_account_record
from core.ports import Broker
from core.risk.daily_limits import DailyLimitOptions

Watch = Callable[[Sequence[str]], None]
"""Gets market data for these symbols, and watches stop and target of what is held of them."""

_Differences = Mapping[str, tuple[int, int]]
"""By symbol: shares the broker says we hold, and shares we say we hold."""

_AGAIN = timedelta(seconds=1)
_PROOFS = 2  # equal differences in a row that are no fills on their way
_PROOFS_WHILE_WORKING = 5
_ROUNDING_KRW = 10
"""By how much the broker's costs of one fill may differ from what it told of it at first.

Fees and tax in Kiwoom's reports of fills are its estimates, cut to 10 won on the mock server.
"""


class Reconciler:
    """Owned by the engine thread; `is_known` after the broker's first report."""

    def __init__(
        self,
        account: Account,
        orders: OrderManager,
        day: TradingDay,
        outbox: Outbox,
        broker: Broker,
        counts: Counts,
        watch: Watch,
    ) -> None:
        self._account, self._orders, self._day = account, orders, day
        self._outbox, self._broker, self._counts = outbox, broker, counts
        self._watch = watch
        self.is_known = False
        self.is_settled = False  # since the connection stands: nothing differs, or it was shown
        self.wakeup: datetime | None = None  # when to ask again; None: nothing is unsure
        self._asked = 0
        self._suspect: _Differences = {}
        self._seen = 0  # reports in a row with these differences
        self._told: _Differences = {}
        self._gap: Price = 0  # the broker's cash less ours, as explained or told
        self._fills = 0  # counted when the gap was

    def disconnected(self) -> None:
        """Nothing is sure from now on."""
        self.is_settled, self.wakeup = False, None

    def reconnected(self) -> None:
        """Ask what became of everything meanwhile; before the first report that is under way."""
        if self.is_known:
            self._broker.request_account("reconnect")

    def advance(self, now: datetime) -> None:
        """Ask again where a difference has to be proved."""
        if self.wakeup is None or now < self.wakeup:
            return
        self.wakeup = None
        self._asked += 1
        self._broker.request_account(f"again-{self._asked}")

    def take(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        """Take over the first report; compare our books with every later one."""
        if not self.is_known:
            self.is_known = self.is_settled = True
            self._adopt(report, limits, now)
            return
        self._outbox.record(broker_account_record(report), report.time)
        self._compare(report, now)

    def _adopt(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        positions = self._account.portfolio.adopt(report, now)
        self._account.restart_drawdown()
        self._day.begin(now, limits)
        for order in report.orders:
            if self._orders.adopt(order):
                self._outbox.publish(OrderUpdated(order))
        self._believe_available(report)
        self._outbox.record(broker_account_record(report, positions), now)
        self._watch([position.symbol for position in positions])
        if positions or report.orders:
            self._outbox.note(now, Severity.WARNING, _taken_over(positions, len(report.orders)))

    def _compare(self, report: AccountReported, now: datetime) -> None:
        found = self._differences(report)
        if not found:
            self.is_settled, self.wakeup = True, None
            self._suspect, self._told = {}, {}
            self._compare_cash(report)
            return
        self._seen = self._seen + 1 if found == self._suspect else 1
        self._suspect = found
        is_moving = any(self._orders.has_working(symbol) for symbol in found)
        if self._seen < (_PROOFS_WHILE_WORKING if is_moving else _PROOFS):
            self.wakeup = now + _AGAIN
            return
        self.is_settled = True
        if found != self._told:
            self._told = found
            self._outbox.note(report.time, Severity.ERROR, _differing(found))
            self._day.stop(report.time)

    def _differences(self, report: AccountReported) -> _Differences:
        theirs = {held.symbol: held.quantity for held in report.holdings}
        ours = self._account.holdings()
        pairs = {s: (theirs.get(s, 0), ours.get(s, 0)) for s in sorted({*theirs, *ours})}
        return {symbol: pair for symbol, pair in pairs.items() if pair[0] != pair[1]}

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


def _taken_over(positions: Sequence[Position], orders: int) -> Text:
    return Text(
        f"보유 {len(positions)}종목, 미체결 {orders}건을 이어받았습니다. "
        "보유 종목에는 손절·익절·신호와 장 마감 전 청산이 적용됩니다",
        f"taken over: {len(positions)} positions, {orders} working orders; stop, target, signals "
        "and the closing before the end sell them",
    )


def _differing(found: _Differences) -> Text:
    ko = ", ".join(
        f"{s} 증권사 {theirs:,}주·우리 {ours:,}주" for s, (theirs, ours) in found.items()
    )
    en = ", ".join(f"{s} broker {theirs:,}, ours {ours:,}" for s, (theirs, ours) in found.items())
    return Text(
        f"잔고가 다릅니다: {ko}. 신규 진입을 중지했습니다",
        f"holdings differ: {en}; entries are stopped",
    )


def _other_cash(theirs: Price, ours: Price) -> Text:
    return Text(
        f"예수금이 다릅니다: 증권사 {theirs:,}원, 우리 계산 {ours:,}원 "
        f"(차이 {theirs - ours:+,}원). 주문가능금액은 증권사를 따릅니다",
        f"cash differs: broker {theirs:,}, ours {ours:,} ({theirs - ours:+,} won); "
        "the broker's available cash counts",
    )
