"""What order events (chejan, gubun 0) make of our orders, whatever order they come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from broker.kiwoom import chejan, hoga
from broker.kiwoom.chejan import BalanceEvent, OrderEvent, Verb
from broker.kiwoom.holdings import Holdings
from broker.kiwoom.joining import Joining, Request, Tracked, new_order_id
from broker.kiwoom.ledger import Ledger, Piece
from broker.kiwoom.reports import Reports
from broker.kiwoom.watch import Alarms
from core.domain.messages import ForeignOrderSeen
from core.domain.order import (
    BrokerOrderId,
    Order,
    OrderIntent,
    OrderStatus,
    Reason,
    Refusal,
    Side,
    TimeInForce,
)
from core.domain.own_words import own
from core.ports import Clock, Post

_PATIENCE = timedelta(seconds=1)  # how long what does not add up may still be put right
_ENDED_BY_EXCHANGE = own(
    "거래소가 남은 수량을 취소했습니다.",
    "the exchange has cancelled what was left.",
)


class OrderEvents:
    """Joins events to orders and reports what is new in them; asks for the truth if in doubt."""

    def __init__(
        self,
        joining: Joining,
        reports: Reports,
        holdings: Holdings,
        post: Post,
        clock: Clock,
        alarms: Alarms,
        settle: Callable[[Tracked], None],
        reconcile: Callable[[str], None],
    ) -> None:
        """`settle` goes on with what waited for a request to be over."""
        self._joining, self._reports, self._post = joining, reports, post
        self._holdings, self._clock, self._alarms = holdings, clock, alarms
        self._settle, self._reconcile = settle, reconcile
        self._strangers: list[OrderEvent] = []  # of unknown numbers that may be ours
        self._suspicions: list[tuple[str, Callable[[], bool]]] = []

    def handle(self, event: OrderEvent) -> None:
        tracked = self._joining.find(event)
        if tracked is None and self._joining.may_be_ours(event):
            self._strangers.append(event)
            # An answer that names the number comes soon, or it is somebody else's order after all.
            if not self._alarms.is_set("strangers"):
                when = self._clock.now() + _PATIENCE
                self._alarms.set("strangers", when, lambda now: self._admit_strangers())
            return
        if tracked is None and event.state == chejan.REFUSED:
            return  # somebody else's, and it never was an order
        if tracked is None and event.verb is Verb.CANCEL:
            self._suspect(f"{event.code}: the cancel of an unknown order {event.original}")
            return
        tracked = tracked or self._adopt(event)
        tracked.moved, tracked.missed = self._clock.now(), 0
        _HANDLERS[event.verb](self, tracked, event)

    def number_known(self) -> None:
        """A request has learned its number: look again at what nobody knew."""
        strangers, self._strangers = self._strangers, []
        for event in strangers:
            self.handle(event)

    def _admit_strangers(self) -> None:
        """Whatever nobody claimed is somebody else's."""
        strangers, self._strangers = self._strangers, []
        for event in strangers:
            tracked = self._joining.find(event)
            if tracked is None and event.verb is not Verb.CANCEL:
                self._adopt(event)
            self.handle(event)

    # -- a new order --------------------------------------------------------------------------

    def take_number(self, tracked: Tracked, number: str) -> None:
        """The new order works under `number`."""
        self._joining.number_order(tracked, number, tracked.order.intent.quantity)
        self._reports.accepted(tracked)
        self._suspect_amended(tracked)
        if tracked.request is not None and tracked.request.verb is Verb.NEW:
            self.drop(tracked.request)

    def _on_new(self, tracked: Tracked, event: OrderEvent) -> None:
        if not tracked.number:
            if event.state == chejan.REFUSED:
                self._joining.know(tracked, event.number)
                self._refuse(tracked, Verb.NEW, event)
                return
            self.take_number(tracked, event.number)
        elif event.state == chejan.REFUSED:
            self._reports.rejected(tracked, event.refusal)
            return
        self._reports.accepted(tracked)
        self._book(tracked, event)

    def _book(self, tracked: Tracked, event: OrderEvent) -> None:
        if event.state == chejan.FILLED:
            self._fill(tracked, event)
        else:
            self._shrink(tracked, event)

    def _fill(self, tracked: Tracked, event: OrderEvent) -> None:
        ledger = tracked.ledgers[event.number]
        if event.filled is None or not event.unit_price:
            self._suspect(f"order {event.number}: a fill without quantity or price")
            return
        # Without 단위체결량 it is what the sum has grown by.
        start = event.filled - event.unit_filled if event.unit_filled else ledger.filled
        quantity = event.filled - start
        piece = Piece(start, event.filled, event.unit_price * quantity)
        if self._is_ahead(tracked, ledger, piece):
            return
        if quantity <= 0 or start < 0 or not ledger.take(piece):
            if not ledger.knows(piece):
                self._suspect(f"order {event.number}: fills that overlap")
            return
        fees = ledger.fees_since(event.commission, event.tax)
        fill_id = f"{event.number}-{event.execution or event.filled}"
        self._reports.filled(tracked, fill_id, event.unit_price, quantity, fees, event.time)
        if ledger.has_gap:
            why = f"order {event.number}: an earlier fill is missing"
            self._suspect(why, lambda: ledger.has_gap)
        self._settle(tracked)

    def _is_ahead(self, tracked: Tracked, ledger: Ledger, piece: Piece) -> bool:
        """Whether shares are sold that were never bought, as far as we know.

        The notice of the buy was lost or comes later. The list of orders brings both in their
        order, within a moment: so nobody has to believe in fewer shares than none.
        """
        code, quantity = tracked.code, piece.end - piece.start
        if tracked.side is Side.BUY or self._holdings.covers_sale(code, quantity):
            return False
        if ledger.knows(piece):
            return False
        self._suspect(f"{code}: {quantity} sold, and no buy of them is known")
        return True

    def _shrink(self, tracked: Tracked, event: OrderEvent) -> None:
        """Take a notice that less, or nothing, is left of an order without a fill."""
        ledger = tracked.ledgers.get(event.number)
        if ledger is None or event.number != tracked.number or not tracked.order.is_working:
            return
        if not event.remaining:
            if ledger.filled < ledger.ordered:
                self._vanish(tracked, event)
        elif event.remaining < ledger.ordered - ledger.filled:
            if event.filled is None:
                self._suspect(f"order {event.number}: fewer shares left than known")
            else:
                gone = ledger.ordered - event.remaining - event.filled
                self.shrink_to(tracked, ledger.ordered - gone - ledger.filled, gone)

    def _vanish(self, tracked: Tracked, event: OrderEvent) -> None:
        """Nothing is left: cancelled by whom, or amended, which has a notice of its own."""
        intent = tracked.order.intent
        is_final = not intent.kind.has_price or intent.time_in_force is not TimeInForce.DAY
        if is_final and tracked.request is None:
            self._reports.canceled(tracked, _ENDED_BY_EXCHANGE)
            return
        self._suspect(
            f"order {event.number}: nothing left, and nobody said why",
            lambda: tracked.order.is_working and tracked.number == event.number,
        )

    # -- an amendment -------------------------------------------------------------------------

    def _on_amend(self, tracked: Tracked, event: OrderEvent) -> None:
        if event.state == chejan.REFUSED:
            self._refuse(tracked, Verb.AMEND, event)
            return
        request = _pending(tracked, Verb.AMEND, event.number, event.screen)
        if request is not None:
            request.number = event.number
        if event.state in (chejan.CONFIRMED, chejan.FILLED):
            self.amend(
                tracked, event.number, event.original, event.price, event.ordered, event.screen
            )
        if event.number in tracked.ledgers:
            self._book(tracked, event)

    def amend(
        self,
        tracked: Tracked,
        number: str,
        original: str,
        price: int,
        ordered: int,
        screen: str = "",
    ) -> None:
        """`ordered` shares of what `original` had left work under `number` at another price.

        `screen` is where it was asked for; "" where that is not told.
        """
        if number in tracked.ledgers:
            return
        if not tracked.number and original:
            self.take_number(tracked, original)
        before = tracked.remaining
        if original:
            self._joining.supersede(original)
        self._joining.number_order(tracked, number, ordered)
        if tracked.number != number:
            self._suspect_amended(tracked)
            return
        self._reports.amended(tracked, price, tracked.order.intent.quantity)
        request = _pending(tracked, Verb.AMEND, number, screen)
        if request is None and ordered < before:
            self._suspect(f"order {number}: only a part was amended")
        if request is not None:
            self.drop(request)

    def _suspect_amended(self, tracked: Tracked) -> None:
        """Ask where its rest has gone if its number is known to be amended, by somebody else."""
        number = tracked.number
        if self._joining.is_superseded(number):
            self._suspect(
                f"order {number}: amended before it was heard of",
                lambda: tracked.order.is_working and tracked.number == number,
            )

    # -- a cancel -----------------------------------------------------------------------------

    def _on_cancel(self, tracked: Tracked, event: OrderEvent) -> None:
        if event.state == chejan.REFUSED:
            self._refuse(tracked, Verb.CANCEL, event)
            return
        request = _pending(tracked, Verb.CANCEL, event.number, event.screen)
        if request is not None:
            request.number = event.number
        if event.state != chejan.CONFIRMED or self._joining.is_done(event.number):
            return
        if not tracked.number:
            self.take_number(tracked, event.original)
        if request is not None and not request.is_partial:
            self._reports.canceled(tracked)
        else:
            self._reduce(tracked, event.original, event.ordered or tracked.remaining)
            if request is None and tracked.order.is_working:
                self._suspect(f"order {event.original}: only a part was cancelled")
        if request is not None:
            self.drop(request)

    def shrink_to(self, tracked: Tracked, remaining: int, gone: int) -> None:
        """`remaining` shares are left, `gone` fewer than known; their cancel may still be told."""
        tracked.unexplained += gone
        tracked.ledger.ordered = tracked.ledger.filled + remaining
        self._report_reduced(tracked, gone)

    def _reduce(self, tracked: Tracked, number: str, quantity: int) -> None:
        """So many shares of a number were cancelled; it may have been amended meanwhile."""
        known = min(quantity, tracked.unexplained)
        tracked.unexplained -= known
        quantity -= known
        if not quantity or not tracked.order.is_working:
            return
        if number == tracked.number:
            if quantity >= tracked.remaining:
                self._reports.canceled(tracked)
                return
            tracked.ledger.ordered -= quantity
        self._report_reduced(tracked, quantity)

    def _report_reduced(self, tracked: Tracked, quantity: int) -> None:
        intent = tracked.order.intent
        self._reports.amended(tracked, intent.worst_price, intent.quantity - quantity)

    # -- refusals and strangers ---------------------------------------------------------------

    def refuse(self, request: Request, words: str, code: Refusal | None = None) -> None:
        """The broker did not do what was asked.

        A cancel of more than is left is refused: where shares were filled while it was on its way
        it is sent again for the others.
        """
        request.is_refused = True
        tracked = request.tracked
        is_cancel = request.verb is Verb.CANCEL and not request.is_partial
        if is_cancel and tracked.order.is_working and tracked.remaining < request.quantity:
            tracked.wants_cancel = True
            self.drop(request)
            return
        if request.verb is Verb.NEW or tracked.order.is_working:
            self._reports.refused(request, words, code)
        if request.sent is not None and (request.verb is Verb.NEW or tracked.order.is_working):
            # It may have ended, or shares and cash may be others, without our hearing of it.
            self._suspect(f"order {tracked.number or tracked.order.id}: {words}")
        tracked.amends_to = None
        self.drop(request)

    def _refuse(self, tracked: Tracked, verb: Verb, event: OrderEvent) -> None:
        request = _pending(tracked, verb, event.number, event.screen)
        if request is not None:
            self.refuse(request, event.refusal or request.message)

    def drop(self, request: Request) -> None:
        """That request is over."""
        self._alarms.drop(request.name)
        tracked = request.tracked
        self._joining.take_back(request)
        if tracked.request is request:
            tracked.request = None
        self._settle(tracked)

    def _adopt(self, event: OrderEvent) -> Tracked:
        """Take over an order that this program did not make; what was filled before is history."""
        filled = max((event.filled or 0) - event.unit_filled, 0)
        value = max(event.filled_value - event.unit_price * event.unit_filled, 0) if filled else 0
        price = event.price or event.unit_price or event.last_price
        kind = hoga.of_name(event.kind_name, event.price)
        now = self._clock.now()
        intent = OrderIntent(
            symbol=event.code,
            side=event.side,
            quantity=event.ordered,
            reason=Reason.FOREIGN,
            time=event.time,
            reference_price=price,
            kind=kind.kind,
            limit_price=event.price if kind.kind.has_price else None,
            time_in_force=kind.time_in_force,
        )
        order = Order(
            id=new_order_id(event.number, now),
            intent=intent,
            status=OrderStatus.PARTIALLY_FILLED if filled else OrderStatus.ACCEPTED,
            broker_id=BrokerOrderId(event.number),
            filled=filled,
            filled_value=value,
            changed=now,
        )
        tracked = Tracked(order)
        self._joining.add(tracked)
        self._joining.number_order(tracked, event.number, event.ordered)
        self._joining.supersede(event.original)
        tracked.ledger.catch_up(filled, value)
        self._post(ForeignOrderSeen(order))
        if filled:
            self._suspect(f"order {event.number}: fills from before it was seen")
        return tracked

    def take_balance(self, event: BalanceEvent) -> None:
        """Take what is held of a code after a fill, whose own notice comes before or soon."""
        self._holdings.take(event)
        code = event.code
        if self._holdings.is_unexplained(code):
            why = f"{code}: {event.held} held, and not all of its fills are known"
            self._suspect(why, lambda: self._holdings.is_unexplained(code))

    def _suspect(self, why: str, is_so: Callable[[], bool] = lambda: True) -> None:
        """Ask the servers, unless the events of the next moment explain it."""
        self._suspicions.append((why, is_so))
        if not self._alarms.is_set("suspicion"):
            when = self._clock.now() + _PATIENCE
            self._alarms.set("suspicion", when, lambda now: self._look_again())

    def _look_again(self) -> None:
        reasons = [why for why, is_so in self._suspicions if is_so()]
        self._suspicions.clear()
        if reasons:
            self._reconcile(reasons[0])


def _pending(tracked: Tracked, verb: Verb, number: str, screen: str = "") -> Request | None:
    """Return the request an event is the answer to; None where it was asked for otherwise."""
    request = tracked.request
    if request is None or request.verb is not verb or request.sent is None:
        return None
    if request.number:
        return request if request.number == number else None
    return request if screen in ("", request.screen) else None


_HANDLERS: dict[Verb, Callable[[OrderEvents, Tracked, OrderEvent], None]] = {
    Verb.NEW: OrderEvents._on_new,
    Verb.AMEND: OrderEvents._on_amend,
    Verb.CANCEL: OrderEvents._on_cancel,
}
