"""The trading desk: turns decisions into orders, and reports into positions.

The desk knows the account, the orders and the risk rules; it knows nothing of bars.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Settings
from config.text import Text
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
    OrderDenied,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.price import Price
from core.domain.risk import Check
from core.domain.session import Phase
from core.engine.account import Account
from core.engine.counts import Counts
from core.engine.market import SymbolMarket
from core.engine.outbox import Outbox
from core.execution.backoff import Backoff
from core.execution.interruptions import Interruptions
from core.execution.order_manager import OrderManager
from core.journal.records import denied_record, fill_record, trade_record
from core.risk import gate, sizing
from core.risk.context import RiskContext
from core.risk.exits import ExitOptions, levels

_EXIT_RETRY_S = 5.0
_CANCEL_RETRY_S = 1.0  # at first


@dataclass(frozen=True, slots=True)
class Moment:
    """What the desk is told of the present: time, phase, and what forbids entries if anything."""

    now: datetime
    phase: Phase
    entry_block: str


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
        self._sells = Backoff(_EXIT_RETRY_S, longest_s=_EXIT_RETRY_S)
        self._cancels = Backoff(_CANCEL_RETRY_S)
        self.refused_sells: dict[str, str] = {}  # the broker's words, until one is filled
        self._told_waiting: set[str] = set()  # symbols whose exit waits for the end of a halt

    def buy(
        self, market: SymbolMarket, price: Price, moment: Moment, settings: Settings
    ) -> tuple[Check, ...]:
        """Size and send a market buy decided at `price`; return the checks that refused it."""
        intent = self._sized(market, price, moment, settings)
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
            self._publish(self._orders.apply(OrderDenied(order.id, moment.now, str(error))))
            return (replace(checks[0], passed=False),)
        return ()

    def sell(self, market: SymbolMarket, price: Price, reason: Reason, now: datetime) -> bool:
        """Sell what is free of the position at market, cancelling our working buys first.

        Returns whether an order was sent: not while everything is in working sells already, while
        it is halted, nor within five seconds of a rejected exit.
        """
        symbol = market.instrument.symbol
        for order in self._own_buys(symbol):
            self.try_cancel(order.id, now)
        free = self._account.portfolio.held(symbol) - self._orders.selling(symbol)
        if free <= 0:
            return False
        return self.sell_exactly(OrderIntent(symbol, Side.SELL, free, reason, now, price), now)

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
        self._outbox.note(now, Severity.WARNING, _WAITING, symbol)

    def cancel(self, order_id: OrderId, now: datetime) -> None:
        """Cancel on the trader's or a plan's word.

        Raises:
            OrderError: No such order in this run.
        """
        self._publish(self._orders.cancel(order_id, now))

    def try_cancel(self, order_id: OrderId, now: datetime) -> None:
        """Cancel, but not within a second of a rejected cancel of it (longer after several)."""
        if not self._cancels.waits(order_id, now.timestamp()):
            self.cancel(order_id, now)

    def cancel_buys(self, now: datetime) -> None:
        """Cancel our working buys; what the trader ordered elsewhere is not ours to cancel."""
        for order in self._own_buys():
            self.cancel(order.id, now)

    def _own_buys(self, symbol: str | None = None) -> list[Order]:
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
        intent = order.intent
        text = Text(
            f"다른 곳에서 낸 주문: {_SIDES[intent.side].ko} {intent.quantity:,}주",
            f"an order made elsewhere: {_SIDES[intent.side].en} {intent.quantity:,}",
        )
        self._outbox.note(now, Severity.WARNING, text, intent.symbol)
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
            self._rejected(after, report.time)
        elif isinstance(report, CancelRejected):
            self._cancels.refused(after.id, report.time.timestamp())
            if after.is_working:
                self._tell_note(report, after)
        elif isinstance(report, AmendRejected | OrderLost):
            self._tell_note(report, after)
        self._publish(after)
        return after

    def watch_levels(self, market: SymbolMarket, settings: Settings) -> None:
        """Put stop and target at the settings' distances from the position's average entry."""
        book, symbol = self._account.portfolio, market.instrument.symbol
        position = book.position(symbol)
        if position is None or position.quantity <= 0 or position.is_foreign:
            market.set_levels(None, None)
            return
        stop, target = levels(position.entry_price, settings[ExitOptions])
        book.set_levels(symbol, stop, target)
        market.set_levels(stop, target)

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
        value = intent.reference_price * intent.quantity
        return RiskContext(
            settings=settings,
            now=moment.now,
            phase=moment.phase,
            entry_block=moment.entry_block,
            capital=account.portfolio.capital,
            available_cash=account.available,
            commission=account.costs.commission(value),
            open_positions=len(account.portfolio),
            working_buys=sum(account.portfolio.position(symbol) is None for symbol in buying),
            orders_last_minute=self._orders.sent_last_minute(moment.now),
            last_price=market.last_price,
            last_tick_time=market.last_tick.time if market.last_tick else None,
            price_limits=market.instrument.price_limits(),
            is_halted=market.instrument.is_halted,
            warnings=market.instrument.warnings,
        )

    def _deny(self, intent: OrderIntent, checks: tuple[Check, ...], now: datetime) -> None:
        self._counts.denied += 1
        self._outbox.record(denied_record(intent, checks), now)
        self._outbox.publish(IntentDenied(intent, checks))

    def _send(self, order: Order, now: datetime) -> None:
        sent = self._orders.send(order, now)
        self._counts.orders += 1
        self._publish(sent)
        if sent.status is OrderStatus.REJECTED:
            self._rejected(sent, now)

    def _publish(self, order: Order) -> None:
        self._outbox.publish(OrderUpdated(order))

    def _book(
        self, report: OrderFilled, order: Order, market: SymbolMarket | None, settings: Settings
    ) -> None:
        fill, reason = report.fill, order.intent.reason
        book = self._account.portfolio
        was_flat = book.position(fill.symbol) is None
        trade = book.apply(fill, reason)
        self._counts.fills += 1
        self._outbox.record(fill_record(fill, reason, book.cash, book.held(fill.symbol)), fill.time)
        self._outbox.publish(FillRecorded(fill, reason))
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
            self._outbox.note(fill.time, Severity.WARNING, _FOREIGN_POSITION, fill.symbol)
        self._alarm_if_wrong(order, fill.time)

    def _alarm_if_wrong(self, order: Order, now: datetime) -> None:
        symbol = order.intent.symbol
        if order.is_overfilled:
            text = Text(
                f"주문 {order.id}: {order.filled:,}주 체결(주문 {order.intent.quantity:,}주)",
                f"order {order.id}: {order.filled:,} filled of {order.intent.quantity:,} ordered",
            )
            self._outbox.note(now, Severity.ERROR, text, symbol)
        held = self._account.portfolio.held(symbol)
        if held < 0:
            text = Text(
                f"보유보다 {-held:,}주 더 팔렸습니다. 영웅문에서 잔고를 확인하세요",
                f"{-held:,} shares more were sold than held; check the balance in the HTS",
            )
            self._outbox.note(now, Severity.ERROR, text, symbol)

    def _rejected(self, order: Order, now: datetime) -> None:
        if order.intent.side is Side.SELL:
            self._sells.refused(order.intent.symbol, now.timestamp())
            self.refused_sells[order.intent.symbol] = order.note
        text = Text(f"주문 거부: {order.note}", f"order {order.id} was rejected: {order.note}")
        self._outbox.note(now, Severity.ERROR, text, order.intent.symbol)

    def _tell_note(self, report: CancelRejected | AmendRejected | OrderLost, order: Order) -> None:
        text = _TITLES[type(report)].format(report.note)
        self._outbox.note(report.time, Severity.WARNING, text, order.intent.symbol)


_SIDES = {Side.BUY: Text("매수", "buy"), Side.SELL: Text("매도", "sell")}
_TITLES = {
    CancelRejected: Text("취소 거부: {}", "the cancel was rejected: {}"),
    AmendRejected: Text("정정 거부: {}", "the amendment was rejected: {}"),
    OrderLost: Text(
        "주문이 접수되었는지 알 수 없어 증권사에 확인합니다: {}",
        "it is not known whether an order has arrived; asking the broker: {}",
    ),
}
_WAITING = Text(
    "거래정지 중이라 매도할 수 없습니다. 거래가 재개되면 다시 시도합니다",
    "trading in it is halted: the sell waits until trading resumes",
)
_FOREIGN_POSITION = Text(
    "다른 곳에서 산 종목입니다. 위험 한도에는 포함하지만 손절·익절·신호로는 매도하지 않습니다",
    "bought elsewhere: it counts in the risk limits, but stop, target and signals do not sell it",
)
