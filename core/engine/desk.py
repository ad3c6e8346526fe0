"""The trading desk: turns decisions into orders, and reports into positions.

The desk knows the account, the orders and the risk rules; it knows nothing of bars.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Settings
from core.domain.errors import JournalError
from core.domain.messages import (
    FillRecorded,
    IntentDenied,
    OrderUpdated,
    Severity,
    TradeClosed,
)
from core.domain.order import (
    AmendRejected,
    CancelRejected,
    Order,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Reason,
    Refusal,
    Side,
)
from core.domain.own_words import kept, told
from core.domain.portfolio import Position
from core.domain.price import Price
from core.domain.risk import Check
from core.domain.session import Phase
from core.engine import desk_texts as texts
from core.engine.account import Account
from core.engine.counts import Counts
from core.engine.market import SymbolMarket
from core.engine.outbox import Outbox
from core.execution.backoff import Backoff
from core.execution.flatten import most_shares
from core.execution.interruptions import Interruptions
from core.execution.order_manager import OrderManager
from core.execution.refusals import STOPS_ENTRIES, NextStep, goes_on_at_once, next_text, step_of
from core.execution.slippage import slippage
from core.journal.records import denied_record, fill_record, level_record, trade_record
from core.risk import gate, sizing
from core.risk.context import RiskContext
from core.risk.exits import ExitOptions, Levels, levels

_EXIT_RETRY_S = 5.0  # at first
_RATE_RETRY_S = 1.0  # at first, where there were too many orders
_CANCEL_RETRY_S = 1.0  # at first
_REFUSALS_KEPT = 50  # as many as the limit may be


Watcher = Callable[[Order, OrderReport | None], None]
"""Is told of every order of ours as it has become, and by which report; None: by our own doing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the desk is told of the present: time, phase, and what forbids entries if anything."""

    now: datetime
    phase: Phase
    entry_block: str
    market_fall_pct: float | None = None  # of the whole market, from its latest high


class Desk:
    """Owned by the engine thread."""

    def __init__(
        self,
        account: Account,
        orders: OrderManager,
        interruptions: Interruptions,
        outbox: Outbox,
        counts: Counts,
    ) -> None:
        self._account, self._orders, self._interruptions = account, orders, interruptions
        self._outbox, self._counts = outbox, counts
        self._sells = Backoff(_EXIT_RETRY_S)
        self._cancels = Backoff(_CANCEL_RETRY_S)
        self.refused_sells: dict[str, str] = {}  # the broker's words, until one is filled
        self.refusals: deque[datetime] = deque(maxlen=_REFUSALS_KEPT)  # of any order, newest last
        self.watchers: list[Watcher] = []
        self.shaped: Callable[[OrderIntent, SymbolMarket], OrderIntent] = lambda intent, _: intent
        self.hasten: Callable[[str, Reason, Price, datetime], bool] = lambda *_: False
        self.frozen: frozenset[str] = frozenset()  # symbols that no signal sells
        self._told_waiting: set[str] = set()  # symbols whose exit waits for the end of a halt

    def buy(
        self, market: SymbolMarket, price: Price, moment: Moment, settings: Settings
    ) -> tuple[Check, ...]:
        """Size and send a buy decided at `price`; return the checks that refused it."""
        intent = self.shaped(self._sized(market, price, moment, settings), market)
        return self.buy_exactly(intent, market, moment, settings)

    def buy_exactly(
        self, intent: OrderIntent, market: SymbolMarket, moment: Moment, settings: Settings
    ) -> tuple[Check, ...]:
        """Send this buy; return the checks that refused it."""
        checks = gate.examine(intent, self._context(intent, market, moment, settings))
        failed = gate.denied(checks)
        if failed:
            self._deny(intent, checks, moment.now)
            return failed
        order = self._orders.create(intent)
        try:
            self._send(order, moment.now)
        except JournalError as error:
            self._outbox.commit(moment.now)  # says so, and blocks entries until it is written
            self._publish(self._orders.apply(OrderDenied(order.id, moment.now, kept(error.text))))
            return (replace(checks[0], passed=False),)
        return ()

    def sell(self, market: SymbolMarket, price: Price, reason: Reason, now: datetime) -> bool:
        """Sell what is free of the position, cancelling our working buys first.

        What waits for a price gives way to an urgent reason: its rest is sold once its cancel is
        confirmed. Returns whether an order was sent, or is to follow in this way:
        not while everything is in working sells already, while
        it is halted, nor within five seconds of a rejected exit, nor by a signal where it is
        frozen.
        """
        symbol = market.instrument.symbol
        if reason is Reason.SIGNAL and symbol in self.frozen:
            return False
        for order in self.own_buys(symbol):
            self.try_cancel(order.id, now)
        is_hastened = self.hasten(symbol, reason, price, now)
        free = self._account.portfolio.held(symbol) - self._orders.selling(symbol)
        if free <= 0:
            return is_hastened
        intent = self.shaped(OrderIntent(symbol, Side.SELL, free, reason, now, price), market)
        return self.sell_once(intent, now) or is_hastened

    def sell_once(self, intent: OrderIntent, now: datetime) -> bool:
        """Send this sell, but not beside one like it; return whether it was sent.

        As many other shares, decided at the same moment, wait a little for a moment of their own,
        as does what no broker takes in one order.
        """
        most = most_shares(intent.reference_price) or intent.quantity
        intent = replace(intent, quantity=min(intent.quantity, most))
        working = self._orders.working(intent.symbol, Side.SELL)
        return all(order.intent != intent for order in working) and self.sell_exactly(intent, now)

    def is_working(self, symbol: str) -> bool:
        """Whether any order of `symbol` may still be filled."""
        return self._orders.has_working(symbol)

    def sell_exactly(self, intent: OrderIntent, now: datetime) -> bool:
        """Send this sell; return whether it was: not just after a rejected one, nor in a halt."""
        symbol = intent.symbol
        if self._sells.waits(symbol, now.timestamp()):
            return False
        stop = self._interruptions.of(symbol, now)
        if stop is not None and not stop.takes_orders:
            self._tell_waiting(symbol, now)
            return False
        self._told_waiting.discard(symbol)
        self._send(self._orders.create(intent), now)
        return True

    def _tell_waiting(self, symbol: str, now: datetime) -> None:
        if symbol in self._told_waiting:
            return
        self._told_waiting.add(symbol)
        self._outbox.note(now, Severity.WARNING, texts.WAITING, symbol)

    def cancel(self, order_id: OrderId, now: datetime) -> None:
        """Cancel on the trader's or a plan's word.

        Raises:
            OrderError: No such order in this run.
        """
        order = self._orders.cancel(order_id, now)
        if order.is_working and order.status is not OrderStatus.PENDING_CANCEL:
            self._cancels.refused(order_id, now.timestamp())
        self._publish(order)

    def try_cancel(self, order_id: OrderId, now: datetime) -> None:
        """Cancel, but not within a second of a rejected cancel of it (longer after several)."""
        if not self._cancels.waits(order_id, now.timestamp()):
            self.cancel(order_id, now)

    def cancel_buys(self, now: datetime) -> None:
        """Cancel our working buys; what the trader ordered elsewhere is not ours to cancel."""
        for order in self.own_buys():
            self.cancel(order.id, now)

    def own_buys(self, symbol: str | None = None) -> list[Order]:
        """Return working buys that this program made."""
        buys = self._orders.working(symbol, Side.BUY)
        return [order for order in buys if order.intent.reason is not Reason.FOREIGN]

    def amend(self, order_id: OrderId, limit_price: Price, quantity: int, now: datetime) -> None:
        """Ask for other terms of a working order.

        Raises:
            OrderError: No such order in this run, or it can't be amended any more.
            JournalError: It can't be written down: it was not sent.
        """
        self._publish(self._orders.amend(order_id, limit_price, quantity, now))

    def adopt(self, order: Order, now: datetime) -> bool:
        """Take over an order somebody else made; return whether it is new to us."""
        if not self._orders.adopt_foreign(order, now):
            return False
        self._publish(order)
        text = texts.made_elsewhere(order)
        self._outbox.note(now, Severity.WARNING, text, order.intent.symbol)
        return True

    def take(self, report: OrderReport, market: SymbolMarket | None, settings: Settings) -> Order:
        """Bring a broker's report to the order, and a fill to the position.

        Raises:
            OrderError: The order is not known or the report is impossible.
        """
        before = self._orders[report.order_id]
        after = self._orders.apply(report)
        if after is before:
            return after  # a repetition
        if isinstance(report, OrderFilled):
            self._book(report, after, market, settings)
        elif isinstance(report, OrderRejected):
            self._rejected(after, report.code, report.time)
        elif isinstance(report, OrderCanceled) and before.status is not OrderStatus.PENDING_CANCEL:
            self._given_back(after, report.time)
        elif isinstance(report, CancelRejected):
            self._cancels.refused(after.id, report.time.timestamp())
            if after.is_working:
                self._tell_note(report, after)
        elif isinstance(report, AmendRejected | OrderLost):
            self._tell_note(report, after)
        self._publish(after, report)
        return after

    def watch_levels(self, market: SymbolMarket, settings: Settings) -> None:
        """Put stop and target at the settings' distances from the position's average entry."""
        book, symbol = self._account.portfolio, market.instrument.symbol
        position = book.position(symbol)
        if position is None or position.quantity <= 0 or position.is_foreign:
            market.set_levels(None)
            return
        found = self._levels(position, market, settings)
        book.set_levels(symbol, found.stop, found.target)
        market.set_levels(found)

    def raise_stop(
        self, market: SymbolMarket, price: Price, settings: Settings, now: datetime
    ) -> None:
        """Let the stop follow a new high; it is journaled, so that a restart knows of it."""
        book, symbol = self._account.portfolio, market.instrument.symbol
        position = book.position(symbol)
        if position is None:
            return
        book.set_levels(symbol, position.stop_level, position.target_level, peak=price)
        self.watch_levels(market, settings)
        after = book.position(symbol)
        if after is not None and after.stop_level != position.stop_level:
            self._outbox.record(level_record(after), now)
            self._outbox.commit(now)

    def _levels(self, position: Position, market: SymbolMarket, settings: Settings) -> Levels:
        of, entry, peak = market.instrument, position.entry_price, position.peak
        ratio = self._account.costs.break_even_ratio(of.is_taxed, position.opened.date())
        tick = of.grid.tick(max(peak, entry))
        return levels(entry, peak, tick, entry * ratio, settings[ExitOptions])

    def _sized(
        self, market: SymbolMarket, price: Price, moment: Moment, settings: Settings
    ) -> OrderIntent:
        share = settings[sizing.SizingOptions].max_position_pct
        quantity = sizing.quantity(self._account.portfolio.capital, price, share)
        symbol = market.instrument.symbol
        return OrderIntent(symbol, Side.BUY, quantity, Reason.SIGNAL, moment.now, price)

    def _context(
        self, intent: OrderIntent, market: SymbolMarket, moment: Moment, settings: Settings
    ) -> RiskContext:
        account = self._account
        buying = {order.intent.symbol for order in self._orders.working(side=Side.BUY)}
        value = intent.worst_price * intent.quantity
        return RiskContext(
            settings=settings,
            now=moment.now,
            phase=moment.phase,
            entry_block=moment.entry_block,
            capital=account.portfolio.capital,
            available_cash=account.available,
            commission=account.costs.commission(value),
            open_positions=len(account.portfolio) - (account.portfolio.held(intent.symbol) > 0),
            working_buys=sum(account.portfolio.position(symbol) is None for symbol in buying),
            orders_last_minute=self._orders.sent_last_minute(moment.now),
            last_price=market.last_price,
            last_tick_time=market.last_tick.time if market.last_tick else None,
            price_limits=market.instrument.price_limits(),
            is_halted=market.instrument.is_halted,
            warnings=market.instrument.warnings,
            bid=market.last_tick.bid if market.last_tick else None,
            ask=market.last_tick.ask if market.last_tick else None,
            refusals=tuple(self.refusals),
            market_fall_pct=moment.market_fall_pct,
        )

    def _deny(self, intent: OrderIntent, checks: tuple[Check, ...], now: datetime) -> None:
        self._counts.denied += 1
        self._outbox.record(denied_record(intent, checks), now)
        self._outbox.publish(IntentDenied(intent, checks))

    def _send(self, order: Order, now: datetime) -> None:
        sent = self._orders.send(order, now)
        self._counts.orders += 1
        if sent.status is OrderStatus.REJECTED:
            self._rejected(sent, Refusal.OTHER, now)
        self._publish(sent)

    def _publish(self, order: Order, report: OrderReport | None = None) -> None:
        self._outbox.publish(OrderUpdated(order))
        for watcher in self.watchers:
            watcher(order, report)

    def _book(
        self, report: OrderFilled, order: Order, market: SymbolMarket | None, settings: Settings
    ) -> None:
        fill, reason = report.fill, order.intent.reason
        book = self._account.portfolio
        was_flat = book.position(fill.symbol) is None
        trade = book.apply(fill, reason)
        self._counts.fills += 1
        slipped, held = slippage(fill, order.intent), book.held(fill.symbol)
        self._outbox.record(fill_record(fill, reason, book.cash, held, slipped), fill.time)
        self._outbox.publish(FillRecorded(fill, reason, slipped))
        if trade is not None:
            self._counts.trades += 1
            self._outbox.record(trade_record(trade), fill.time)
            self._outbox.publish(TradeClosed(trade))
        if market is not None:
            self.watch_levels(market, settings)
        if fill.side is Side.SELL:
            self._sells.taken(fill.symbol)
            self.refused_sells.pop(fill.symbol, None)
        elif was_flat and reason is Reason.FOREIGN:
            self._outbox.note(fill.time, Severity.WARNING, texts.FOREIGN_POSITION, fill.symbol)
        self._alarm_if_wrong(order, fill.time)

    def _alarm_if_wrong(self, order: Order, now: datetime) -> None:
        symbol = order.intent.symbol
        if order.is_overfilled:
            text = texts.overfilled(order)
            self._outbox.note(now, Severity.ERROR, text, symbol, order_id=order.id)
        held = self._account.portfolio.held(symbol)
        if held < 0:
            self._outbox.note(now, Severity.ERROR, texts.oversold(-held), symbol)

    def _rejected(self, order: Order, code: Refusal, now: datetime) -> None:
        self.refusals.append(now)
        symbol, wait_s = order.intent.symbol, 0.0
        if order.intent.side is Side.SELL:
            self.refused_sells[symbol] = order.note
            if not goes_on_at_once(order, code):
                is_rate = step_of(code) is NextStep.WAIT_RATE
                first_s = _RATE_RETRY_S if is_rate else _EXIT_RETRY_S
                wait_s = self._sells.refused(symbol, now.timestamp(), first_s)
        text = texts.rejected(order, next_text(order, code, wait_s))
        stops = step_of(code) in STOPS_ENTRIES
        self._outbox.note(now, Severity.ERROR, text, symbol, stops_entries=stops, order_id=order.id)

    def _given_back(self, order: Order, now: datetime) -> None:
        """Take it for a refusal where nothing was filled: nobody buys, and won't in a second."""
        if order.intent.side is Side.SELL and not order.filled:
            self._sells.refused(order.intent.symbol, now.timestamp())
            self.refused_sells[order.intent.symbol] = order.note

    def _tell_note(self, report: CancelRejected | AmendRejected | OrderLost, order: Order) -> None:
        text = texts.REPORTED[type(report)].format(told(report.note))
        symbol = order.intent.symbol
        self._outbox.note(report.time, Severity.WARNING, text, symbol, order_id=order.id)
