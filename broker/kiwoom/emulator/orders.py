"""SendOrder at the emulated servers: to the exchange with it, and its answers back as Kiwoom's.

The exchange's reports come in here one by one; out go message, order number and chejan in the
recorded order. Books of the account are kept along report by report, because several reports of
one step find the exchange's own books already after all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broker.kiwoom.emulator import chejan
from broker.kiwoom.emulator.accounts import sales_of
from broker.kiwoom.emulator.masters import ETF, KOSPI, market_of
from broker.kiwoom.emulator.packets import Answer, Packet, Said, SendOrder
from broker.kiwoom.emulator.tape import Tape
from broker.kiwoom.emulator.texts import tables
from broker.kiwoom.emulator.tickets import BY_HAND, CONFIRMED, Ticket, Tickets
from broker.kiwoom.hoga import HOGAS
from core.domain.messages import ForeignOrderSeen, Message
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
    Reason,
    Side,
)
from core.simulation.account import Account, Lot
from core.simulation.venue import Venue

NEW_BUY, NEW_SELL, CANCEL_BUY, CANCEL_SELL, AMEND_BUY, AMEND_SELL = range(1, 7)
_TR_KINDS = {1: "buy", 2: "sell", 3: "cancel", 4: "cancel", 5: "modify", 6: "modify"}
_SIDES = {1: Side.BUY, 2: Side.SELL, 3: Side.BUY, 4: Side.SELL, 5: Side.BUY, 6: Side.SELL}
_DONE = {
    Side.BUY: "[100000] 모의투자 매수주문완료",
    Side.SELL: "[100000] 모의투자 매도주문완료",
}
_CANCELED = "[100000] 모의투자 취소주문완료"
_HOGA_OF_CODE = {hoga.code: hoga for hoga in HOGAS}
_UNKNOWN_KIND = "[RC9000] 모의투자에서는 해당업무가 제공되지 않습니다"
_UNKNOWN_NUMBER = "[RC4061] 모의투자 주문번호를 확인하세요."
_NOTHING_LEFT = "[RC4033] 모의투자 정정/취소할 수량이 없습니다"
_REFUSALS = (
    ("매수증거금", "[RC4025] 모의투자 매수증거금이 부족합니다."),
    ("상/하한가", "[RC4027] 모의투자 상/하한가 오류입니다."),
    ("정정/취소할", _NOTHING_LEFT),
    ("취소수량이", "[00Z924] 모의투자 취소수량이 취소가능수량을 초과합니다"),
    ("정정수량이", "[RC4042] 모의투자 정정수량이 정정가능수량을 초과합니다"),
    ("주문번호를", _UNKNOWN_NUMBER),
    ("입력하지 않는", "[00Z237] 모의투자 단가를 입력하지 않는 호가입니다."),
    ("장시작전", "[00Z217] 모의투자 장시작전입니다"),
    ("장종료", "[00Z218] 모의투자 장종료 상태입니다"),
    ("거래정지", "[RC4007] 모의투자 매매금지 종목"),
)
"""A piece of the exchange's words, and what Kiwoom's mock server says instead.

