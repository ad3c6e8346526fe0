"""The synthetic market: N symbols' order books, moved by random but reproducible order flow."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from core.domain.instrument import Instrument
from core.domain.market import OrderBook, Tick
from core.domain.messages import HistoryLoaded, Message
from core.domain.order import Order, OrderKind, Side
from core.domain.price import Price
from core.domain.session import Phase, Session
from core.simulation.day_bars import DayBars
from core.simulation.desk import Booked, Desk
from core.simulation.flow import SymbolFlow
from core.simulation.history import warm_bars
from core.simulation.listings import listings
from core.simulation.matching import Entry, Match
from core.simulation.process import course, market_course
from core.simulation.refusals import unknown_symbol

_MS = timedelta(milliseconds=1)
_BEFORE_OPEN = timedelta(seconds=30)
_CLOSE = ""  # stands in the agenda for the close of the session; sorts before every symbol

_REFUSALS = {
    Phase.BEFORE_OPEN: "장시작전입니다.",
    Phase.OPENING_AUCTION: "장시작전입니다. 동시호가 주문은 받지 않습니다.",
    Phase.CLOSING_AUCTION: "장마감 동시호가 주문은 받지 않습니다.",
    Phase.AFTER_CLOSE: "장종료 상태입니다.",
}


class SyntheticMarket:
    """A trading day from 30 s before the open to the close, for `core.simulation.venue.Venue`.

    Continuous trading only: no auction yet, so nothing trades before the open, the last trades
    come just before `continuous_end`, and working orders expire at the close. A symbol comes to
    life when it is first asked for, always with the same day behind it. Events of the same
    timestamp go by symbol, never by the order of subscription.
    """

    def __init__(
        self,
        seed: int,
        session: Session,
        symbols: Iterable[str] = (),
        history: Sequence[Session] = (),
        publishes_books: bool = True,
    ) -> None:
        """`history` are the sessions before, oldest first; books are published only on demand."""
        self.start, self.end = session.open - _BEFORE_OPEN, session.close
        self._seed, self._session, self._history = seed, session, tuple(history)
        self._publishes_books = publishes_books
        self._factor = market_course(seed, session)
        self._flows: dict[str, SymbolFlow] = {}
        self._days: dict[str, DayBars] = {}
        self._watched: frozenset[str] = frozenset()
        close_ms = self._ms(session.close)
        self._agenda: list[tuple[int, str]] = [(close_ms, _CLOSE)]
        self._next_time: datetime | None = session.close
        for symbol in symbols:
            if symbol in listings():
                self._flow(symbol, self.start)

    def open(self, desk: Desk, emit: Callable[[Message], None]) -> None:
        self._desk, self._emit = desk, emit

    # -- time ---------------------------------------------------------------------------------

    def next_time(self) -> datetime | None:
        return self._next_time

    def step(self, now: datetime) -> None:
        """Let everything of the next timestamp happen, symbols in order of their code."""
        agenda, due = self._agenda, self._agenda[0][0]
        while agenda and agenda[0][0] == due:
            symbol = agenda[0][1]
            if symbol == _CLOSE:
                heapq.heappop(agenda)
                self._desk.expire(now)
            else:
                self._live(symbol, now, publishes=symbol in self._watched)
        self._look_ahead()

    def skip_to(self, moment: datetime) -> None:
        due = self._ms(moment)
        while self._agenda and self._agenda[0][0] < due:
            ms, symbol = self._agenda[0]
            self._live(symbol, self._time(ms), publishes=False)
        self._look_ahead()

    # -- what can be known --------------------------------------------------------------------

    def instrument(self, symbol: str) -> Instrument | None:
        listing = listings().get(symbol)
        return None if listing is None else listing.instrument

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded:
        listing = listings().get(symbol)
        if listing is None:
            return HistoryLoaded(Instrument(symbol, symbol), (), unknown_symbol(symbol))
        before = self._history[-days:] if days else ()
        bars = warm_bars(self._seed, listing, before)
        self._flow(symbol, now)
        return HistoryLoaded(listing.instrument, bars + self._days[symbol].before(now))

    def watch(self, symbols: Iterable[str], now: datetime) -> None:
        known = [symbol for symbol in symbols if symbol in listings()]
        for symbol in known:
            self._flow(symbol, now)
            if self._publishes_books and symbol not in self._watched:
                self._publish_book(symbol, now)
        self._watched = frozenset(known)

    # -- our orders ---------------------------------------------------------------------------

    def refusal(self, order: Order, now: datetime) -> str:
        return _REFUSALS.get(self._session.phase(now), "")

    def asking_price(self, symbol: str, now: datetime) -> Price | None:
        return self._flow(symbol, now).book.ask

    def enter(self, booked: Booked, now: datetime) -> None:
        """Match an arriving order.

        The rest of a market order that has emptied the other side is given back. The KRX would let
        it wait at the last price it reached; behind an empty side (a stock at its daily limit) that
        is a limit order nobody asked for, and the engine plans better with its shares free.
        """
        intent = booked.order.intent
        flow = self._flow(intent.symbol, now)
        is_buy = intent.side is Side.BUY
        if intent.kind is OrderKind.LIMIT and intent.limit_price is not None:
            rung = flow.book.ladder.rung(intent.limit_price)
            assert rung is not None  # the exchange has checked the price
            booked.slot = entry = Entry(is_buy, rung, booked.remaining, booked)
            self._settle_ours(booked, flow.book.place(entry), now)
        else:
            self._enter_market_order(booked, flow, now)

    def withdraw(self, booked: Booked, now: datetime) -> None:
        symbol = booked.order.intent.symbol
        self._flows[symbol].book.cancel(booked.slot)
        if self._publishes_books and symbol in self._watched:
            self._publish_book(symbol, now)

    def _enter_market_order(self, booked: Booked, flow: SymbolFlow, now: datetime) -> None:
        """Take level by level, a buy no more of each than the account can pay."""
        book, intent = flow.book, booked.order.intent
        is_buy, note = intent.side is Side.BUY, ""
        while booked.remaining and not note:
            rung = book.best_ask if is_buy else book.best_bid
            if not 0 <= rung < len(book.sizes):
                note = "시장가 잔량 취소: 상대 호가가 없습니다."
                break
            wanted = min(booked.remaining, book.sizes[rung])
            quantity = min(wanted, self._desk.affordable(booked, book.ladder.prices[rung]))
            if quantity < wanted:
                note = "시장가 잔량 취소: 주문가능금액이 부족합니다."
            if quantity:
                matches = book.take(Entry(is_buy, rung, quantity, booked))
                self._settle_ours(booked, matches, now)
        if booked.remaining:
            self._desk.canceled(booked, now, note)

    # -- inside -------------------------------------------------------------------------------

    def _live(self, symbol: str, now: datetime, publishes: bool) -> None:
        """Let a symbol's next event happen."""
        flow = self._flows[symbol]
        is_buy, matches = flow.step()
        if flow.next_ms is None:
            heapq.heappop(self._agenda)
        else:
            heapq.heapreplace(self._agenda, (flow.next_ms, symbol))
        if matches:
            self._settle(symbol, is_buy, matches, now, None, publishes)
        if publishes and self._publishes_books:
            self._publish_book(symbol, now)

    def _settle(
        self,
        symbol: str,
        is_buy: bool,
        matches: Sequence[Match],
        now: datetime,
        taker: Booked | None,
        publishes: bool,
    ) -> None:
        """Print executions, and tell the desk of those that are ours."""
        book, day = self._flows[symbol].book, self._days[symbol]
        side = Side.BUY if is_buy else Side.SELL
        bid, ask = book.bid, book.ask
        for price, quantity, maker in matches:
            day.add(now, price, quantity)
            if publishes:
                self._emit(Tick(symbol, now, price, quantity, side, bid, ask))
            if taker is not None:
                self._desk.filled(taker, price, quantity, now)
            if maker.owner is not None:
                self._desk.filled(maker.owner, price, quantity, now)

    def _settle_ours(self, booked: Booked, matches: Sequence[Match], now: datetime) -> None:
        symbol, is_buy = booked.order.intent.symbol, booked.order.intent.side is Side.BUY
        is_watched = symbol in self._watched
        self._settle(symbol, is_buy, matches, now, booked, is_watched)
        if is_watched and self._publishes_books:
            self._publish_book(symbol, now)

    def _flow(self, symbol: str, now: datetime) -> SymbolFlow:
        """Return a symbol's flow; a new one first lives through the day up to `now`."""
        flow = self._flows.get(symbol)
        if flow is not None:
            return flow
        listing = listings()[symbol]
        day = course(self._seed, listing, self._session, self._factor)
        flow = self._flows[symbol] = SymbolFlow(self._seed, listing, self._session, day)
        self._days[symbol] = DayBars(symbol)
        due = self._ms(now)
        while flow.next_ms is not None and flow.next_ms <= due:
            moment = self._time(flow.next_ms)
            is_buy, matches = flow.step()
            self._settle(symbol, is_buy, matches, moment, None, publishes=False)
        if flow.next_ms is not None:
            heapq.heappush(self._agenda, (flow.next_ms, symbol))
        self._look_ahead()
        return flow

    def _publish_book(self, symbol: str, now: datetime) -> None:
        book = self._flows[symbol].book
        self._emit(OrderBook(symbol, now, book.asks(), book.bids()))

    def _look_ahead(self) -> None:
        self._next_time = self._time(self._agenda[0][0]) if self._agenda else None

    def _time(self, ms: int) -> datetime:
        return self._session.open + ms * _MS

    def _ms(self, moment: datetime) -> int:
        return (moment - self._session.open) // _MS
