"""One symbol's trading day: auctions, continuous trading, interruptions, and the hours after it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.messages import Interrupted, Interruption, Message, Resumed
from core.domain.order import OrderKind
from core.domain.price import Price
from core.domain.session import DayPlan, Segment, SegmentKind
from core.simulation.appointments import NEVER, Action, Appointments
from core.simulation.desk import Booked, Desk
from core.simulation.entries import Entry
from core.simulation.fixed_price import FixedPriceSession
from core.simulation.flow import SymbolFlow
from core.simulation.incidents import Incident
from core.simulation.interruptions import (
    BREAKER_AUCTION,
    HALT_AUCTION,
    RANDOM_END_S,
    VOLATILITY_AUCTION,
    VolatilityMonitor,
)
from core.simulation.matching import Book
from core.simulation.printing import Printer
from core.simulation.process import generator

_MS = timedelta(milliseconds=1)
_S = SegmentKind


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all symbols of a market share."""

    seed: int
    plan: DayPlan
    has_after_hours: bool
    emit: Callable[[Message], None]
    desk: Desk
    publishes_books: bool


class SymbolMarket:
    """The book of one symbol through the day; `step` does what is due at `next_ms`.

    Attributes:
        book: Continuous trading and call auctions; a new one after the regular session.
        kind: How the book trades at present; None: not at all.
        interruption: RESUMING_AUCTION or HALTED while it does not trade as planned.
        close: Of the regular session in won, once it is over.
        fixed: The session at one price that takes orders at present (시간외종가).
        ours: Our orders in the book, oldest first, ended ones too.
        next_ms: When it does its next thing, since the open; None after the last.
    """

    def __init__(
        self, flow: SymbolFlow, around: Surroundings, incidents: Iterable[Incident]
    ) -> None:
        listing = flow.listing
        self.symbol, self.instrument = listing.symbol, listing.instrument
        self._flow, self._around, self._session = flow, around, around.plan.session
        self.book = flow.book
        self.printer = Printer(self.symbol, around.emit, around.desk, around.publishes_books)
        self.monitor = VolatilityMonitor(listing.previous_close, listing.is_kospi200)
        self.kind: SegmentKind | None = _S.OPENING_AUCTION
        self.interruption: SegmentKind | None = None
        self.close: Price | None = None
        self.fixed: FixedPriceSession | None = None
        self.ours: dict[Booked, None] = {}
        self._event: Action = self._gather
        self._is_closing = False
        self._is_announced = False  # whether this symbol's interruption was posted
        self._collecting: datetime | None = None  # when the present halt's auction begins
        self._resuming: datetime | None = None  # when the present interruption ends
        self._safe_low, self._safe_high = len(self.book.ladder), -1
        self._rng = generator(around.seed, self.symbol, self._session, "ends")
        self._due = Appointments()
        self.next_ms: int | None = None
        self._arrange()
        for incident in incidents:
            self.inject(incident, self._session.open)
        self.book.start_auction()
        for entry in flow.quotes():
            self.book.place(entry)
        self._find_next()

    # -- for the market -----------------------------------------------------------------------

    def step(self, now: datetime) -> int | None:
        """Do the next thing, return when the one after it is; `now` is the time of `next_ms`."""
        flow, due = self._flow, self._due
        if flow.next_ms is None or due.next_ms <= flow.next_ms:
            due.keep_next(now)
        else:
            self._event(now)
            if flow.next_ms is not None and flow.next_ms < due.next_ms:  # nearly always
                self.next_ms = flow.next_ms
                return self.next_ms
        self._find_next()
        return self.next_ms

    def inject(self, incident: Incident, now: datetime) -> None:
        """Have an interruption at its time, at once where that is past."""
        self._at(max(incident.time, now), lambda at: self._suffer(incident, at))

    def introduce(self, now: datetime) -> None:
        """Tell somebody who has just begun to watch how things stand."""
        kind = self.monitor.kind
        if kind is not None:
            self.printer.tell(
                Interrupted(self.symbol, now, kind, self.monitor.last, self.monitor.until)
            )
        self.printer.book(self.book, now, is_anew=True)

    # -- for our orders -----------------------------------------------------------------------

    def segments(self, now: datetime) -> tuple[Segment, ...]:
        """Return the parts of the day that take orders now."""
        plan, session = self._around.plan, self._session
        if self._is_closing:
            closing = plan.of(_S.CLOSING_AUCTION)
            return () if closing is None else (closing,)
        if now >= session.close and not self._around.has_after_hours:
            return ()
        return plan.at(now)

    def guard(self, entry: Entry) -> None:
        """Before an order meets the book: let nothing trade outside the bounds of a VI.

        They follow the last trade. Inside a third of them no trade can break any, so they need not
        be drawn anew after each one.
        """
        book = self.book
        if entry.is_buy:
            is_safe = entry.rung <= self._safe_high and book.best_ask >= self._safe_low
        else:
            is_safe = entry.rung >= self._safe_low and book.best_bid <= self._safe_high
        if not is_safe and book.auction is None and self.kind is not None:
            self._draw_bounds(book, self.kind)

    def look_for_trip(self, now: datetime) -> None:
        """After an order: begin a volatility interruption where a trade was held back."""
        price, kind = self.book.tripped, self.kind
        if price is None or kind is None or self.interruption is not None:
            return
        reason = self.monitor.reason(price, kind)
        assert reason is not None  # the book's bounds are the monitor's
        self._interrupt(reason, price, now)

    # -- events of the flow -------------------------------------------------------------------

    def _trade(self, now: datetime) -> None:
        entry, rests = self._flow.step()
        book, printer = self.book, self.printer
        if entry is not None:
            is_buy, rung = entry.is_buy, entry.rung
            if rung >= book.best_ask if is_buy else rung <= book.best_bid:
                self.guard(entry)
                matches = book.take(entry)
                if matches:
                    printer.matches(book, is_buy, matches, now)
                if book.tripped is not None:
                    rests = True
                    self.look_for_trip(now)
            if rests and entry.quantity:
                book.place(entry)
        if printer.publishes_books:
            printer.book(book, now)

    def _gather(self, now: datetime) -> None:
        entry = self._flow.collect()
        if entry is not None:
            self.book.place(entry)
        self.printer.book(self.book, now)

    def _pass(self, now: datetime) -> None:
        self._flow.skip()

    # -- the timetable ------------------------------------------------------------------------

    def _arrange(self) -> None:
        session, plan = self._session, self._around.plan
        self._at(session.open, self._open)
        if session.continuous_end < session.close:
            self._at(session.continuous_end, self._begin_closing)
            self._at(session.close + self._random_end(), self._close)
        else:
            self._at(session.close, self._finish)
        self._arrange_fixed(plan.of(_S.PREVIOUS_CLOSE_PRICE), self.monitor.reference)
        single, after = plan.of(_S.SINGLE_PRICE), plan.of(_S.AFTER_MARKET)
        if self._around.has_after_hours and single is not None:
            self._at(single.start, self._begin_single)
            for end in single.auction_ends():
                self._at(end, self._end_single)
            self._at(single.end, self._end_hours)
        if self._around.has_after_hours and after is not None and self._may_trade_in(after):
            self._at(after.start, self._begin_after_market)
            self._at(after.end, self._end_hours)

    def _may_trade_in(self, part: Segment) -> bool:
        return part.is_for_funds or self.instrument.is_taxed

    def _arrange_fixed(self, part: Segment | None, price: Price) -> None:
        if part is None or part.start >= part.end:
            return
        around = self._around
        self.fixed = FixedPriceSession(part, self.book.ladder, price, self.printer, around.desk)
        rng = generator(around.seed, self.symbol, self._session, part.kind.value)
        self.fixed.arrange(self._at, rng, self._flow.mean_size)

    def _open(self, now: datetime) -> None:
        self.printer.is_regular = True
        self._end_auction(_S.OPENING_AUCTION, self._resume, now)

    def _begin_closing(self, now: datetime) -> None:
        self._is_closing = True
        if self.interruption is _S.HALTED and self._resuming is None:
            return  # for the rest of the day
        if self.interruption is not None:
            self._lift(now)
        self.kind, self._event = _S.CLOSING_AUCTION, self._gather
        self.book.start_auction()
        for booked in self.ours:
            if booked.remaining and booked.order.intent.kind is OrderKind.CONDITIONAL:
                self.book.turn_to_market(booked.slot)
        self.printer.book(self.book, now, is_anew=True)

    def _close(self, now: datetime) -> None:
        self._end_auction(_S.CLOSING_AUCTION, self._finish, now)

    def _end_auction(self, kind: SegmentKind, goes_on: Action, now: datetime) -> None:
        """End an auction; where its price must not be, it takes longer."""
        price, _ = self.book.indicated()
        reason = None if price is None else self.monitor.reason(price, kind)
        if reason is None or price is None or self.interruption is not None:
            goes_on(now)
        else:
            self._interrupt(reason, price, now)

    def _resume(self, now: datetime) -> None:
        """Go on continuously at the price of the auction."""
        self._uncross(now)
        self.kind = _S.AFTER_MARKET if self.kind is _S.AFTER_MARKET else _S.CONTINUOUS
        self._event = self._trade
        for booked in self.ours:
            if booked.remaining:  # a market order's rest has a price now: less is held back for it
                booked.rests_at = self.book.ladder.prices[booked.slot.rung]
                self._around.desk.waits(booked, now)
        self.printer.book(self.book, now)

    def _finish(self, now: datetime) -> None:
        """The regular session is over for this symbol."""
        if self.interruption is not _S.HALTED:
            self._uncross(now)
        self.printer.is_regular = False
        self.close = self.book.ladder.prices[self.book.last]
        self._end_hours(now)
        self._is_closing = False
        part = self._around.plan.of(_S.CLOSE_PRICE)
        if self._around.has_after_hours and part is not None:
            self._arrange_fixed(part, self.close)

    def _end_hours(self, now: datetime) -> None:
        """Nothing trades until something else begins, with an empty book."""
        if self.interruption is not None:
            self._lift(now)
        self.kind, self._event = None, self._pass
        for booked in self.ours:
            if booked.remaining:
                self._around.desk.expired(booked, now)
        self.ours.clear()
        self.book = self._flow.clear_book()
        self._forget_bounds()

    def _begin_single(self, now: datetime) -> None:
        self.kind, self._event = _S.SINGLE_PRICE, self._gather
        self.book.start_auction()

    def _end_single(self, now: datetime) -> None:
        self.printer.crosses(self.book, self.book.uncross(), now)
        self.book.start_auction()
        self.printer.book(self.book, now, is_anew=True)

    def _begin_after_market(self, now: datetime) -> None:
        self.kind, self._event = _S.AFTER_MARKET, self._trade
        for entry in self._flow.quotes(self.book.last):
            self.book.place(entry)
        self.printer.book(self.book, now)

    # -- interruptions ------------------------------------------------------------------------

    def _suffer(self, incident: Incident, now: datetime) -> None:
        """Have an interruption that was ordered; only continuous trading can be interrupted."""
        is_breaker = incident.kind is Interruption.CIRCUIT_BREAKER
        begins = None if incident.halt is None else now + incident.halt
        auction = BREAKER_AUCTION if is_breaker else HALT_AUCTION
        ends = None if begins is None else begins + auction
        if self.kind is not _S.CONTINUOUS or not self._gives_way(is_breaker, ends):
            return
        if incident.kind in (Interruption.STATIC_VI, Interruption.DYNAMIC_VI):
            self._interrupt(incident.kind, self.book.ladder.prices[self.book.last], now)
            return
        if self.interruption is not None:
            self._lift(now)
        self._collecting, self._resuming = begins, ends
        self._stop(_S.HALTED, self._pass)
        if not is_breaker:  # the market has posted that one, for all
            self._announce(Interrupted(self.symbol, now, incident.kind, None, ends))
        if begins is not None and ends is not None:
            self._at(begins, self._begin_resuming)
            self._at(ends, self._end_interruption)

    def _gives_way(self, is_breaker: bool, until: datetime | None) -> bool:
        """Return whether what stops this symbol now, if anything, leaves it to a later end."""
        if self.interruption is None or not is_breaker or self.monitor.kind is not None:
            return self.interruption is None or is_breaker
        return self._resuming is not None and (until is None or until > self._resuming)

    def _begin_resuming(self, now: datetime) -> None:
        if self._collecting == now and self.interruption is _S.HALTED:
            self.interruption, self._event = _S.RESUMING_AUCTION, self._gather
            self.printer.book(self.book, now, is_anew=True)

    def _interrupt(self, kind: Interruption, price: Price, now: datetime) -> None:
        self._stop(_S.RESUMING_AUCTION, self._gather)
        self._resuming = self.monitor.interrupt(kind, now, self._random_end())
        self._at(self._resuming, self._end_interruption)
        self._announce(Interrupted(self.symbol, now, kind, price, now + VOLATILITY_AUCTION))
        self.printer.book(self.book, now, is_anew=True)

    def _stop(self, interruption: SegmentKind, event: Action) -> None:
        self.interruption, self._event = interruption, event
        self.book.start_auction()

    def _announce(self, interrupted: Interrupted) -> None:
        self._is_announced = True
        self.printer.tell(interrupted)

    def _end_interruption(self, now: datetime) -> None:
        if self._resuming != now:
            return  # it ended otherwise
        self._lift(now)
        if self._is_closing:
            self._finish(now)
        else:
            self._resume(now)

    def _lift(self, now: datetime) -> None:
        self.interruption = self._resuming = None
        self.monitor.auctioned(None)
        if self._is_announced:
            self._is_announced = False
            self.printer.tell(Resumed(self.symbol, now))

    # -- inside -------------------------------------------------------------------------------

    def _uncross(self, now: datetime) -> None:
        crosses = self.book.uncross()
        self.monitor.auctioned(crosses[0].price if crosses else None)
        self._forget_bounds()
        self.printer.crosses(self.book, crosses, now)

    def _draw_bounds(self, book: Book, kind: SegmentKind) -> None:
        prices = book.ladder.prices
        last = prices[book.last]
        self.monitor.traded(last)
        low, high = self.monitor.bounds(kind)
        book.guard(low, high)
        self._safe_low = bisect_left(prices, last - (last - low) / 3)
        self._safe_high = bisect_right(prices, last + (high - last) / 3) - 1

    def _forget_bounds(self) -> None:
        self._safe_low, self._safe_high = len(self.book.ladder), -1

    def _random_end(self) -> timedelta:
        return int(self._rng.random() * RANDOM_END_S * 1000) * _MS

    def _at(self, moment: datetime, action: Action) -> None:
        self._due.add((moment - self._session.open) // _MS, action)
        self._find_next()

    def _find_next(self) -> None:
        flow_ms, due_ms = self._flow.next_ms, self._due.next_ms
        if flow_ms is not None and flow_ms < due_ms:
            self.next_ms = flow_ms
        else:
            self.next_ms = due_ms if due_ms < NEVER else None
