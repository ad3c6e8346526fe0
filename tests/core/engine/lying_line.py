"""A broker whose word comes late, old, wrong, incomplete or never; its exchange stays true."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.domain.messages import (
    DAY_REQUEST,
    AccountReported,
    ClosePosition,
    Holding,
    Message,
    ResolveMismatch,
)
from core.domain.order import OrderId, Reason
from core.sessions.calendar import TradingCalendar
from tests.core.engine.crash_rig import Terminal, World
from tests.core.engine.tiny_exchange import SYMBOLS, Booked, Fuse, TinyLine

Lie = Callable[[AccountReported], AccountReported]
Pairs = Mapping[str, tuple[int, int]]


def other_shares(symbol: str, shares: int) -> Lie:
    """Return a lie by which `symbol` is held in this number, 0 for not at all."""

    def lie(report: AccountReported) -> AccountReported:
        true = tuple(held for held in report.holdings if held.symbol != symbol)
        false = (Holding(symbol, shares, 70_000, shares),) if shares else ()
        return replace(report, holdings=true + false)

    return lie


def _the_truth(report: AccountReported) -> AccountReported:
    return report


def without_orders(report: AccountReported) -> AccountReported:
    """Forget half of the working orders, and of the day's."""
    day = report.day_orders
    return replace(report, orders=report.orders[::2], day_orders=None if day is None else day[::2])


@dataclass
class Manner:
    """How the broker talks, to whichever terminal there is."""

    is_slow: bool = False  # with fills, and with orders made elsewhere
    is_late: bool = False  # with account reports
    lies: deque[Lie] = field(default_factory=deque)


class LyingLine(TinyLine):
    """Lists the day only where it is asked for that, and tells first what it lists, as Kiwoom's."""

    def __init__(self, world: LyingWorld, fuse: Fuse) -> None:
        super().__init__(world.exchange, fuse, world.forgets)
        self.manner = world.manner
        self.slow: deque[Message] = deque()
        self.late: list[tuple[AccountReported, Lie]] = []

    def request_account(self, request_id: str) -> None:
        super().request_account(request_id)
        report = self.inbox.pop()
        assert isinstance(report, AccountReported)
        if request_id != "start" and not request_id.startswith(DAY_REQUEST):
            report = replace(report, day_orders=None)
        lie = self.manner.lies.popleft() if self.manner.lies else _the_truth
        self.late.append((report, lie))
        if not self.manner.is_late:
            self.tell_late()

    def meet(self, booked: Booked) -> None:
        super().meet(booked)
        self._hold_back()

    def filled(
        self, booked: Booked, fill_id: str, price: int, quantity: int, commission: int, tax: int
    ) -> None:
        super().filled(booked, fill_id, price, quantity, commission, tax)
        self._hold_back()

    def tell_slow(self) -> None:
        self.inbox.extend(self.slow)
        self.slow.clear()

    def tell_late(self) -> None:
        """Tell of money and shares as they were read, and of orders as they are."""
        for report, lie in self.late:
            if report.day_orders is not None:
                self.tell_slow()
                listed = map(self._listed, self.exchange.orders.values())
                report = replace(report, day_orders=tuple(listed))
            self.inbox.append(lie(replace(report, orders=tuple(self._working()))))
        self.late.clear()

    def be_honest(self) -> None:
        """Tell everything, and nothing but the truth from now on."""
        self.manner.is_slow = self.manner.is_late = False
        self.manner.lies.clear()
        self.tell_slow()
        self.tell_late()

    def _hold_back(self) -> None:
        if self.manner.is_slow:
            self.slow.append(self.inbox.pop())


class WatchedTerminal(Terminal):
    """Looks at every word of the broker, before and after the engine has taken it."""

    line: LyingLine

    def __init__(self, world: LyingWorld) -> None:
        self.differed: Pairs = {}  # by the last account report: theirs and ours
        self.closing: dict[str, bool] = {}  # what a person wants sold: whether it was once
        super().__init__(world, Fuse())

    def drain(self) -> None:
        while self.line.inbox:
            self._take(self.line.inbox.popleft())
        self.events += self.engine.take_events()

    def tell(self, message: Message) -> None:
        if isinstance(message, ClosePosition) and self.holdings.get(message.symbol, 0) > 0:
            self.closing[message.symbol] = False
        self._take(message)
        self.drain()

    @property
    def frozen(self) -> frozenset[str]:
        return self.engine._desk.frozen

    def _take(self, message: Message) -> None:
        count, frozen = len(self.world.exchange.sent), self.frozen
        is_steady = self.engine._reconciler._recovery.is_done
        found = self._differences(message) if isinstance(message, AccountReported) else {}
        self.engine.handle(message)
        self._judge_sent(self.world.exchange.sent[count:], message)
        if isinstance(message, AccountReported):
            self._judge(self.frozen - frozen, found, is_steady)
            self._judge_freed(frozen - self.frozen, message)
            self.differed = found
        elif not isinstance(message, ResolveMismatch):
            assert self.frozen == frozen, "frozen by something that is no account report"
        self.closing |= {s: True for s in self.closing if not self.holdings.get(s)}

    def _judge_sent(self, sent: Sequence[OrderId], message: Message) -> None:
        """Nothing leaves because of the broker's word, but what is left of a person's exit."""
        book = self.engine.account.portfolio
        for order_id in sent:
            intent = self.engine.orders[order_id].intent
            position = book.position(intent.symbol)
            assert intent.reason is Reason.MANUAL, f"sent because of {message}: {intent}"
            assert intent.symbol in self.closing
            was_over = self.closing[intent.symbol]
            assert position is not None and not (was_over and position.is_foreign)

    def _judge(self, new: frozenset[str], found: Pairs, is_steady: bool) -> None:
        """Only symbols that differ are frozen, and only if they did so before."""
        if is_steady:
            assert new <= found.keys()
            assert all(self.differed.get(symbol) == found[symbol] for symbol in new)

    def _judge_freed(self, freed: frozenset[str], report: AccountReported) -> None:
        """What is let go of by a report is held as the report says."""
        theirs = {held.symbol: held.quantity for held in report.holdings}
        assert all(self.holdings.get(symbol, 0) == theirs.get(symbol, 0) for symbol in freed)

    def _differences(self, report: AccountReported) -> Pairs:
        ours = self.holdings
        theirs = {held.symbol: held.quantity for held in report.holdings}
        pairs = {s: (theirs.get(s, 0), ours.get(s, 0)) for s in SYMBOLS}
        return {symbol: pair for symbol, pair in pairs.items() if pair[0] != pair[1]}


class LyingWorld(World):
    def __init__(self, calendar: TradingCalendar, forgets: bool) -> None:
        super().__init__(calendar, forgets)
        self.manner = Manner()

    def line(self, fuse: Fuse) -> LyingLine:
        return LyingLine(self, fuse)

    def restart(self) -> WatchedTerminal:
        """Kill the terminal there is, and start another one."""
        self.exchange.line = None
        return WatchedTerminal(self)
