"""The first word of the broker after a start: our earlier books against it, by rules.

The journal says what we had and had ordered; the broker says what became of it. Orders are joined
(`core.execution.recovery`), fills that happened meanwhile are booked from the broker's own list,
and what nobody ordered here is kept apart as foreign. What no rule explains is asked for again,
and then frozen. Nothing is sent because of any of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from config.text import Text
from core.domain.messages import (
    DAY_REQUEST,
    AccountReported,
    BrokerIdentified,
    OrderUpdated,
    PastRead,
    Severity,
)
from core.domain.order import Order, OrderReport
from core.domain.past import Past
from core.domain.portfolio import Position
from core.domain.price import Price
from core.engine.closer import RESUMED, Closer
from core.engine.frozen import Frozen
from core.engine.parts import Parts
from core.engine.rejoin import Rejoining
from core.execution.recovery import differences, listed_orders
from core.journal.records import broker_account_record, restored_record
from core.risk.daily_limits import DailyLimitOptions

_AGAIN = timedelta(seconds=1)
_PROOFS = 2  # equal differences in a row that are no fills on their way
_UNEXPLAINED = Text(
    "꺼져 있는 동안의 체결로 설명되지 않습니다.", "No order of the day explains it."
)
_UNCLEAR = Text(
    "어느 주문인지 가릴 수 없는 주문이 있습니다.", "An order can't be told from another one."
)
_LOST = Text(
    "매매일지를 읽지 못해 누가 산 주식인지 알 수 없습니다.",
    "The journal can't be read, so nobody knows who bought them.",
)
_OTHER_ACCOUNT = Text(
    "매매일지는 다른 계좌({})의 것입니다. 이 계좌({})는 증권사 잔고에서 새로 시작합니다",
    "the journal is of another account ({}); this one ({}) begins with the broker's report",
)
_RESUMED = Text(
    "지난 실행의 기록에서 이어갑니다: 보유 {}종목, 미확인 주문 {}건. 증권사와 대조합니다",
    "going on from the last run's record: {} positions, {} orders to be confirmed by the broker",
)
_DONE = Text("증권사와 대조를 마쳤습니다", "our record and the broker's have been reconciled")
_FOREIGN = Text(
    "다른 곳에서 산 {}주입니다. 위험 한도에는 포함하지만 손절·익절·신호로는 매도하지 않습니다",
    "{} shares bought elsewhere: they count in the risk limits, but stop, target and signals do "
    "not sell them",
)


class Recovery:
    """Owned by the engine thread; a `Listener`. `is_done` once both sides are brought together."""

    def __init__(
        self, parts: Parts, frozen: Frozen, closer: Closer, watch: Callable[[Sequence[str]], None]
    ) -> None:
        self._parts, self._frozen, self._closer, self._watch = parts, frozen, closer, watch
        self._read: PastRead | None = None
        self._rejoining: Rejoining | None = None
        self._has_list = False  # the broker tells all orders of the day
        self._suspect: Mapping[str, tuple[int, int]] = {}
        self._seen = 0  # reports in a row with these differences
        self._asked = 0
        self.identity = ""
        self.is_done = False
        self.wakeup: datetime | None = None

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {PastRead: self._on_past}

    def identify(self, who: BrokerIdentified) -> None:
        self.identity = f"{who.server}:{who.account}"

    @property
    def is_awaited(self) -> bool:
        """Whether the first account report is still to come, which our earlier orders wait for."""
        return self._rejoining is None and self._read is not None

    def hear(self, report: OrderReport) -> bool:
        """Take note of a report while this is not done; return whether it is to be handled.

        Before the first account report it is not: what it tells is in that report.
        """
        if not self.is_done and self._rejoining is not None:
            self._rejoining.hear(report)
        return not self.is_awaited

    def ask(self) -> None:
        """Ask for the account with all orders of the day."""
        self.wakeup = None
        self._asked += 1
        self._parts.broker.request_account(f"{DAY_REQUEST}{self._asked}")

    def take(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        """Take the first account report, and others until nothing is in doubt."""
        if self._rejoining is None:
            self._begin(report, limits, now)
        elif report.day_orders is None and self._has_list:
            self.wakeup = self.wakeup or now + _AGAIN
            return
        if not self.is_done:
            self._step(report, now)

    def _on_past(self, read: PastRead) -> None:
        self._read = read

    # -- the first report ---------------------------------------------------------------------

    def _begin(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        past = self._read.past if self._read is not None else None
        if past is not None and self._is_of_another(past):
            text = _OTHER_ACCOUNT.format(past.identity, self.identity)
            self._parts.outbox.note(now, Severity.WARNING, text)
            past = None
        self._has_list = report.day_orders is not None
        if past is None:
            self._adopt(report, limits, now)
            return
        self._resume(past, limits, now)

    def _is_of_another(self, past: Past) -> bool:
        return bool(past.identity and self.identity) and past.identity != self.identity

    def _adopt(self, report: AccountReported, limits: DailyLimitOptions, now: datetime) -> None:
        """Take the broker's account over as it is: there is nothing to compare it with."""
        parts = self._parts
        is_lost = self._read is not None and self._read.is_lost
        is_foreign = self._read is not None and not is_lost
        positions = parts.account.portfolio.adopt(report, now, is_foreign)
        parts.account.restart_drawdown()
        parts.day.begin(now, limits)
        for order in report.orders:
            if parts.orders.adopt(order):
                parts.outbox.publish(OrderUpdated(order))
        record = broker_account_record(report, positions, identity=self.identity)
        parts.outbox.record(record, now)
        self._watch([position.symbol for position in positions])
        if positions or report.orders:
            text = _taken_over(len(positions), len(report.orders))
            parts.outbox.note(now, Severity.WARNING, text)
        if is_lost:
            self._frozen.hold(positions, _LOST, now)
        elif is_foreign:
            for position in positions:
                self._tell_foreign(position.symbol, position.quantity, now)
        self._rejoining = Rejoining(parts, ())
        self.is_done = True

    def _resume(self, past: Past, limits: DailyLimitOptions, now: datetime) -> None:
        parts, book = self._parts, self._parts.account.portfolio
        book.resume(past.cash, past.positions, past.claims)
        self._rejoining = Rejoining(parts, past.orders)
        waiting = self._rejoining.begin()
        parts.account.restart_drawdown()
        parts.day.begin(now, limits)
        parts.outbox.record(restored_record(past.cash, tuple(book), waiting, self.identity), now)
        text = _RESUMED.format(len(book), len(waiting))
        is_news = past.was_cut_off or len(book) or waiting
        parts.outbox.note(now, Severity.WARNING if is_news else Severity.INFO, text)
        self._watch(_symbols(tuple(parts.account.holdings()), waiting))
        self._frozen.resume(past)

    # -- every report until it is done --------------------------------------------------------

    def _step(self, report: AccountReported, now: datetime) -> None:
        assert self._rejoining is not None
        self._rejoining.step(listed_orders(report), now)
        report = self._parts.orders.aliases.of_account(report)
        self._watch(_symbols((), tuple(self._parts.orders.working())))
        found = self._unexplained(report)
        self._seen = self._seen + 1 if found and found == self._suspect else 1
        self._suspect = found
        if self._rejoining.doubtful or (found and self._seen < _PROOFS):
            self.wakeup = now + _AGAIN
            self._parts.outbox.commit(now)
            return
        self._freeze(report, found)
        self._finish(report, now)

    def _unexplained(self, report: AccountReported) -> dict[str, tuple[int, int]]:
        """Return where shares differ; those that nobody here ever ordered are no difference."""
        assert self._rejoining is not None
        theirs = {held.symbol: held.quantity for held in report.holdings}
        return {
            symbol: pair
            for symbol, pair in differences(theirs, self._parts.account.holdings()).items()
            if pair[1] or symbol in self._rejoining.doubtful | self._rejoining.unclear
        }

    def _freeze(self, report: AccountReported, found: Mapping[str, tuple[int, int]]) -> None:
        assert self._rejoining is not None
        unclear = sorted(self._rejoining.unclear)
        unexplained = [symbol for symbol in found if symbol not in self._rejoining.unclear]
        if unclear:
            self._frozen.freeze(unclear, report, _UNCLEAR)
        if unexplained:
            self._frozen.freeze(unexplained, report, _UNEXPLAINED)

    def _finish(self, report: AccountReported, now: datetime) -> None:
        parts, book = self._parts, self._parts.account.portfolio
        with parts.day.corrected():
            added = self._correct(report, now)
        for position in added:
            self._tell_foreign(position.symbol, position.quantity, now)
        record = broker_account_record(report, tuple(book), identity=self.identity)
        parts.outbox.record(record, now)
        self._watch([position.symbol for position in added])
        self.is_done, self.wakeup = True, None
        self._frozen.agree(report)
        parts.outbox.note(now, Severity.INFO, _DONE)
        parts.outbox.commit(now)
        parts.money_changed(now)
        past = self._read.past if self._read is not None else None
        if past is not None and past.flatten is not None:
            self._closer.begin(past.flatten, now, RESUMED)

    def _correct(self, report: AccountReported, now: datetime) -> tuple[Position, ...]:
        """Take over foreign shares and the broker's cash; return those positions."""
        book = self._parts.account.portfolio
        if report.cash != book.cash:
            if next(self._parts.orders.working(), None) is None:
                text = _other_cash(report.cash, book.cash)
                self._parts.outbox.note(now, Severity.WARNING, text)
            book.correct_cash(report.cash)
        return book.add_foreign(report.holdings, now)

    def _tell_foreign(self, symbol: str, shares: int, now: datetime) -> None:
        text = _FOREIGN.format(f"{shares:,}")
        self._parts.outbox.note(now, Severity.WARNING, text, symbol)


def _symbols(held: Sequence[str], orders: Sequence[Order]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*held, *(order.intent.symbol for order in orders))))


def _taken_over(positions: int, orders: int) -> Text:
    return Text(
        f"보유 {positions}종목, 미체결 {orders}건을 이어받았습니다",
        f"taken over: {positions} positions, {orders} working orders",
    )


def _other_cash(theirs: Price, ours: Price) -> Text:
    return Text(
        f"예수금이 다릅니다: 증권사 {theirs:,}원, 우리 계산 {ours:,}원 "
        f"(차이 {theirs - ours:+,}원). 증권사를 따릅니다",
        f"cash differs: broker {theirs:,}, ours {ours:,} ({theirs - ours:+,} won); "
        "the broker's counts",
    )
