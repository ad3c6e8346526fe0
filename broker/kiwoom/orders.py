"""All orders of one Kiwoom account: out through SendOrder, back as reports.

SendOrder returning 0 only says that an order was sent. What became of it comes in three ways, in
any order, repeated or not at all: a message, a TR answer with the order number, and order events.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from broker.kiwoom import errors, fids, hoga
from broker.kiwoom import order_words as words
from broker.kiwoom.chejan import Verb, plain_number, read_balance_event, read_order_event
from broker.kiwoom.control import Control
from broker.kiwoom.holdings import Holdings
from broker.kiwoom.joining import Joining, Request, Tracked
from broker.kiwoom.notes import Notes
from broker.kiwoom.order_events import OrderEvents
from broker.kiwoom.order_queue import OrderQueue, Outcome
from broker.kiwoom.parse import Read
from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.recovery import Recovery
from broker.kiwoom.reports import Reports
from broker.kiwoom.tr_reading import Values
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.errors import BrokerError, DataError
from core.domain.messages import DayOrder, Message
from core.domain.order import (
    AmendRejected,
    AmendRequested,
    CancelRejected,
    CancelRequested,
    Order,
    OrderStatus,
    OrderSubmitted,
    Refusal,
)
from core.domain.own_words import kept
from core.domain.price import Price
from core.ports import Clock, Post

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT = timedelta(seconds=5)
_WORDS_WITHIN = timedelta(seconds=1)  # a refusal's message may come after its blank number
_AGAIN = timedelta(seconds=6)  # until a list of orders is read once more

_HELD_UP = Text(
    "주문이 많아 키움이 잠시 받지 않습니다 ({0:%H:%M:%S}까지 대기): {1}",
    "Kiwoom takes no orders for a moment (until {0:%H:%M:%S}): {1}",
)
_UNREADABLE = Text("주문 통보를 읽을 수 없습니다: {}", "an order event can't be read: {}")


class Orders:
    """Owner thread only, and never blocks; time is the clock's and `on_time`'s."""

    def __init__(
        self,
        control: Control,
        account: str,
        post: Post,
        clock: Clock,
        windows: RollingWindows,
        reconcile: Callable[[str], None],
        is_mock: bool = False,
        answer_timeout: timedelta = ANSWER_TIMEOUT,
    ) -> None:
        """`reconcile` asks for the account and for `recover`; its argument says why.

        `is_mock`: the server is 모의투자, which takes limit and market orders only.
        """
        self._account, self._clock, self._is_mock = account, clock, is_mock
        self._answer_timeout = answer_timeout
        self._post, self._reconcile = post, reconcile
        self._notes = Notes(post, clock)
        self._alarms = Alarms()
        self._reports = Reports(self._tell, clock)
        self._names = count(1)
        self.holdings = Holdings()
        self._day = clock.now().date()
        self._joining = Joining()
        self._events = OrderEvents(
            self._joining,
            self._reports,
            self.holdings,
            self._tell,
            clock,
            self._alarms,
            self._settle,
            reconcile,
        )
        self._recovery = Recovery(
            self._joining, self._reports, self._events, self._tell, clock, self._notes
        )
        self._queue = OrderQueue(
            control,
            account,
            clock,
            windows,
            self._joining,
            self._alarms,
            Outcome(self._on_sent, self._on_failed, self._on_doubtful, self._on_held_up),
            self.holdings,
        )

    # -- what the engine wants ----------------------------------------------------------------

    def submit(self, order: Order) -> None:
        """Send a new order as soon as it may leave.

        Raises:
            BrokerError: An order with this id was sent before.
        """
        self._turn_day()
        if order.id in self._joining:
            raise BrokerError(f"order {order.id} was sent before; a new order needs a new id")
        if order.status is OrderStatus.CREATED:
            order = order.apply(OrderSubmitted(order.id, self._clock.now()))
        tracked = Tracked(order)
        self._joining.add(tracked)
        try:
            hoga.of_intent(order.intent, self._is_mock)
        except BrokerError as error:
            self._reports.rejected(tracked, kept(error.text), Refusal.KIND)
            return
        price = hoga.price_of(order.intent)
        self._put(self._request(Verb.NEW, tracked, order.intent.quantity, price))

    def cancel(self, order: Order) -> None:
        """Cancel what is left of it, once its number is known and nothing else is on its way."""
        now = self._clock.now()
        tracked = self._joining.by_id(order.id)
        if tracked is None:
            self._post(CancelRejected(order.id, now, words.UNKNOWN_ORDER, Refusal.UNKNOWN_ORDER))
        elif not tracked.order.is_working:
            why = words.NOTHING_LEFT, Refusal.NOTHING_LEFT
            self._reports.change_refused(tracked, CancelRejected, *why)
        else:
            tracked.order = tracked.order.apply(CancelRequested(order.id, now))
            self._cancel(tracked)

    def _cancel(self, tracked: Tracked) -> None:
        waiting = tracked.request
        if waiting is not None and self._queue.remove(waiting):
            tracked.request = None
            if waiting.verb is Verb.NEW:
                self._reports.canceled(tracked, words.TAKEN_BACK)
                return
        tracked.amends_to = None
        is_canceling = waiting is not None and waiting.verb is Verb.CANCEL
        if waiting is None or not is_canceling or waiting.is_partial:
            tracked.wants_cancel = True
            self._settle(tracked)
        elif waiting.is_lost:  # nobody answers; asking again does no harm
            tracked.wants_cancel = True
            self._events.drop(waiting)

    def amend(self, order: Order, limit_price: Price, quantity: int) -> None:
        """Move the rest to another price, or cancel a part of it, or both one after the other.

        Kiwoom moves as many shares as it is told and leaves the others where they are: so making
        an order smaller is a cancel of the difference.
        """
        now = self._clock.now()
        tracked = self._joining.by_id(order.id)
        if tracked is None:
            self._post(AmendRejected(order.id, now, words.UNKNOWN_ORDER, Refusal.UNKNOWN_ORDER))
            return
        refusal = self._amend_refusal(tracked, quantity)
        if refusal is not None:
            self._reports.change_refused(tracked, AmendRejected, *refusal)
            return
        tracked.order = tracked.order.apply(AmendRequested(order.id, now, limit_price, quantity))
        intent = tracked.order.intent
        if quantity == intent.quantity:
            self._put(self._request(Verb.AMEND, tracked, tracked.remaining, int(limit_price)))
            return
        if limit_price != intent.limit_price:
            tracked.amends_to = limit_price
        smaller = self._request(Verb.CANCEL, tracked, intent.quantity - quantity, 0)
        smaller.is_partial = True
        self._put(smaller)

    def _amend_refusal(self, tracked: Tracked, quantity: int) -> tuple[str, Refusal] | None:
        if not tracked.order.is_working or quantity <= tracked.order.filled:
            return words.NOTHING_LEFT, Refusal.NOTHING_LEFT
        if quantity > tracked.order.intent.quantity:
            return words.TOO_MUCH, Refusal.SIZE
        is_busy = tracked.request is not None or tracked.wants_cancel or not tracked.number
        return (words.BUSY, Refusal.BUSY) if is_busy else None

    # -- what Kiwoom says ---------------------------------------------------------------------

    def on_message(self, screen: str, name: str, text: str) -> None:
        """Keep the broker's words (OnReceiveMsg); they say why, the number says whether."""
        request = self._joining.named(name, screen)
        if request is None:
            return
        request.message = text.strip()
        logger.info("order %s (%s): %s", request.tracked.order.id, name, request.message)
        if request.is_refused:
            self._events.refuse(request, request.message)

    def on_order_number(self, screen: str, name: str, number: str) -> None:
        """Take the number from OnReceiveTrData; blank: the order was refused."""
        request = self._joining.named(name, screen)
        known = plain_number(number)
        if request is not None and request.is_claimed and request.number != known:
            request = self._joining.twin(request)
        if request is None or request.is_answered:
            return
        owner = self._joining.by_number(known)
        if owner not in (None, request.tracked):
            return  # a list gave this number to an order just like it, which it stays with
        if not known:
            self._refuse_soon(request)
            return
        request.number = known
        request.tracked.moved = self._clock.now()
        if request.verb is Verb.NEW:
            self._events.take_number(request.tracked, known)
        elif request.verb is Verb.AMEND:
            self._joining.know(request.tracked, known)
        self._events.number_known()

    def on_chejan(self, gubun: str, read: Read) -> None:
        """Take OnReceiveChejanData; one that can't be read is noted, and the servers are asked."""
        self._turn_day()
        try:
            if gubun == fids.ORDER_EVENT:
                event = read_order_event(read, self._clock.now())
                if self._is_ours(event.account):
                    self._events.handle(event)
            elif gubun == fids.BALANCE_EVENT:
                balance = read_balance_event(read)
                if self._is_ours(balance.account):
                    self._events.take_balance(balance)
        except DataError as error:
            self._notes.error(_UNREADABLE.format(error))
            self._reconcile(str(error))

    def recover(self, rows: Sequence[Values]) -> None:
        """Take all rows of opt10075 (체결구분 0): make up for what was not told."""
        self._turn_day()
        if self._recovery.run(rows):
            when = self._clock.now() + _AGAIN
            self._alarms.set("again", when, lambda _: self._reconcile("an order is not listed"))

    def hold(self, held: Mapping[str, int], unread: Sequence[str] = ()) -> None:
        """Take the shares held of each code, as the account says; `unread` stay as they were."""
        kept = {code: self.holdings.held(code) for code in unread if code}
        self.holdings.replace({**kept, **held})

    # -- what is known ------------------------------------------------------------------------

    @property
    def working(self) -> tuple[Order, ...]:
        """Orders that may still be filled, oldest first."""
        return tuple(tracked.order for tracked in self._joining if tracked.order.is_working)

    @property
    def day_orders(self) -> tuple[DayOrder, ...]:
        """All orders of the day as the list had them that was taken last."""
        return self._recovery.day_orders

    def quiet_since(self) -> list[datetime]:
        """Return when each working order was last heard of; those that wait here were not sent."""
        return [t.moved for t in self._joining if t.order.is_working and t.moved is not None]

    # -- time and the line --------------------------------------------------------------------

    def next_time(self) -> datetime | None:
        """Return when `on_time` is due."""
        return self._alarms.next_time()

    def on_time(self, now: datetime) -> None:
        self._alarms.on_time(now)

    def expire(self, now: datetime) -> None:
        """The day is over: nothing of it will be filled any more."""
        for request in (*self._queue.clear(), *self._joining.in_flight):
            self._events.drop(request)
        for tracked in self._joining:
            self._reports.expired(tracked)

    def on_disconnect(self) -> None:
        """What is at the servers is unknown from now on; what waits here is not sent."""
        for request in self._queue.clear():
            self._events.refuse(request, words.NOT_SENT, Refusal.LINE)
        for request in self._joining.in_flight:
            self._lose(request, words.LINE_LOST)

    # -- what became of a sending -------------------------------------------------------------

    def _on_sent(self, request: Request) -> None:
        if request.is_refused or request.tracked.request is not request:
            return  # answered inside of SendOrder
        when = self._clock.now() + self._answer_timeout
        self._alarms.set(request.name, when, lambda _: self._miss(request))

    def _on_failed(self, request: Request, code: int | None) -> None:
        """It did not leave; of a cancel that is not sure, and it may be asked for again."""
        error = errors.of(code)
        self._notes.error(error.text, request.tracked.code)
        told = kept(Text.of("{} ({})").format(error.meaning, error.code))
        self._events.refuse(request, told, errors.refusal_of(code))
        if code in errors.DOUBTFUL:
            self._reconcile(error.meaning.en)

    def _on_doubtful(self, request: Request, code: int | None) -> None:
        """It may have left: nobody sends it again before the list of orders was looked at."""
        error = errors.of(code)
        self._notes.error(error.text, request.tracked.code)
        self._lose(request, kept(Text.of("{} ({})").format(error.meaning, error.code)))
        self._reconcile(error.meaning.en)

    def _on_held_up(self, request: Request, code: int | None, until: datetime) -> None:
        """It waits, unless the line was lost or a cancel was asked for inside of SendOrder."""
        self._notes.warn(_HELD_UP.format(until, errors.of(code).meaning))
        if request.is_lost:
            self._queue.remove(request)
            self._events.refuse(request, words.NOT_SENT)
        elif request.tracked.wants_cancel:
            self._cancel(request.tracked)

    # -- inside -------------------------------------------------------------------------------

    def _tell(self, message: Message) -> None:
        self.holdings.hear(message)
        self._post(message)

    def _request(self, verb: Verb, tracked: Tracked, quantity: int, price: int) -> Request:
        return Request(verb, tracked, quantity, price, name=f"order-{next(self._names)}")

    def _put(self, request: Request) -> None:
        request.tracked.request = request
        self._queue.put(request)

    def _settle(self, tracked: Tracked) -> None:
        """Go on with what had to wait: a cancel for its number, a price for its quantity."""
        if not tracked.order.is_working:
            tracked.wants_cancel, tracked.amends_to = False, None
        elif tracked.request is None and tracked.number:
            self._go_on(tracked)

    def _go_on(self, tracked: Tracked) -> None:
        price, tracked.amends_to = tracked.amends_to, None
        if tracked.wants_cancel:
            tracked.wants_cancel = False
            self._put(self._request(Verb.CANCEL, tracked, tracked.remaining, 0))
        elif price is not None:
            self._put(self._request(Verb.AMEND, tracked, tracked.remaining, int(price)))

    def _refuse_soon(self, request: Request) -> None:
        """Refuse with the broker's words; wait a moment for them where they come second."""
        request.is_refused = True
        if request.message:
            self._events.refuse(request, request.message)
            return
        when = self._clock.now() + _WORDS_WITHIN
        self._alarms.set(request.name, when, lambda _: self._events.refuse(request, ""))

    def _miss(self, request: Request) -> None:
        """No answer in time, or no effect of one."""
        if request.tracked.request is request:
            self._lose(request, words.NO_ANSWER)
            self._reconcile(f"no answer to {request.verb.value} of {request.tracked.order.id}")

    def _lose(self, request: Request, note: str) -> None:
        request.is_lost = True
        self._alarms.drop(request.name)
        if request.verb is Verb.NEW:
            self._reports.lost(request.tracked, note)

    def _is_ours(self, account: str) -> bool:
        return account in ("", self._account)

    def _turn_day(self) -> None:
        """Begin with new order numbers on a new day; nothing of the day before works on."""
        now = self._clock.now()
        if now.date() != self._day:
            self.expire(now)
            self._day = now.date()
            self._joining.clear()
