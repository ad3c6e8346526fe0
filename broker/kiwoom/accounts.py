"""The account's own word: cash, holdings and orders asked for one after the other, told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from broker.kiwoom.executions import misses_any, with_executions
from broker.kiwoom.notes import Notes
from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.tr_queue import Priority, TrQueue, TrRequest
from broker.kiwoom.tr_reading import TrReply, Values
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.messages import DAY_REQUEST, AccountReported, DayOrder, Holding
from core.domain.order import Order
from core.ports import Clock, Post

_MAX_ROUNDS = 3  # how often it is asked again because an order moved meanwhile
_RETRIES_S = (5, 15, 60)
_AT_ONCE = ((2, timedelta(seconds=6)),)  # rounds; more would use up the minute's requests
_PAUSES_S = ((300, 0), (100, 15), (30, 60), (-1, 120))
"""Seconds between the beginnings of two rounds while more than so many of the hour's requests are
left: whoever asks every second must not be without an answer for the rest of the hour."""
_ALARM = "account"
_FAILED = Text(
    "계좌를 조회하지 못했습니다 ({}). {}초 뒤 다시 조회합니다. 계좌 비밀번호가 등록되어 있는지 "
    "확인하십시오: 메뉴 매매 > 계좌 비밀번호 등록, 또는 작업 표시줄의 OpenAPI 아이콘 > "
    "계좌비밀번호 저장",
    "the account could not be read ({}); the next try is in {} s. See whether its password is "
    "registered: menu Trade > Register account password, or OpenAPI icon in the system tray > "
    "계좌비밀번호 저장",
)
_INTERNAL = Text("내부 오류: {!r}", "internal error: {!r}")
_PARTLY_READ = Text(
    "잔고를 읽을 수 없는 종목: {}. 나머지는 반영했고, {}초 뒤 다시 조회합니다",
    "holdings that can't be read: {}. The rest was taken; the next try is in {} s",
)
_INCOMPLETE = Text("읽을 수 없는 행: {}", "rows that can't be read: {}")


class OrderBooks(Protocol):
    """What a reconciliation needs of the orders."""

    @property
    def working(self) -> tuple[Order, ...]: ...

    @property
    def day_orders(self) -> tuple[DayOrder, ...]: ...

    def recover(self, rows: tuple[Values, ...]) -> None: ...

    def hold(self, held: Mapping[str, int], unread: Sequence[str] = ()) -> None: ...


@dataclass(slots=True)
class _Round:
    """One round of requests; told only when all of them were answered."""

    ids: list[str]
    is_whole: bool  # the day's executions are read too: after a login, and where asked for
    asked: int = 1
    is_moved: bool = False  # an order or a balance changed while it ran
    deposit: Values = field(default_factory=dict)
    holdings: list[Values] = field(default_factory=list)
    partial: list[Values] = field(default_factory=list)  # rows of it that can't be read whole
    orders: list[Values] = field(default_factory=list)
    executed: list[Values] = field(default_factory=list)


class Accounts:
    """Serves `request_account`: requests that wait together are answered by the same round.

    One that comes while a round runs waits for the next round, since part of the present one is
    older than the request.
    """

    def __init__(
        self,
        queue: TrQueue,
        alarms: Alarms,
        clock: Clock,
        post: Post,
        notes: Notes,
        reported: Callable[[], None],
    ) -> None:
        """`reported` is called after each report, whoever asked for it."""
        self._queue, self._alarms, self._clock = queue, alarms, clock
        self._post, self._notes, self._reported = post, notes, reported
        self._account = ""
        self._orders: OrderBooks | None = None
        self._pending: list[str] = []  # ids not yet in a round
        self._round: _Round | None = None
        self._failures = 0
        self._is_first = True  # round since the login
        self._rounds = RollingWindows(_AT_ONCE)
        self._begun: datetime | None = None  # when the last round was

    def request(self, request_id: str) -> None:
        """Report the account with this id, now or once logged in."""
        self._pending.append(request_id)
        if self._round is None and not self._alarms.is_set(_ALARM):
            self._begin_soon()

    def open(self, account: str, orders: OrderBooks) -> None:
        """Logged in: report at once, to those who wait or to nobody in particular."""
        self._account, self._orders = account, orders
        self._failures = 0
        self._is_first = True
        if not self._pending:
            self._pending.append("")
        self._alarms.drop(_ALARM)
        self._begin()

    def hold(self) -> None:
        """The line is lost, and with it the answers to the present round."""
        if self._round is not None:
            self._pending = self._round.ids + self._pending
        self._round = self._orders = None
        self._alarms.drop(_ALARM)

    def note_change(self) -> None:
        """An order or a balance has changed: what the present round read may not fit together."""
        if self._round is not None:
            self._round.is_moved = True

    # -- one round ----------------------------------------------------------------------------

    def _begin_soon(self) -> None:
        """Begin a round at once, or after a pause where few requests are left."""
        if self._orders is None:
            return
        now = self._clock.now()
        left = self._queue.windows.left_in_longest(now)
        pause_s = next(pause_s for least, pause_s in _PAUSES_S if left > least)
        due = self._rounds.next_free(now)
        if self._begun is not None:
            due = max(due, self._begun + timedelta(seconds=pause_s))
        if due <= now:
            self._begin()
        else:
            self._alarms.set(_ALARM, due, lambda _: self._begin())

    def _begin(self) -> None:
        if self._orders is None:
            return
        self._count_round()
        ids, self._pending = list(dict.fromkeys(self._pending)), []
        self._round = _Round(ids, self._is_first or any(id_.startswith(DAY_REQUEST) for id_ in ids))
        self._ask_deposit(self._round)

    def _count_round(self) -> None:
        self._begun = self._clock.now()
        self._rounds.take(self._begun)

    def _ask_deposit(self, of: _Round) -> None:
        def take(reply: TrReply, page: int) -> None:
            of.deposit = reply.single

        self._ask(of, "opw00001", take, self._ask_holdings)

    def _ask_holdings(self, of: _Round) -> None:
        def take(reply: TrReply, page: int) -> None:
            of.holdings = _grown(of.holdings, reply, page)
            of.partial = [*reply.partial] if page == 0 else [*of.partial, *reply.partial]

        self._ask(of, "opw00018", take, self._ask_orders, may_lack_rows=True)

    def _ask_orders(self, of: _Round) -> None:
        def take(reply: TrReply, page: int) -> None:
            of.orders = _grown(of.orders, reply, page)

        self._ask(of, "opt10075", take, self._ask_executions)

    def _ask_executions(self, of: _Round) -> None:
        """Ask in a whole round, and where an order that should be listed is not."""
        known = self._orders.working if self._orders is not None else ()
        numbers = [order.broker_id for order in known if order.broker_id is not None]
        if not (of.is_whole or misses_any(of.orders, numbers)):
            self._finish(of)
            return

        def take(reply: TrReply, page: int) -> None:
            of.executed = _grown(of.executed, reply, page)

        self._ask(of, "opt10076", take, self._finish)

    def _ask(
        self,
        of: _Round,
        tr: str,
        take: Callable[[TrReply, int], None],
        then: Callable[[_Round], None],
        may_lack_rows: bool = False,
    ) -> None:
        unreadable: list[str] = []

        def on_page(reply: TrReply, page: int) -> bool:
            if page == 0:
                unreadable.clear()
            if not (may_lack_rows and reply.partial):
                unreadable.extend(reply.errors)
            take(reply, page)
            return True

        def on_end(error: Text | None) -> None:
            if of is not self._round:
                return
            if error is None and unreadable:
                error = _INCOMPLETE.format(unreadable[0])
            if error is None:
                then(of)
            else:
                self._fail(of, error)

        inputs = {"계좌번호": self._account}
        self._queue.ask(
            TrRequest(tr, inputs, on_page, on_end, Priority.ACCOUNT, outlives_line=False)
        )

    def _finish(self, of: _Round) -> None:
        orders = self._orders
        if orders is None:
            return
        if of.is_moved and of.asked < _MAX_ROUNDS:
            self._repeat(of)
            return
        holdings, unread = _told_by(of)
        try:
            orders.recover(with_executions(of.orders, of.executed))
            orders.hold({holding.symbol: holding.quantity for holding in holdings}, unread)
        except Exception as error:
            self._fail(of, _INTERNAL.format(error))  # who asked is still answered, later
            raise
        self._round, self._is_first = None, False
        now = self._clock.now()
        for request_id in of.ids:
            listed = orders.day_orders if of.is_whole else None
            report = _report(now, of.deposit, holdings, orders.working, request_id, listed)
            self._post(replace(report, unreadable=unread) if unread else report)
        self._reported()
        if unread:
            self._read_again(unread)
            return
        self._failures = 0
        if self._pending:
            self._begin_soon()

    def _read_again(self, unread: Sequence[str]) -> None:
        """What could be read was told; look for the rest now and then."""
        wait_s = _RETRIES_S[min(self._failures, len(_RETRIES_S) - 1)]
        self._failures += 1
        codes = ", ".join(code or "?" for code in unread)
        self._notes.error(_PARTLY_READ.format(codes, wait_s))
        self._pending.append("")
        again = self._clock.now() + timedelta(seconds=wait_s)
        self._alarms.set(_ALARM, again, lambda _: self._begin())

    def _repeat(self, of: _Round) -> None:
        self._count_round()
        of.asked += 1
        of.is_moved = False
        of.deposit, of.holdings, of.partial, of.orders, of.executed = {}, [], [], [], []
        self._ask_deposit(of)

    def _fail(self, of: _Round, error: Text) -> None:
        """Try again later and slowly; half an account is told to nobody."""
        wait_s = _RETRIES_S[min(self._failures, len(_RETRIES_S) - 1)]
        self._failures += 1
        self._pending = of.ids + self._pending
        self._round = None
        self._notes.error(_FAILED.format(error, wait_s))
        again = self._clock.now() + timedelta(seconds=wait_s)
        self._alarms.set(_ALARM, again, lambda _: self._begin())


def _grown(rows: list[Values], reply: TrReply, page: int) -> list[Values]:
    """Return the rows of all pages; page 0 begins anew."""
    return [*reply.rows] if page == 0 else [*rows, *reply.rows]


def _told_by(of: _Round) -> tuple[tuple[Holding, ...], tuple[str, ...]]:
    """Return what is held, and the codes ("": none) of which that can't be told."""
    mended = [(row, _mended(row)) for row in of.partial]
    unread = sorted({str(row.get("종목번호", "")) for row, whole in mended if whole is None})
    rows = [*of.holdings, *(whole for _, whole in mended if whole is not None)]
    return tuple(each for each in _holdings(rows) if each.symbol not in unread), tuple(unread)


