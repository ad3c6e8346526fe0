"""The simulated exchange behind the order limit that Kiwoom's adapter keeps too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from broker.kiwoom.rate_limit import ORDER_WINDOWS, RollingWindows
from broker.pacing import Pacer, Urgency
from core.domain.messages import Message
from core.domain.order import Order, OrderCanceled, OrderId, Side
from core.domain.own_words import own
from core.domain.price import Price
from core.ports import Post
from core.simulation.venue import Venue

_NOT_SENT = own(
    "아직 보내지 않은 주문을 취소했습니다.",
    "cancelled before it was sent.",
)


@dataclass(frozen=True, slots=True)
class _Sending:
    """What waits to leave."""

    order_id: OrderId
    send: Callable[[datetime], None]
    order: Order | None = None  # a new one


class PacedVenue:
    """A venue to whose exchange no more orders leave in a second than Kiwoom takes.

    So a demo day on it gives the same fills as one through Kiwoom's adapter, to the microsecond.
    """

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        venue.exchange.unsent = self._unsent
        self._post: Post = _nobody
        self._windows = RollingWindows(ORDER_WINDOWS)
        self._pacer: Pacer[_Sending] = Pacer(self._windows, self._is_holding, self._send)
        self._buys: set[OrderId] = set()
        self.start = venue.start
        self.request_account, self.request_history = venue.request_account, venue.request_history
        self.subscribe, self.unsubscribe = venue.subscribe, venue.unsubscribe
        self.close = venue.close

    @property
    def now(self) -> datetime:
        return self._venue.now

    @property
    def end(self) -> datetime:
        return self._venue.end

    def attach(self, post: Post) -> None:
        self._post = post
        self._venue.attach(post)

    def next_time(self) -> datetime | None:
        theirs, ours = self._venue.next_time(), self._pacer.due
        if ours is None or theirs is None:
            return theirs or ours
        return min(theirs, ours)

    def step(self) -> None:
        """Do everything of the next timestamp: what the market does, then what may leave."""
        moment = self.next_time()
        if moment is None:
            return
        if self._venue.next_time() == moment:
            self._venue.step()
        if self._pacer.due is not None and self._pacer.due <= moment:
            self._pacer.pump(moment)

    def submit(self, order: Order, now: datetime) -> None:
        is_buy = order.intent.side is Side.BUY
        if is_buy:
            self._buys.add(order.id)
        sending = _Sending(order.id, lambda at: self._venue.submit(order, at), order)
        self._pacer.put(sending, Urgency.NEW if is_buy else Urgency.REDUCE, now)

    def cancel(self, order_id: OrderId, now: datetime) -> None:
        """Cancel an order; one that still waits here is not sent at all."""
        if (
            self._pacer.take_out(lambda one: one.order is not None and one.order_id == order_id)
            is not None
        ):
            self._post(OrderCanceled(order_id, now, _NOT_SENT))
            return
        sending = _Sending(order_id, lambda at: self._venue.cancel(order_id, at))
        self._pacer.put(sending, Urgency.CANCEL, now)

    def amend(self, order_id: OrderId, price: Price, quantity: int, now: datetime) -> None:
        sending = _Sending(order_id, lambda at: self._venue.amend(order_id, price, quantity, at))
        urgency = Urgency.NEW if order_id in self._buys else Urgency.REDUCE
        self._pacer.put(sending, urgency, now)

    def _unsent(self) -> tuple[Order, ...]:
        return tuple(one.order for one in self._pacer.waiting if one.order is not None)

    def _send(self, sending: _Sending, now: datetime) -> bool:
        self._windows.take(now)
        sending.send(now)
        return True

    def _is_holding(self) -> bool:
        return bool(self._venue.exchange.account.lots)


def _nobody(_: Message) -> None:
    """Take what comes before anybody listens."""
