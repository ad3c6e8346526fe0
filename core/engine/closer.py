"""Carries out a flatten: by emergency, by a daily limit, at the end of the day or of the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from config.text import Text
from core.domain.messages import AccountReported, FlattenProgressed, Severity
from core.domain.order import Order, Reason
from core.domain.session import Phase
from core.engine.parts import Parts
from core.execution.flatten import FlattenJob, FlattenPlan, Trading, plan, sale_intent
from core.journal.records import broker_account_record, flatten_record
from core.risk.closing import ClosingOptions
from core.risk.daily_limits import DailyLimit

_AGAIN = timedelta(seconds=1)  # how long reports are waited for before it is planned anew
_NO_ANSWER = timedelta(seconds=10)  # until the account is asked for again
RESUMED = "resumed"  # why it was begun: a crash had cut it off
_STRENGTH = {Reason.EOD: 0, Reason.LIMIT: 1, Reason.FLATTEN: 2}
_TITLES = {
    Reason.EOD: Text("장 마감 전 청산", "closing before the end of the session"),
    Reason.LIMIT: Text("일일 한도 청산", "closing after a daily limit"),
    Reason.FLATTEN: Text("긴급 전량청산", "emergency flatten"),
}

_ASKED = {
    "button": Text("버튼", "button"),
    "hotkey": Text("단축키", "hotkey"),
    "command": Text("명령줄", "command line"),
    "close": Text("창 닫기", "closing the window"),
    RESUMED: Text("중단된 청산을 이어서", "going on with one that was cut off"),
    DailyLimit.LOSS.value: Text("손실 한도", "loss limit"),
    DailyLimit.TARGET.value: Text("목표 도달", "target reached"),
}


class Closer:
    """At most one flatten at a time; a stronger reason takes over a weaker one."""

    def __init__(self, parts: Parts) -> None:
        self._interruptions = parts.interruptions
        self._desk, self._orders, self._account = parts.desk, parts.orders, parts.account
        self._day, self._outbox, self._broker = parts.day, parts.outbox, parts.broker
        self._parts = parts
        self._job: FlattenJob | None = None
        self.wakeup: datetime | None = None  # when `advance` is due next; None: nothing to close
        self._shown: FlattenProgressed | None = None
        self._asked = 0
        self._ask_again_at: datetime | None = None  # for the account; None: as soon as we are flat
        self._is_data_over = False

    @property
    def is_active(self) -> bool:
        return self._job is not None

    def begin(self, reason: Reason, now: datetime, note: str = "") -> None:
        """Start closing everything; a running job goes on if its reason is as strong."""
        if self._job is not None and _STRENGTH[self._job.reason] >= _STRENGTH[reason]:
            return
        self._job = FlattenJob(reason, now)
        self._ask_again_at = None
        self._day.is_flattening = True
        self._day.show_state(now)
        title, asked = _TITLES[reason], _ASKED.get(note, Text.of(note))
        if note:
            title = Text(f"{title.ko} ({asked.ko})", f"{title.en} ({asked.en})")
        self._outbox.note(now, Severity.WARNING, title)
        self.advance(now)

    def advance(self, now: datetime) -> None:
        """Plan from what is open now and carry it out; does nothing without a job."""
        job = self._job
        if job is None:
            return
        trading = self._trading(now)
        planned = self._plan(trading)
        for order in planned.cancels:
            self._desk.try_cancel(order.id, now)
        for sale in planned.sells:
            price = self._account.price(sale.symbol)
            self._desk.sell_exactly(sale_intent(sale, price, job.reason, now), now)
        if planned.is_flat and (self._ask_again_at is None or now >= self._ask_again_at):
            self._ask_again_at = now + _NO_ANSWER
            self._asked += 1
            self._broker.request_account(self._request_id(job))
        is_later = trading.exit_kind is None and not planned.cancels and now < self._day.wakeup
        self.wakeup = self._day.wakeup if is_later else now + _AGAIN
        self._show(job.progress(planned, now))

    def take(self, account: AccountReported) -> bool:
        """Take a broker's report if this job asked for it; return whether it did."""
        job = self._job
        if job is None or account.request_id != self._request_id(job):
            return False
        self._ask_again_at = None
        self._believe(account)
        job.take(self._reach(account))
        if not job.is_done:
            if self._plan(self._trading(account.time)).is_flat:
                # It knows of something that we don't and can't close: a report on its way.
                self._ask_again_at = account.time + _AGAIN
            self.advance(account.time)
            return True
        self._show(job.progress(self._plan(self._trading(account.time)), account.time))
        self._finish(job, account.time)
        return True

    def close_books(self, now: datetime) -> None:
        """Sell everything at the end of recorded data: no hour forbids it, and no order stays."""
        self._is_data_over = True
        self._job = FlattenJob(Reason.EOD, now)
        self._day.is_flattening = True
        for order in tuple(self._orders.working()):
            self._desk.cancel(order.id, now)
        self.advance(now)

    def _believe(self, account: AccountReported) -> None:
        """Take over shares and orders that only the broker knows of, to close them too."""
        for order in account.orders:
            self._desk.adopt(order, account.time)
        book = self._account.portfolio
        found = book.add_foreign(account.holdings, account.time)
        self._outbox.record(
            broker_account_record(account, tuple(book) if found else None, book.cash), account.time
        )
        for position in found:
            text = Text(
                f"증권사에만 있는 {position.quantity:,}주를 잔고에 더했습니다",
                f"{position.quantity:,} shares that only the broker knew of were taken over",
            )
            self._outbox.note(account.time, Severity.WARNING, text, position.symbol)

    def give_up(self, now: datetime) -> None:
        """End the job at the end of the session, saying what is left."""
        job = self._job
        if job is None:
            return
        planned = self._plan(self._trading(now))
        self._show(job.progress(planned, now))
        left = ", ".join(f"{row.symbol} {row.held:,}" for row in planned.rows)
        text = Text(
            f"장이 끝나 청산하지 못한 종목이 남았습니다: {left}",
            f"the session ended before everything was sold; left: {left}",
        )
        self._outbox.note(now, Severity.ERROR, text)
        self._finish(job, now)

    def is_flat_for(self, reason: Reason) -> bool:
        """Whether nothing is left that a job for that reason would close, as far as we know."""
        is_kept = self._keeps(reason)
        held = any(not is_kept(symbol) for symbol in self._account.holdings())
        return not held and not any(not is_kept(order) for order in self._orders.working())

    def _plan(self, trading: Trading) -> FlattenPlan:
        is_kept = self._keeps(self._job.reason if self._job is not None else Reason.FLATTEN)
        orders = (order for order in self._orders.working() if not is_kept(order))
        held = {s: shares for s, shares in self._account.holdings().items() if not is_kept(s)}
        return plan(orders, held, self._account.prices, trading)

    def _keeps(self, reason: Reason) -> Callable[[str | Order], bool]:
        """Return what tells whether a symbol's shares or an order are left alone.

        The day's end and a daily limit close what was traded here: shares bought elsewhere may be
        meant for years. An order made elsewhere for shares of ours is in the way, so it goes too.
        An emergency flatten means everything, whoever bought it.
        """
        closes_all = self._parts.settings[ClosingOptions].close_foreign
        if reason is Reason.FLATTEN or closes_all or self._is_data_over:
            return lambda _: False
        book = self._account.portfolio
        foreign = {position.symbol for position in book if position.is_foreign}
        ours = {position.symbol for position in book} - foreign
        return lambda it: (
            it in foreign
            if isinstance(it, str)
            else it.intent.reason is Reason.FOREIGN and it.intent.symbol not in ours
        )

    def _reach(self, account: AccountReported) -> AccountReported:
        """Return of the broker's report what the job has to bring to zero."""
        is_kept = self._keeps(self._job.reason if self._job is not None else Reason.FLATTEN)
        known = (self._orders[o.id] for o in account.orders)  # all were adopted
        orders = tuple(order for order in known if not is_kept(order))
        holdings = tuple(held for held in account.holdings if not is_kept(held.symbol))
        return replace(account, orders=orders, holdings=holdings)

    def _trading(self, now: datetime) -> Trading:
        """Return what can be sold; at the end of the data everything can be."""
        if self._is_data_over:
            return Trading(Phase.CONTINUOUS)
        stopped = self._interruptions.among(self._account.holdings(), now)
        takes_closing_price = self._day.takes_closing_price(now)
        return Trading(self._day.phase, takes_closing_price, stopped, self._desk.refused_sells)

    def _request_id(self, job: FlattenJob) -> str:
        return f"flatten-{job.reason.value}-{self._asked}"

    def _finish(self, job: FlattenJob, now: datetime) -> None:
        self._job = self.wakeup = self._shown = None
        self._day.is_flattening = False
        if job.reason is Reason.FLATTEN:
            self._day.halt(now)
        self._day.show_state(now)
        self._outbox.commit(now)

    def _show(self, progress: FlattenProgressed) -> None:
        before = self._shown
        if before is not None and (before.step, before.rows, before.is_done) == (
            progress.step,
            progress.rows,
            progress.is_done,
        ):
            return
        self._shown = progress
        self._outbox.publish(progress)
        reason = self._job.reason if self._job is not None else Reason.FLATTEN
        self._outbox.record(flatten_record(progress, reason), progress.now)