def _mended(row: Values) -> Values | None:
    """Return a row with what can be told without the cells that are missing; else None."""
    if not row.get("종목번호") or "보유수량" not in row:
        return None
    if not row.get("매입금액") and not row.get("매입가") and row["보유수량"]:
        return None  # nobody knows what was paid
    free = row.get("매매가능수량", row["보유수량"])
    return {"매입금액": 0, "매입가": 0, **row, "매매가능수량": free}


def _holdings(rows: Sequence[Values]) -> tuple[Holding, ...]:
    """Return what is held of each code; shares bought with cash and on credit have their own rows.

    매입가 is rounded to the won: the paid sum gives the exact average.
    """
    sums: dict[str, tuple[int, int, int]] = {}  # shares, those free to sell, won paid
    for row in rows:
        held, free, paid = sums.get(row["종목번호"], (0, 0, 0))
        quantity = row["보유수량"]
        paid += row["매입금액"] or row["매입가"] * quantity
        sums[row["종목번호"]] = (held + quantity, free + row["매매가능수량"], paid)
    return tuple(
        Holding(code, held, paid / held if paid % held else paid // held, free)
        for code, (held, free, paid) in sums.items()
        if held
    )


def _report(
    now: datetime,
    deposit: Values,
    holdings: tuple[Holding, ...],
    orders: tuple[Order, ...],
    request_id: str,
    listed: tuple[DayOrder, ...] | None,
) -> AccountReported:
    return AccountReported(
        time=now,
        cash=deposit["d+2추정예수금"],
        available=deposit["주문가능금액"],
        holdings=holdings,
        orders=orders,
        request_id=request_id,
        day_orders=listed,
    )
