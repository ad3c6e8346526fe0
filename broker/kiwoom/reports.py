"""What we tell of an order: each report is applied to our own picture of it before it is posted."""

from __future__ import annotations

from datetime import datetime

from broker.kiwoom import hints
from broker.kiwoom.chejan import Verb
from broker.kiwoom.joining import Request, Tracked
from broker.kiwoom.ledger import split_exactly
from core.domain.order import (
    AmendRejected,
    BrokerOrderId,
    CancelRejected,
    Fill,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderLost,
    OrderRejected,
    OrderReport,
    OrderStatus,
    Refusal,
)
from core.domain.own_words import own
from core.domain.price import Price
from core.ports import Clock, Post

_UNHEARD = frozenset({OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})
_REFUSED = own(
    "주문이 거부되었습니다.",
    "the order was rejected.",
)  # where the broker gave no words


class Reports:
    """Posts order reports; none of them can contradict what was posted before."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock

    def accepted(self, tracked: Tracked) -> None:
        """The order has arrived: told once, and again where it was thought lost."""
        order = tracked.order
        if order.broker_id is None or order.status in _UNHEARD:
            number = BrokerOrderId(tracked.number)
            self._tell(tracked, OrderAccepted(order.id, number, self._clock.now()))

    def filled(
        self,
        tracked: Tracked,
        fill_id: str,
        price: int,
        quantity: int,
        fees: tuple[int, int],
        time: datetime,
    ) -> None:
        """One execution; `fees` are its commission and tax in won."""
        order = tracked.order
        fill = Fill(
            id=fill_id,
            order_id=order.id,
            symbol=tracked.code,
            side=tracked.side,
            price=price,
            quantity=quantity,
            commission=fees[0],
            tax=fees[1],
            time=time,
        )
        self._tell(tracked, OrderFilled(order.id, fill, self._clock.now()))

    def made_up(
        self,
        tracked: Tracked,
        fill_id: str,
        quantity: int,
        value: int,
        fees: tuple[int, int],
        time: datetime,
    ) -> None:
        """Fills nobody told us of, as one or two that are worth `value` won exactly."""
        for price, shares in split_exactly(quantity, value):
            self.filled(tracked, f"{fill_id}@{price}", price, shares, fees, time)
            fees = (0, 0)

    def amended(self, tracked: Tracked, price: Price, quantity: int) -> None:
        """The rest works under the present number; `quantity` is of the whole order."""
        number = BrokerOrderId(tracked.number)
        now = self._clock.now()
        self._tell(tracked, OrderAmended(tracked.order.id, number, price, quantity, now))

    def canceled(self, tracked: Tracked, note: str = "") -> None:
        if tracked.order.is_working:
            self._tell(tracked, OrderCanceled(tracked.order.id, self._clock.now(), note))

    def expired(self, tracked: Tracked) -> None:
        if tracked.order.is_working:
            self._tell(tracked, OrderExpired(tracked.order.id, self._clock.now()))

    def rejected(self, tracked: Tracked, note: str, code: Refusal | None = None) -> None:
        """The order was refused; without a code the broker's words are looked at for a hint."""
        if tracked.order.is_working:
            order_id, now = tracked.order.id, self._clock.now()
            report = OrderRejected(order_id, now, note or _REFUSED, code or hints.of(note))
            self._tell(tracked, report)

    def lost(self, tracked: Tracked, note: str) -> None:
        """No answer; told only while nothing else is known of the order."""
        if tracked.order.status in _UNHEARD:
            self._tell(tracked, OrderLost(tracked.order.id, self._clock.now(), note))

    def refused(self, request: Request, note: str, code: Refusal | None = None) -> None:
        """The broker did not do what was asked; an amendment or cancel leaves the order as is."""
        tracked = request.tracked
        if request.verb is Verb.NEW:
            self.rejected(tracked, note, code)
        else:  # a cancel of a part is a step of an amendment
            is_cancel = request.verb is Verb.CANCEL and not request.is_partial
            kind = CancelRejected if is_cancel else AmendRejected
            self.change_refused(tracked, kind, note, code)

    def change_refused(
        self,
        tracked: Tracked,
        kind: type[CancelRejected | AmendRejected],
        note: str,
        code: Refusal | None = None,
    ) -> None:
        """An amendment or a cancel has no effect; told of an ended order too."""
        order_id, now = tracked.order.id, self._clock.now()
        self._tell(tracked, kind(order_id, now, note or _REFUSED, code or hints.of(note)))

    def _tell(self, tracked: Tracked, report: OrderReport) -> None:
        tracked.order = tracked.order.apply(report)
        self._post(report)
