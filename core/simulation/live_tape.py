"""The real market as a floor: our orders fill against its live trades, by the exchange's day.

What a trade gives to our orders are the rules of `tape_floor`. Besides, as at the KRX: which kinds
are taken when (`kinds`), and when orders expire. Call auctions are one large trade to us. Nothing
of ours reaches the real market, so nobody reacts to it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.domain.instrument import Instrument
from core.domain.market import OrderBook, Tick
from core.domain.messages import Interrupted, Interruption, Resumed
from core.domain.order import Order, OrderIntent, OrderKind, Side, TimeInForce
from core.domain.own_words import own
from core.domain.price import Price
from core.domain.session import DayPlan, SegmentKind
from core.sessions import TradingCalendar, day_plan
from core.simulation.desk import Booked, Deposit, Desk
from core.simulation.interruptions import BREAKER_HALT
from core.simulation.kinds import Quotes, refusal, resting_price, rule_of
from core.simulation.tape_floor import TapeFloor, Waiting

# The closing auction ends up to half a minute late, and its trade takes a moment to reach us.
_LATE_PRINTS = timedelta(minutes=1)
_PATIENCE = timedelta(seconds=3)  # how long an IOC or FOK order waits for a trade that judges it

_NO_FEED = own(
    "시세 연결이 끊겨 주문을 받을 수 없습니다.",
    "the feed is down, so no order can be taken.",
)
_NO_QUOTE = own(
    "호가가 없어 주문가격을 정할 수 없습니다.",
    "there is no quote to take the order's price from.",
)
_NO_TRADE = own(
    "잔량 취소: 즉시 체결할 상대 체결이 없습니다.",
    "the rest was cancelled: nothing traded that could fill it at once.",
)

_INTERRUPTED = {
    Interruption.STATIC_VI: SegmentKind.RESUMING_AUCTION,
    Interruption.DYNAMIC_VI: SegmentKind.RESUMING_AUCTION,
    Interruption.HALT: SegmentKind.HALTED,
    Interruption.CIRCUIT_BREAKER: SegmentKind.HALTED,
}


class LiveTape:
    """A `Floor` that is told what the market does; single-threaded, reads no clock."""

    def __init__(self, calendar: TradingCalendar, slippage_ticks: int) -> None:
        """`calendar` must be the KRX's: its days have a plan."""
        self.is_connected = False  # whether trades come at all
        self._calendar = calendar
        self._floor = TapeFloor(slippage_ticks)
        self._books: dict[str, OrderBook] = {}
        self._interruptions: dict[str, Interrupted] = {}  # by symbol, "": the whole market
        self._plan: DayPlan | None = None

    def open(self, desk: Desk) -> None:
        self._desk = desk
        self._floor.open(desk)

    # -- what the market does -----------------------------------------------------------------

    def learn(self, instrument: Instrument) -> None:
        """Know a symbol; orders in others are refused."""
        self._floor.learn(instrument)

    def trade(self, tick: Tick, now: datetime) -> None:
        """Give the volume of a trade to our orders."""
        for key in (tick.symbol, ""):
            known = self._interruptions.get(key)
            if known is not None and tick.time > known.time:
                del self._interruptions[key]  # whoever trades has resumed, said or not
        self._turn_conditionals(tick.time)
        self._floor.show(tick, now)

    def quote(self, book: OrderBook) -> None:
        self._books[book.symbol] = book

    def interrupt(self, event: Interrupted) -> None:
        self._interruptions[event.symbol] = event

    def resume(self, event: Resumed) -> None:
        self._interruptions.pop(event.symbol, None)

    def next_time(self) -> datetime | None:
        """Return when the next order expires, None while none can."""
        return min((booked.slot.until for booked in self._floor.working), default=None)

    def on_time(self, now: datetime) -> None:
        """Give back every order whose time is over."""
        for booked in self._floor.working:
            if booked.slot.until > now:
                continue
            self._floor.withdraw(booked)
            if booked.order.intent.time_in_force is TimeInForce.DAY:
                self._desk.expired(booked, now)
            else:
                self._desk.canceled(booked, now, _NO_TRADE)

    # -- our orders (Floor) -------------------------------------------------------------------

    def instrument(self, symbol: str) -> Instrument | None:
        return self._floor.instrument(symbol)

    def refusal(self, order: Order, now: datetime) -> str:
        if not self.is_connected:
            return _NO_FEED
        intent = order.intent
        instrument = self._floor.instrument(intent.symbol)
        assert instrument is not None  # the exchange has looked
        plan = self._plan_of(now)
        parts = () if plan is None else plan.at(now)
        close = self._floor.last_price(intent.symbol)
        why = refusal(intent, instrument, parts, self._interruption(intent.symbol, now), close)
        if why or intent.kind is OrderKind.MARKET:
            return why
        return "" if self._limit(intent, instrument) is not None else _NO_QUOTE

    def deposit(self, booked: Booked, now: datetime) -> Deposit:
        intent = booked.order.intent
        instrument = self._floor.instrument(intent.symbol)
        limit = self._limit(intent, instrument)
        if limit is not None:
            return Deposit(limit)
        book = self._books.get(intent.symbol)
        asked = book.asks[0].price if book is not None and book.asks else None
        return Deposit(asked or self._floor.last_price(intent.symbol), is_for_one=True)

    def enter(self, booked: Booked, now: datetime) -> None:
        intent = booked.order.intent
        limit = self._limit(intent, self._floor.instrument(intent.symbol))
        waiting = Waiting(limit, self._ahead(intent, limit), self._expiry(intent, now))
        self._floor.enter(booked, waiting)

    def amend(self, booked: Booked, now: datetime) -> None:
        if booked.slot.limit == booked.order.intent.limit_price:
            return  # fewer shares at the same price keep their place
        self._floor.withdraw(booked)
        booked.arrived = now
        self.enter(booked, now)

    def withdraw(self, booked: Booked, now: datetime) -> None:
        self._floor.withdraw(booked)

    # -- inside -------------------------------------------------------------------------------

    def _interruption(self, symbol: str, now: datetime) -> SegmentKind | None:
        event = self._interruptions.get(symbol) or self._interruptions.get("")
        if event is None or event.time.date() != now.date():
            return None
        if event.kind is Interruption.CIRCUIT_BREAKER and now >= event.time + BREAKER_HALT:
            return SegmentKind.RESUMING_AUCTION
        return _INTERRUPTED[event.kind]

    def _limit(self, intent: OrderIntent, instrument: Instrument | None) -> Price | None:
        rule = rule_of(intent)
        # Orders taken over from a state file come before their symbols are known again.
        if rule is None or instrument is None:
            return intent.limit_price
        book, last = self._books.get(intent.symbol), self._floor.last_price(intent.symbol)
        quotes = Quotes(
            previous_close=instrument.previous_close or last or intent.reference_price,
            bid=book.bids[0].price if book is not None and book.bids else None,
            ask=book.asks[0].price if book is not None and book.asks else None,
            last=last,
            close=last,  # fixed prices are asked for after the close only
        )
        return resting_price(rule, intent.side, intent.limit_price, quotes, instrument)

    def _ahead(self, intent: OrderIntent, limit: Price | None) -> int | None:
        """Return what the book shows before an order that must wait; None: a taker, or unknown."""
        book = self._books.get(intent.symbol)
        if book is None or limit is None:
            return None
        is_buy = intent.side is Side.BUY
        own, opposite = (book.bids, book.asks) if is_buy else (book.asks, book.bids)
        sign = intent.side.sign
        if not own or (opposite and sign * limit >= sign * opposite[0].price):
            return None
        if sign * limit < sign * own[-1].price:
            return None  # deeper than the book shows
        return next((level.quantity for level in own if level.price == limit), 0)

    def _turn_conditionals(self, now: datetime) -> None:
        """Let 조건부지정가 take any price from the closing auction on."""
        plan = self._plan_of(now)
        if plan is None or now < plan.session.continuous_end:
            return
        for booked in self._floor.working:
            if booked.order.intent.kind is OrderKind.CONDITIONAL:
                booked.slot.limit = None

    def _expiry(self, intent: OrderIntent, now: datetime) -> datetime:
        """Return when an order that comes now ends by itself."""
        if intent.time_in_force is not TimeInForce.DAY:
            return now + _PATIENCE
        plan, rule = self._plan_of(now), rule_of(intent)
        if plan is None or rule is None:
            return now
        close = plan.session.close
        if SegmentKind.CONTINUOUS in rule.segments and now < close:
            return close + _LATE_PRINTS  # not carried over into the evening
        ends = (part.end for part in plan.segments if part.kind in rule.segments)
        return max(ends, default=now) + _LATE_PRINTS

    def _plan_of(self, now: datetime) -> DayPlan | None:
        day: date = self._calendar.day_of(now)
        if self._plan is None or self._plan.session.day != day:
            session = self._calendar.session(day)
            self._plan = None if session is None else day_plan(session)
        return self._plan
