"""The broker's side of our orders: arrival, checks, fills, costs, reports, and its own books.

Where an order meets the market is the business of a `Floor` (the synthetic order book, or recorded
trades). What belongs to a broker whatever the market (money, shares, numbers, refusals) is here.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from core.domain.errors import BrokerError
from core.domain.messages import AccountReported, ForeignOrderSeen
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    CancelRejected,
    Fill,
    Order,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderId,
    OrderIntent,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Reason,
    Refusal,
    Side,
)
from core.domain.price import Price
from core.simulation import refusals
from core.simulation.account import Account, Lot
from core.simulation.costs import CostModel
from core.simulation.desk import Booked, Floor
from core.simulation.ledger import DayLedger
from core.simulation.refusals import Why
from core.simulation.state import Changes, ExchangeState

_log = logging.getLogger(__name__)

_NOTE_TIME_EVERY = timedelta(minutes=1)  # market time


class Exchange:
    """Our account at the simulated broker. Single-threaded; time is what the callers say.

    Money is conserved: cash changes only by `Account.apply`, by price x quantity and costs.

    Attributes:
        account: Cash, lots and what working orders reserve.
        day: Every accepted order and every fill of the trading day.
        unsent: Returns orders that the customer's side holds back still; its reports list them too.
    """

    def __init__(
        self,
        floor: Floor,
        costs: CostModel,
        cash: Price,
        emit: Callable[[OrderReport | AccountReported | ForeignOrderSeen], None],
        latency: timedelta = timedelta(milliseconds=30),
        state: ExchangeState | None = None,
        lots: Iterable[Lot] = (),
    ) -> None:
        """`cash` in won and `lots` open the account, unless `state` brings an older one."""
        self._floor, self._costs, self._emit = floor, costs, emit
        self._latency, self._state = latency, state
        self.account = Account(cash, {lot.symbol: lot for lot in lots})
        self.day = DayLedger()
        self._working: dict[OrderId, Booked] = {}
        self._seen: set[OrderId] = set()
        self.unsent: Callable[[], tuple[Order, ...]] = tuple
        self._orders_numbered = self._fills_numbered = 0
        self._arrivals: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._sent = 0
        self._changes = Changes(symbols=set(self.account.lots))
        self._saved: datetime | None = None

    # -- from the customer; each takes effect `latency` later ---------------------------------

    def submit(self, order: Order, now: datetime) -> None:
        """Take a new order on its way.

        Raises:
            BrokerError: An order with this id was sent before.
        """
        if order.id in self._seen:
            raise BrokerError(f"order {order.id} was sent before; a new order needs a new id")
        self._seen.add(order.id)
        self._send(now, lambda at: self._take(order, at))

    def place_by_hand(self, intent: OrderIntent, now: datetime) -> OrderId:
        """Take an order that the customer makes elsewhere, e.g. in the broker's own terminal.

        `ForeignOrderSeen` goes before its reports.
        """
        order = Order(
            OrderId(f"HTS-{self.next_number()}"), replace(intent, reason=Reason.FOREIGN, time=now)
        )
        self.submit(order, now)
        return order.id

    def cancel(self, order_id: OrderId, now: datetime, quantity: int | None = None) -> None:
        """Ask to cancel `quantity` shares of what is left of an order, by default all of it."""
        self._send(now, lambda at: self._cancel(order_id, quantity, at))

    def amend(self, order_id: OrderId, price: Price, quantity: int, now: datetime) -> None:
        """Ask to move what is left of an order to `price`; `quantity` is of the whole order."""
        self._send(now, lambda at: self._amend(order_id, price, quantity, at))

    def request_account(self, request_id: str, now: datetime) -> None:
        self._send(now, lambda at: self._emit(self.report(at, request_id)))

    # -- from the venue -----------------------------------------------------------------------

    def next_arrival(self) -> datetime | None:
        return self._arrivals[0][0] if self._arrivals else None

    def arrive(self, now: datetime) -> None:
        """Handle everything that has reached the exchange by `now`, in the order it was sent."""
        while self._arrivals and self._arrivals[0][0] <= now:
            heapq.heappop(self._arrivals)[2](now)

    def next_number(self) -> BrokerOrderId:
        """Give away the next order number (주문번호) of the day."""
        self._orders_numbered += 1
        self._changes.is_numbered = True
        return BrokerOrderId(f"{self._orders_numbered:07d}")

    def report(self, now: datetime, request_id: str = "") -> AccountReported:
        account = self.account
        return AccountReported(
            time=now,
            cash=account.cash,
            available=account.available,
            holdings=tuple(account.holdings()),
            orders=(*(booked.order for booked in self._working.values()), *self.unsent()),
            request_id=request_id,
            day_orders=self.day.listed(now.date()),
        )

    @property
    def working(self) -> tuple[Booked, ...]:
        """Orders that can still be filled, oldest first."""
        return tuple(self._working.values())

    def commit(self, now: datetime, is_last: bool = False) -> None:
        """Make everything since the last commit durable; call it before its reports are posted.

        `is_last` says that the market does nothing after `now`: whoever takes over must know.

        Raises:
            BrokerError: The state file is another process's now, or can't be written.
        """
        if self._state is None:
            return
        # The time alone is noted now and then too: whoever takes over goes on from there.
        is_due = self._saved is None or now - self._saved >= _NOTE_TIME_EVERY
        if self._changes or is_due or (is_last and self._saved != now):
            numbered = (self._orders_numbered, self._fills_numbered)
            self._state.save(now, self.account, self._changes, numbered)
            self._changes, self._saved = Changes(), now

    def restore(self, today: date) -> datetime | None:
        """Take the books over from the state file; return its market time, None if it is new.

        Working orders of another day expire; those of `today` go back to the floor. Nothing is
        reported: whoever reconnects asks for the account.
        """
        found = self._state.load() if self._state is not None else None
        if found is None:
            return None
        self.account = found.account
        self._changes = Changes()
        self._orders_numbered, self._fills_numbered = found.orders_numbered, found.fills_numbered
        for booked in found.booked:
            self._seen.add(booked.id)
            self._reinstate(booked, today)
        self.day.add_all((fill, cost) for fill, cost in found.fills if fill.time.date() == today)
        return found.time

    def close(self, now: datetime) -> None:
        """Let go of the state file; whoever takes over goes on at `now`.

        That time is kept as long as the file is ours, and nothing waits to be kept before it.
        """
        if self._state is None:
            return
        try:
            if not self._changes:
                self._state.note_time(now)
        except BrokerError as error:
            _log.info("the time of the end was not kept: %s", error)
        finally:
            self._state.close()

    def reenter(self, now: datetime) -> None:
        """Put restored orders back on the floor, once its market has come to `now`."""
        for booked in self.working:
            self._enter(booked, now)

    # -- from the floor (Desk) ----------------------------------------------------------------

    def affordable(self, booked: Booked, price: Price) -> int:
        if booked.order.intent.side is Side.SELL:
            return booked.remaining
        return self._costs.affordable(self.account.spendable(booked.id), price)

    def filled(self, booked: Booked, price: Price, quantity: int, now: datetime) -> None:
        intent = booked.order.intent
        instrument = self._floor.instrument(intent.symbol)
        commission, tax = self._costs.of_fill(
            intent.side,
            price * quantity,
            instrument is not None and instrument.is_taxed,
            now.date(),
        )
        self._fills_numbered += 1
        fill = Fill(
            id=f"{self._fills_numbered:07d}",
            order_id=booked.id,
            symbol=intent.symbol,
            side=intent.side,
            price=price,
            quantity=quantity,
            commission=commission,
            tax=tax,
            time=now,
        )
        is_sale = intent.side is Side.SELL
        cost = self.account.cost_of(intent.symbol, quantity) if is_sale else 0
        self.account.apply(fill)
        self.day.add(fill, cost)
        if self._state is not None:
            self._changes.fills.append((fill, cost))
            self._changes.symbols.add(intent.symbol)
        self._report(booked, OrderFilled(booked.id, fill, now))
        self._reserve(booked, now)

    def can_pay(self, booked: Booked, value: Price) -> bool:
        return value + self._costs.commission(value) <= self.account.spendable(booked.id)

    def waits(self, booked: Booked, now: datetime) -> None:
        self._reserve(booked, now)
        if self._state is not None:
            self._changes.orders[booked.id] = booked

    def canceled(self, booked: Booked, now: datetime, note: str) -> None:
        self._report(booked, OrderCanceled(booked.id, now, note))

    def expired(self, booked: Booked, now: datetime) -> None:
        self._report(booked, OrderExpired(booked.id, now))

    # -- inside -------------------------------------------------------------------------------

    def _reinstate(self, booked: Booked, today: date) -> None:
        order = booked.order
        changed = order.changed or order.intent.time
        if changed.date() == today:
            if order.broker_id is not None:
                self.day.enrol(booked, order.broker_id, booked.original, booked.canceled_by)
            if order.is_working:
                self._working[order.id] = booked
                self._reserve(booked, changed)
        elif order.is_working:
            booked.order = order.apply(OrderExpired(order.id, changed))
            self._changes.orders[order.id] = booked

    def _send(self, now: datetime, action: Callable[[datetime], None]) -> None:
        self._sent += 1
        heapq.heappush(self._arrivals, (now + self._latency, self._sent, action))

    def _take(self, order: Order, now: datetime) -> None:
        order = replace(order, status=OrderStatus.SUBMITTED)
        booked = Booked(order, now)
        refusal, code = self._refusal(booked, now)
        if order.intent.reason is Reason.FOREIGN:
            self._emit(ForeignOrderSeen(order))
        if refusal:
            self._report(booked, OrderRejected(order.id, now, refusal, code))
            return
        self._working[order.id] = booked
        number = self.next_number()
        self.day.enrol(booked, number)
        self._report(booked, OrderAccepted(order.id, number, now))
        self._enter(booked, now)

    def _enter(self, booked: Booked, now: datetime) -> None:
        self._reserve(booked, now)
        self._floor.enter(booked, now)
        self._reserve(booked, now)  # where it waits is known now

    def _cancel(self, order_id: OrderId, quantity: int | None, now: datetime) -> None:
        booked = self._working.get(order_id)
        if booked is None:
            self._emit(CancelRejected(order_id, now, *self._nothing_left(order_id)))
            return
        if quantity is not None and quantity > booked.remaining:
            self._report(booked, CancelRejected(order_id, now, refusals.TOO_MUCH_TO_CANCEL))
            return
        booked.cancels.append(self.next_number())
        self.day.enrol(booked, booked.canceled_by)
        if quantity is None or quantity == booked.remaining:
            self._floor.withdraw(booked, now)
            self._report(booked, OrderCanceled(order_id, now))
        else:
            self._cut(booked, quantity, now)

    def _cut(self, booked: Booked, quantity: int, now: datetime) -> None:
        """Let the order go on without `quantity` shares, under its number."""
        intent, number = booked.order.intent, booked.order.broker_id
        assert number is not None  # it was accepted
        left = intent.quantity - quantity
        self._report(booked, OrderAmended(booked.id, number, intent.limit_price, left, now))
        self._reserve(booked, now)
        self._floor.amend(booked, now)

    def _amend(self, order_id: OrderId, price: Price, quantity: int, now: datetime) -> None:
        booked = self._working.get(order_id)
        if booked is None:
            self._emit(AmendRejected(order_id, now, *self._nothing_left(order_id)))
            return
        refusal, code = self._amend_refusal(booked.order, price, quantity, now)
        if refusal:
            self._report(booked, AmendRejected(order_id, now, refusal, code))
            return
        booked.original, number = booked.order.broker_id, self.next_number()
        self.day.enrol(booked, number)
        self._report(booked, OrderAmended(order_id, number, price, quantity, now))
        self._reserve(booked, now)
        self._floor.amend(booked, now)

    def _nothing_left(self, order_id: OrderId) -> Why:
        if order_id in self._seen:
            return refusals.NOTHING_TO_CANCEL, Refusal.NOTHING_LEFT
        return refusals.UNKNOWN_ORDER, Refusal.UNKNOWN_ORDER

    def _amend_refusal(self, order: Order, price: Price, quantity: int, now: datetime) -> Why:
        """Return the broker's words if it does not change the order, "" if it does."""
        instrument = self._floor.instrument(order.intent.symbol)
        assert instrument is not None  # its order was taken
        changed = replace(order, intent=replace(order.intent, limit_price=price, quantity=quantity))
        bad = refusals.bad_amendment(order, quantity), Refusal.NOTHING_LEFT
        why = refusals.of_terms(bad, changed, instrument, self._floor.refusal(changed, now))
        if why[0] or order.intent.side is Side.SELL:
            return why
        needed = self._cost(Booked(changed, now), changed.remaining, now)
        return self._lacking(changed, needed)

    def _lacking(self, order: Order, needed: Price) -> Why:
        lacking = Refusal.CASH if order.intent.side is Side.BUY else Refusal.SHARES
        return refusals.lacking_funds(order, self.account, needed), lacking

    def _refusal(self, booked: Booked, now: datetime) -> Why:
        """Return the broker's words if it does not take the order, "" if it does."""
        order = booked.order
        instrument = self._floor.instrument(order.intent.symbol)
        if instrument is None:
            return refusals.unknown_symbol(order.intent.symbol), Refusal.SYMBOL
        bad = refusals.bad_quantity(order), Refusal.SIZE
        why = refusals.of_terms(bad, order, instrument, self._floor.refusal(order, now))
        return why if why[0] else self._lacking(order, self._least_cost(booked, now))

    def _least_cost(self, booked: Booked, now: datetime) -> Price:
        """Return what a buy must have in cash, in won."""
        is_for_one = self._floor.deposit(booked, now).is_for_one
        return self._cost(booked, 1 if is_for_one else booked.remaining, now)

    def _cost(self, booked: Booked, quantity: int, now: datetime) -> Price:
        """Return value and commission of `quantity` shares at what a buy may have to pay."""
        value = (self._floor.deposit(booked, now).price or 0) * quantity
        return value + self._costs.commission(value)

    def _reserve(self, booked: Booked, now: datetime) -> None:
        """Hold back what the rest of a working order may need."""
        order, account = booked.order, self.account
        account.release(order.id)
        if not order.is_working:
            return
        if order.intent.side is Side.SELL:
            account.reserve_shares(order.id, order.intent.symbol, order.remaining)
        else:
            needed = self._cost(booked, order.remaining, now)
            account.reserve_cash(order.id, min(needed, account.available))

    def _report(self, booked: Booked, report: OrderReport) -> None:
        booked.order = booked.order.apply(report)
        if self._state is not None:
            self._changes.orders[booked.id] = booked
        if not booked.order.is_working:
            self._working.pop(booked.id, None)
            self.account.release(booked.id)
        self._emit(report)