Other refusals keep the exchange's words under a code of our own: Kiwoom's are not known.
"""


@dataclass(frozen=True, slots=True)
class _Way:
    """A request on its way to the exchange."""

    request: SendOrder
    moved: int = 0  # shares of an amendment or a cancel


class OrderDesk:
    """All orders of the account, those made by hand too. Single-threaded, like its venue."""

    def __init__(
        self,
        venue: Venue,
        account: str,
        tape_of: Callable[[str], Tape],
        tell: Callable[[Packet], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        """`later` runs an action when an answer from the exchange would have come."""
        self._venue, self._account = venue, account
        self._tape_of, self._tell, self._later = tape_of, tell, later
        self._new: dict[OrderId, _Way] = {}
        self._changes: dict[OrderId, deque[_Way]] = {}
        self._seen: dict[OrderId, Order] = {}
        day = venue.exchange.day
        orders = (booked.order for booked in day.orders.values())
        self._by_hand = {order.id for order in orders if order.intent.reason is Reason.FOREIGN}
        self._sent = 0
        self.tickets = Tickets()
        self.tickets.restore(day)
        self._books = Account(0, dict(venue.exchange.account.lots))
        self._bought_net: dict[str, int] = {}
        self._realized: dict[str, int] = {}
        self._restore_day()
        self.reject_next = ""  # a fault: the message with which the next order is refused

    # -- from the control ---------------------------------------------------------------------

    def receive(self, request: SendOrder, now: datetime) -> None:
        """Pass an order on to the exchange, or refuse it."""
        if self.reject_next:
            refusal, self.reject_next = self.reject_next, ""
            self._later(lambda: self.refuse(request, refusal))
        elif request.order_type in (NEW_BUY, NEW_SELL):
            self._place(request, now)
        else:
            self._change(request, now)

    def place_by_hand(self, intent: OrderIntent, now: datetime) -> None:
        """Make an order in the HTS: the control hears of it by chejan alone."""
        self._tape_of(intent.symbol)
        self._by_hand.add(self._venue.place_by_hand(intent, now))

    def held_by_hand(self, symbol: str) -> int:
        """Return the shares that orders by hand have bought and not sold again."""
        filled = (t for t in self.tickets if t.order_id in self._by_hand and t.symbol == symbol)
        return sum(ticket.side.sign * ticket.filled for ticket in filled)

    # -- from the exchange --------------------------------------------------------------------

    def hear(self, message: Message) -> bool:
        """Turn an order report into packets; return whether it was one."""
        handler = _HANDLERS.get(type(message))
        if handler is None:
            return False
        handler(self, message)
        return True

    # -- on the way in ------------------------------------------------------------------------

    def _place(self, request: SendOrder, now: datetime) -> None:
        hoga = _HOGA_OF_CODE.get(request.kind)
        if hoga is None:
            self._later(lambda: self.refuse(request, _UNKNOWN_KIND))
            return
        tape = self._tape_of(request.code)
        intent = OrderIntent(
            symbol=request.code,
            side=_SIDES[request.order_type],
            quantity=request.quantity,
            reason=Reason.MANUAL,
            time=now,
            reference_price=request.price or tape.price,
            kind=hoga.kind,
            limit_price=request.price or None,
            time_in_force=hoga.time_in_force,
        )
        self._sent += 1
        order = Order(OrderId(f"{now:%y%m%d%H%M%S%f}-{self._sent}"), intent)
        self._seen[order.id] = order
        self._new[order.id] = _Way(request)
        self._venue.submit(order, now)

    def _change(self, request: SendOrder, now: datetime) -> None:
        """Amend or cancel what still waits under the original number, or a part of it."""
        number = request.original.zfill(7)
        booked = self._venue.exchange.day.find(BrokerOrderId(number))
        ticket = None if booked is None else self.tickets.current(booked.id)
        refusal = _wrong_original(request, number, ticket)
        if refusal or booked is None:
            self._later(lambda: self.refuse(request, refusal))
            return
        order = booked.order
        moved = request.quantity or order.remaining
        self._changes.setdefault(order.id, deque()).append(_Way(request, moved))
        if request.order_type in (CANCEL_BUY, CANCEL_SELL):
            self._venue.cancel(order.id, now, request.quantity or None)
        else:
            self._venue.amend(order.id, request.price, order.filled + moved, now)

    # -- on the way back ----------------------------------------------------------------------

    def _on_foreign(self, seen: ForeignOrderSeen) -> None:
        self._seen[seen.order.id] = seen.order

    def _on_accepted(self, report: OrderAccepted) -> None:
        way = self._new.pop(report.order_id, None)
        order = self._seen[report.order_id]
        screen = way.request.screen if way else BY_HAND
        ticket = self.tickets.open(order, str(report.broker_id), screen, report.time)
        if way is not None:
            self._confirm(way.request, _DONE[ticket.side], ticket.number)
        self._tell_order(ticket)
        if ticket.side is Side.SELL:
            self._tell_balance(ticket)

    def _on_rejected(self, report: OrderRejected) -> None:
        way = self._new.pop(report.order_id, None)
        if way is not None:
            self.refuse(way.request, kiwoom_refusal(report.note))

    def _on_filled(self, report: OrderFilled) -> None:
        fill, ticket = report.fill, self.tickets.current(report.order_id)
        if ticket is None:
            return
        self._count(fill)
        ticket.fill(fill)
        self._tell_order(ticket, fill)
        self._tell_balance(ticket)

    def _on_canceled(self, report: OrderCanceled) -> None:
        ticket = self.tickets.current(report.order_id)
        if ticket is None:
            return
        number = self._number_of_cancel(report.order_id)
        way = self._next_change(report.order_id) if number else None
        if way is None:
            self._give_back(ticket, report.time)
            return
        self._cancel(way, ticket, number, ticket.remaining, report.time)

    def _on_amended(self, report: OrderAmended) -> None:
        ticket, way = self.tickets.current(report.order_id), self._next_change(report.order_id)
        if ticket is None:
            return
        number, screen = str(report.broker_id), way.request.screen if way else BY_HAND
        if way is not None and way.request.order_type in (CANCEL_BUY, CANCEL_SELL):
            cancel = self._number_of_cancel(report.order_id)
            self._cancel(way, ticket, cancel, way.moved, report.time)
            return
        remaining = report.quantity - self._filled_before(report.order_id)
        price = int(report.limit_price or 0)
        amended = self.tickets.amend(ticket, number, price, remaining, screen, report.time)
        if way is not None:
            self._confirm(way.request, _DONE[ticket.side], number)
        self._tell_order(amended)
        amended.state = CONFIRMED
        self._tell_order(amended)
        if amended.side is Side.SELL:
            self._tell_balance(amended)

    def _on_change_rejected(self, report: CancelRejected | AmendRejected) -> None:
        way = self._next_change(report.order_id)
        if way is not None:
            self.refuse(way.request, kiwoom_refusal(report.note))

    def _on_expired(self, report: OrderExpired) -> None:
        """Note the end of an order at the close, of which Kiwoom tells nobody."""
        ticket = self.tickets.current(report.order_id)
        if ticket is not None:
            ticket.remaining, ticket.time = 0, report.time

    # -- packets ------------------------------------------------------------------------------

    def _cancel(self, way: _Way, ticket: Ticket, number: str, quantity: int, now: datetime) -> None:
        cancel = self.tickets.cancel(ticket, number, quantity, way.request.screen, now)
        self._confirm(way.request, _CANCELED, number)
        cancel.remaining = quantity
        self._tell_order(cancel)
        cancel.end(now, CONFIRMED)
        self._tell_order(cancel)
        if ticket.side is Side.SELL:
            self._tell_balance(ticket)

    def _give_back(self, ticket: Ticket, now: datetime) -> None:
        """Tell of a rest that the exchange itself cancelled: IOC, FOK, an emptied book."""
        ticket.end(now, CONFIRMED)
        self._tell_order(ticket)
        if ticket.side is Side.SELL:
            self._tell_balance(ticket)

    def _confirm(self, request: SendOrder, text: str, number: str) -> None:
        tr = order_tr(request)
        self._tell(Said(request.screen, request.name, tr, text))
        self._tell(Answer(request.screen, request.name, tr, "", single={"주문번호": number}))

    def refuse(self, request: SendOrder, text: str) -> None:
        """Say why an order is not taken: its number stays blank."""
        self._confirm(request, text, "")

    def _tell_order(self, ticket: Ticket, fill: Fill | None = None) -> None:
        tape = self._tape_of(ticket.symbol)
        self._tell(chejan.order_event(self._account, ticket, tape, fill))

    def _tell_balance(self, ticket: Ticket) -> None:
        symbol = ticket.symbol
        lot = self._books.lots.get(symbol, Lot(symbol))
        event = chejan.balance_event(
            self._account,
            lot,
            self._tape_of(symbol),
            ticket.side,
            lot.quantity - self.tickets.selling(symbol),
            self._bought_net.get(symbol, 0),
            self._realized.get(symbol, 0),
        )
        self._tell(event)

    # -- books --------------------------------------------------------------------------------

    def _count(self, fill: Fill) -> None:
        symbol, books = fill.symbol, self._books
        if fill.side is Side.SELL:
            profit = fill.price * fill.quantity - books.cost_of(symbol, fill.quantity)
            costs = fill.commission + fill.tax
            self._realized[symbol] = self._realized.get(symbol, 0) + int(profit - costs)
        shares = fill.side.sign * fill.quantity
        self._bought_net[symbol] = self._bought_net.get(symbol, 0) + shares
        # Only shares are of interest here, so the money of a buy comes from nowhere.
        books.cash = fill.price * fill.quantity + fill.commission + fill.tax
        books.apply(fill)

    def _restore_day(self) -> None:
        day = self._venue.exchange.day
        self._bought_net = {symbol: each.bought - each.sold for symbol, each in day.trades.items()}
        self._realized = {each.symbol: each.profit for each in sales_of(day)}

    def _filled_before(self, order_id: OrderId) -> int:
        """Return the shares filled under all numbers the order has had."""
        return sum(t.filled for t in self.tickets if t.order_id == order_id and not t.is_cancel)

    def _number_of_cancel(self, order_id: OrderId) -> str:
        """Return the number of the first cancel not told yet, "" if there is none."""
        numbers = self._venue.exchange.day.orders[order_id].cancels
        return next((str(each) for each in numbers if not self.tickets.find(str(each))), "")

    def _next_change(self, order_id: OrderId) -> _Way | None:
        ways = self._changes.get(order_id)
        return ways.popleft() if ways else None


def _wrong_original(request: SendOrder, number: str, ticket: Ticket | None) -> str:
    """Return why an order can't be changed by `number`, "" if it can; `ticket` is its newest."""
    side = _SIDES[request.order_type]
    if ticket is None or (ticket.symbol, ticket.side) != (request.code, side):
        return _UNKNOWN_NUMBER
    return "" if ticket.number == number else _NOTHING_LEFT


def kiwoom_refusal(words: str) -> str:
    """Return the mock server's message for the exchange's refusal."""
    for piece, message in _REFUSALS:
        if piece in words:
            return message
    return f"[RC4000] 모의투자 {words}"


def order_tr(request: SendOrder) -> str:
    """Return the TR name under which the answer to an order comes."""
    market = market_of(request.code)
    names: dict[str, str] = tables()["order_tr"][_TR_KINDS[request.order_type]]
    return names[KOSPI if market == ETF else market]


_HANDLERS: dict[type, Callable[[OrderDesk, Any], None]] = {
    ForeignOrderSeen: OrderDesk._on_foreign,
    OrderAccepted: OrderDesk._on_accepted,
    OrderRejected: OrderDesk._on_rejected,
    OrderFilled: OrderDesk._on_filled,
    OrderCanceled: OrderDesk._on_canceled,
    OrderAmended: OrderDesk._on_amended,
    CancelRejected: OrderDesk._on_change_rejected,
    AmendRejected: OrderDesk._on_change_rejected,
    OrderExpired: OrderDesk._on_expired,
}
