"""How our orders meet one symbol's market: what is taken when, at which price, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from core.domain.order import Order, OrderIntent, OrderKind, Side, TimeInForce
from core.domain.own_words import own
from core.domain.price import Price
from core.domain.session import SegmentKind
from core.simulation import kinds
from core.simulation.desk import Booked, Deposit, Desk
from core.simulation.entries import Entry
from core.simulation.kinds import Quotes
from core.simulation.symbol_market import SymbolMarket

_AT_A_GIVEN_PRICE = (OrderKind.BEFORE_HOURS_CLOSE, OrderKind.AFTER_HOURS_CLOSE)
_NO_QUOTE = own(
    "호가가 없어 가격을 정할 수 없습니다.",
    "there is no quote to take a price from.",
)
_NO_COUNTERPART = own(
    "시장가 잔량 취소: 상대 호가가 없습니다.",
    "the rest of a market order was cancelled: nobody quotes on the other side.",
)
_NO_CASH = own(
    "잔량 취소: 주문가능금액이 부족합니다.",
    "the rest was cancelled: not enough cash.",
)
_IOC_REST = own(
    "IOC 잔량 취소",
    "the rest of an IOC order was cancelled.",
)
_FOK_UNFILLED = own(
    "FOK 주문 취소: 전량 체결할 수 없습니다.",
    "a FOK order was cancelled: it can't be filled whole.",
)


class Intake:
    """Takes our orders of one symbol to its book, and out of it."""

    def __init__(self, market: SymbolMarket, desk: Desk) -> None:
        self._market, self._desk = market, desk
        self._enter: Mapping[TimeInForce, Callable[[Booked, datetime], None]] = {
            TimeInForce.DAY: self._enter_for_the_day,
            TimeInForce.IOC: self._enter_at_once,
            TimeInForce.FOK: self._enter_whole,
        }

    def refusal(self, order: Order, now: datetime) -> str:
        """Return the exchange's words if it takes no such order now, "" if it does."""
        market, intent = self._market, order.intent
        refused = kinds.refusal(
            intent, market.instrument, market.segments(now), market.interruption, market.close
        )
        if refused or intent.kind.has_price or intent.kind is OrderKind.MARKET:
            return refused
        return _NO_QUOTE if self._price(intent) is None else ""

    def deposit(self, booked: Booked) -> Deposit:
        """Return what a buy may have to pay for a share."""
        intent, slot = booked.order.intent, booked.slot
        if intent.kind is OrderKind.LIMIT and intent.limit_price is not None:
            return Deposit(intent.limit_price)
        ladder = self._market.book.ladder
        if slot is not None and not slot.is_market and intent.kind is not OrderKind.CONDITIONAL:
            return Deposit(ladder.prices[slot.rung])
        if intent.kind is OrderKind.CONDITIONAL:
            return Deposit(ladder.prices[-1])  # it may yet turn into a market order
        if intent.kind is not OrderKind.MARKET:
            return Deposit(self._price(intent))
        if self._market.book.auction is not None:
            return Deposit(ladder.prices[-1])
        return Deposit(self._market.book.ask, is_for_one=True)

    def enter(self, booked: Booked, now: datetime) -> None:
        """Match an arriving order; what is left waits, or is given back."""
        market = self._market
        if booked.order.intent.kind in _AT_A_GIVEN_PRICE:
            assert market.fixed is not None  # else it was refused
            market.fixed.enter(booked, now)
            return
        self._enter[booked.order.intent.time_in_force](booked, now)
        market.look_for_trip(now)
        market.printer.book(market.book, now)

    def withdraw(self, booked: Booked, now: datetime) -> None:
        market = self._market
        if booked.order.intent.kind in _AT_A_GIVEN_PRICE:
            if market.fixed is not None:
                market.fixed.withdraw(booked)
            return
        market.book.cancel(booked.slot)
        market.ours.pop(booked, None)
        market.printer.book(market.book, now)

    def amend(self, booked: Booked, now: datetime) -> None:
        """Let the order go on as it has become; fewer shares at the same price keep their place."""
        market, intent, slot = self._market, booked.order.intent, booked.slot
        if intent.kind in _AT_A_GIVEN_PRICE:
            assert market.fixed is not None  # it waits there
            market.fixed.cut(booked)
            return
        book = market.book
        is_bound = slot.is_market or intent.limit_price is None
        rung = slot.rung if is_bound else self._rung(intent.limit_price)
        market.guard(Entry(_is_buy(booked), rung, booked.remaining))
        matches = book.amend(slot, rung, booked.remaining)
        booked.rests_at = None if slot.is_market else book.ladder.prices[rung]
        market.printer.matches(book, _is_buy(booked), matches, now, booked)
        market.look_for_trip(now)
        market.printer.book(book, now)

    # -- by time in force ---------------------------------------------------------------------

    def _enter_for_the_day(self, booked: Booked, now: datetime) -> None:
        if not self._takes_any_price(booked):
            self._place(booked, self._limit(booked), now)
        elif self._market.book.auction is not None:
            self._place(booked, self._at_market(booked), now)
        else:
            self._enter_market_order(booked, now)

    def _takes_any_price(self, booked: Booked) -> bool:
        """Return whether a day order has no limit; one taken over from a file may have got one."""
        kind = booked.order.intent.kind
        if kind is OrderKind.CONDITIONAL:
            return self._market.kind is SegmentKind.CLOSING_AUCTION
        return kind is OrderKind.MARKET and booked.rests_at is None

    def _enter_at_once(self, booked: Booked, now: datetime) -> None:
        if booked.order.intent.kind is OrderKind.MARKET:
            note = self._sweep(booked, now)
        else:
            self._take(booked, self._limit(booked), now)
            note = _IOC_REST
        if booked.remaining:
            self._desk.canceled(booked, now, note or _IOC_REST)

    def _enter_whole(self, booked: Booked, now: datetime) -> None:
        is_market = booked.order.intent.kind is OrderKind.MARKET
        entry = self._at_market(booked) if is_market else self._limit(booked)
        self._market.guard(entry)
        if self._market.book.can_fill(entry) and self._can_pay(booked):
            self._take(booked, entry, now)
        if booked.remaining:
            self._desk.canceled(booked, now, _FOK_UNFILLED)

    def _enter_market_order(self, booked: Booked, now: datetime) -> None:
        """Take what is there; where a VI holds the order back, the rest takes part in its auction.

        The rest of a market order that has emptied the other side is given back. The KRX would let
        it wait at the last price it reached; behind an empty side (a stock at its daily limit) that
        is a limit order nobody asked for, and the engine plans better with its shares free. (What
        the reference says of the rest is recalled only, not confirmed.)
        """
        note = self._sweep(booked, now)
        if not booked.remaining:
            return
        book = self._market.book
        if book.auction is not None and not note:
            if self._desk.affordable(booked, book.ladder.prices[-1]) >= booked.remaining:
                self._place(booked, self._at_market(booked), now)
                return
            note = _NO_CASH
        self._desk.canceled(booked, now, note)

    def _sweep(self, booked: Booked, now: datetime) -> str:
        """Take level by level, a buy no more of each than the account can pay.

        Return why no more could be had, "" where all was filled or an interruption has begun.
        """
        book, is_buy = self._market.book, _is_buy(booked)
        self._market.guard(self._at_market(booked))
        while booked.remaining and book.auction is None:
            rung = book.best_ask if is_buy else book.best_bid
            if not 0 <= rung < len(book.sizes):
                return _NO_COUNTERPART
            wanted = min(booked.remaining, book.sizes[rung])
            quantity = min(wanted, self._desk.affordable(booked, book.ladder.prices[rung]))
            if quantity:
                matches = book.take(Entry(is_buy, rung, quantity, booked))
                self._market.printer.matches(book, is_buy, matches, now, booked)
            if quantity < wanted:
                return _NO_CASH
        return ""

    # -- inside -------------------------------------------------------------------------------

    def _place(self, booked: Booked, entry: Entry, now: datetime) -> None:
        market = self._market
        booked.slot = entry
        market.ours[booked] = None
        market.guard(entry)
        matches = market.book.place(entry)
        booked.rests_at = None if entry.is_market else market.book.ladder.prices[entry.rung]
        market.printer.matches(market.book, entry.is_buy, matches, now, booked)

    def _take(self, booked: Booked, entry: Entry, now: datetime) -> None:
        market = self._market
        market.guard(entry)
        matches = market.book.take(entry)
        market.printer.matches(market.book, entry.is_buy, matches, now, booked)

    def _limit(self, booked: Booked) -> Entry:
        rests_at = booked.rests_at
        rung = self._rung(self._price(booked.order.intent) if rests_at is None else rests_at)
        return Entry(_is_buy(booked), rung, booked.remaining, booked)

    def _at_market(self, booked: Booked) -> Entry:
        is_buy = _is_buy(booked)
        far = self._market.book.ladder.far(is_buy)
        return Entry(is_buy, far, booked.remaining, booked, is_market=True)

    def _rung(self, price: Price | None) -> int:
        rung = None if price is None else self._market.book.ladder.rung(price)
        assert rung is not None  # the exchange has checked the price
        return rung

    def _price(self, intent: OrderIntent) -> Price | None:
        market, book = self._market, self._market.book
        rule = kinds.rule_of(intent)
        base = market.instrument.previous_close
        if rule is None or base is None:
            return None
        quotes = Quotes(base, book.bid, book.ask, book.ladder.prices[book.last], market.close)
        return kinds.resting_price(rule, intent.side, intent.limit_price, quotes, market.instrument)

    def _can_pay(self, booked: Booked) -> bool:
        """Return whether the account pays the whole order at the prices it would meet."""
        book, left, value = self._market.book, booked.remaining, 0
        if not _is_buy(booked):
            return True
        for rung in range(book.best_ask, len(book.sizes)):
            quantity = min(left, book.sizes[rung])
            value += quantity * book.ladder.prices[rung]
            left -= quantity
            if not left:
                break
        return self._desk.can_pay(booked, value)


def _is_buy(booked: Booked) -> bool:
    return booked.order.intent.side is Side.BUY
